#include "net/archive.h"
#include "net/sha256.h"

#include "make_archive.h"

#include <QTest>

#include <algorithm>

using namespace timonier;

namespace {

Result<std::vector<std::pair<std::string, std::string>>> filesIn(const std::string &bytes, const ArchiveLimits &limits = {})
{
    std::vector<std::pair<std::string, std::string>> files;
    const auto read = readArchiveBytes(bytes, "a.zip", limits, [&](const ArchiveEntry &entry) -> Result<> {
        if (!entry.isFile())
            return {};
        files.emplace_back(entry.path(), "");
        return entry.read([&](std::string_view piece) -> Result<> {
            files.back().second += piece;
            return {};
        });
    }, {});
    if (!read)
        return std::unexpected(read.error());
    return files;
}

std::string contextOf(const Error &error, std::string_view key)
{
    const auto found = std::ranges::find(error.context, key, [](const auto &pair) { return std::string_view(pair.first); });
    return found == error.context.end() ? std::string() : found->second;
}

} // namespace

class TestArchive : public QObject
{
    Q_OBJECT
private slots:
    void filesAreReadWhateverTheFormat_data()
    {
        QTest::addColumn<QString>("kind");
        for (const char *kind : {"tar", "tar.gz", "zip"})
            QTest::newRow(kind) << kind;
    }
    void filesAreReadWhateverTheFormat()
    {
        QFETCH(QString, kind);
        const std::string big(200'000, 'b');
        const auto files = filesIn(test::archiveOf({{"./top/", "", 'd'}, {"./top/a.yaml", "a: 1"}, {"top/link", "/etc/passwd", 'l'}, {"top/sub/é.yaml", big}}, kind.toStdString()));
        QVERIFY2(files, files ? "" : files.error().text().c_str());
        QCOMPARE(files->size(), 2u);
        QCOMPARE((*files)[0], std::make_pair(std::string("top/a.yaml"), std::string("a: 1")));
        QCOMPARE((*files)[1].first, std::string("top/sub/é.yaml"));
        QVERIFY((*files)[1].second == big);
    }

    void aPathThatLeadsOutIsRefused_data()
    {
        QTest::addColumn<QString>("path");
        QTest::newRow("up") << "a/../../evil.yaml";
        QTest::newRow("absolute") << "/etc/evil.yaml";
        QTest::newRow("as Windows writes it") << "..\\evil.yaml";
        QTest::newRow("a drive") << "C:/evil.yaml";
    }
    void aPathThatLeadsOutIsRefused()
    {
        QFETCH(QString, path);
        const auto files = filesIn(test::archiveOf({{path.toStdString(), "x"}}, "tar"));
        QVERIFY(!files);
        QCOMPARE(files.error().kind, ErrorKind::Invalid);
        QCOMPARE(contextOf(files.error(), "archive"), std::string("a.zip"));
    }

    void whatUnpacksWithoutEndIsStopped()
    {
        const auto bomb = test::archiveOf({{"a", std::string(4 << 20, '\0')}, {"b", std::string(4 << 20, '\0')}}, "tar.gz");
        QVERIFY(bomb.size() < 100'000);
        const auto files = filesIn(bomb, {.bytes = 6 << 20});
        QVERIFY(!files);
        QCOMPARE(files.error().kind, ErrorKind::TooLarge);
        QCOMPARE(contextOf(files.error(), "entry"), std::string("b"));
        std::vector<test::Entry> many;
        for (int i = 0; i < 50; ++i)
            many.push_back({"f" + std::to_string(i), ""});
        const auto entries = filesIn(test::archiveOf(many, "zip"), {.entries = 49});
        QVERIFY(!entries);
        QCOMPARE(entries.error().kind, ErrorKind::TooLarge);
    }

    void whatIsNoArchiveIsToldSo_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const std::string whole = test::archiveOf({{"a", std::string(100'000, 'x') + "y"}}, "tar.gz");
        QTest::newRow("a page") << QByteArray("<!DOCTYPE html><html><body>Sign in</body></html>");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("cut off") << QByteArray(whole.data(), qsizetype(whole.size() / 2));
    }
    void whatIsNoArchiveIsToldSo()
    {
        QFETCH(QByteArray, bytes);
        const auto files = filesIn(bytes.toStdString());
        QVERIFY(!files);
        QCOMPARE(files.error().kind, ErrorKind::Protocol);
    }

    void theNameTells()
    {
        QVERIFY(isArchiveName("A.TAR.GZ") && isArchiveName("x.tgz") && isArchiveName("x.zip") && isArchiveName("x.tar"));
        QVERIFY(!isArchiveName("x.gz") && !isArchiveName("tar") && !isArchiveName("zip.yaml"));
    }

    void aSumIsTheOneThatOthersFind()
    {
        Sha256 sum; // FIPS 180-2, appendix B
        sum.add("a");
        sum.add("bc");
        QCOMPARE(sum.hex(), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }
};

QTEST_GUILESS_MAIN(TestArchive)
#include "tst_archive.moc"
