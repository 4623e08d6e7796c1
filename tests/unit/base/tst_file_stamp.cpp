#include "base/file_stamp.h"
#include "base/paths.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace timonier;

class TestFileStamp : public QObject
{
    Q_OBJECT
    QTemporaryDir m_dir;
    void write(const char *name, const QByteArray &text)
    {
        QFile file(m_dir.filePath(QString::fromLatin1(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    std::string path(const char *name) const { return m_dir.filePath(QString::fromLatin1(name)).toStdString(); }

private slots:
    void anUntouchedFileHasNotChanged()
    {
        write("a", "1");
        FileStamp stamp({path("a"), path("missing")});
        QVERIFY(!stamp.changed());
        QVERIFY(!stamp.changed());
    }

    void eachChangeIsToldOnce()
    {
        write("b", "1");
        FileStamp stamp({path("b"), path("later")});
        write("b", "22");
        QVERIFY(stamp.changed());
        QVERIFY(!stamp.changed());
        write("later", "");
        QVERIFY(stamp.changed());
        QFile::remove(QString::fromStdString(path("later")));
        QVERIFY(stamp.changed());
        QVERIFY(!stamp.changed());
    }

    void aFileReplacedByOneOfTheSameSizeAndTimeHasChanged()
    {
        write("c", "1");
        write("d", "2");
        std::filesystem::last_write_time(path("d"), std::filesystem::last_write_time(path("c")));
        FileStamp stamp({path("c")});
        std::filesystem::rename(path("d"), path("c"));
        QVERIFY(stamp.changed());
    }

    void aLinkFollowsItsTarget() // as Kubernetes mounts tokens
    {
        write("one", "1");
        write("two", "22");
        std::filesystem::create_symlink(path("one"), path("link"));
        FileStamp stamp({path("link")});
        std::filesystem::remove(path("link"));
        std::filesystem::create_symlink(path("two"), path("link"));
        QVERIFY(stamp.changed());
    }

    void nothingWatchedNeverChanges() { QVERIFY(!FileStamp().changed()); }

    void pathsSurviveTheWayThereAndBack() { QCOMPARE(toUtf8(toPath("/é/☃ x")), std::string("/é/☃ x")); }

    void foldersFollowXdg()
    {
        qputenv("XDG_CONFIG_HOME", "/x/config");
        qputenv("XDG_CACHE_HOME", "/x/cache");
        qputenv("XDG_DATA_HOME", "/x/data");
        QCOMPARE(toUtf8(configDir()), std::string("/x/config/timonier"));
        QCOMPARE(toUtf8(cacheDir()), std::string("/x/cache/timonier"));
        QCOMPARE(toUtf8(dataDir()), std::string("/x/data/timonier"));
    }
};

QTEST_GUILESS_MAIN(TestFileStamp)
#include "tst_file_stamp.moc"
