#include "kube/file_tree.h"
#include "kube/tar_stream.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace timonier;
namespace fs = std::filesystem;

namespace {

void write(const fs::path &file, const std::string &content)
{
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
}

std::string read(const fs::path &file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// What a program that is not ours makes of it.
QByteArray shell(const QString &folder, const QString &command)
{
    QProcess process;
    process.setWorkingDirectory(folder);
    process.start(QStringLiteral("sh"), {QStringLiteral("-c"), command});
    process.waitForFinished();
    return process.readAllStandardOutput() + process.readAllStandardError();
}

} // namespace

class TestFileTree : public QObject
{
    Q_OBJECT
private slots:
    void aFolderIsToldByItsFilesSums()
    {
        QTemporaryDir folder;
        const fs::path root = folder.filePath("net").toStdString();
        write(root / "1/saved_model.pb", "graph");
        write(root / "1/variables/variables.index", std::string(5000, 'v'));
        write(root / "1/a b", "");
        fs::create_directories(root / "1/assets"); // nothing in it
        const auto tree = readTree(root, {});
        QVERIFY(tree && tree->folder);
        std::vector<std::string> names;
        for (const TreeFile &one : tree->files)
            names.push_back(one.name);
        QCOMPARE(names, (std::vector<std::string>{"1/a b", "1/saved_model.pb", "1/variables/variables.index"}));
        QCOMPARE(tree->sum.bytes, std::uint64_t(5005));
        const QByteArray theirs = shell(folder.filePath("net"), "find . -type f | sed 's,^./,,' | LC_ALL=C sort | tr '\\n' '\\0' | xargs -0 sha256sum | sha256sum");
        QCOMPARE(QByteArray::fromStdString(tree->sum.sha256), theirs.left(64));
        write(root / "1/saved_model.pb", "grapH"); // one letter
        QVERIFY(readTree(root, {})->sum.sha256 != tree->sum.sha256);
    }

    void aFileIsToldByItsOwn()
    {
        QTemporaryDir folder;
        const fs::path file = folder.filePath("m.onnx").toStdString();
        write(file, "model");
        const auto tree = readTree(file, {});
        QVERIFY(tree && !tree->folder && tree->files.size() == 1 && tree->files.front().name.empty());
        QCOMPARE(tree->sum.sha256, std::string("9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4"));
    }

    void whatCannotBeSentIsNamed_data()
    {
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("words");
        QTest::newRow("nothing") << "true" << "there is no file in the folder";
        QTest::newRow("a link in circles") << "ln -s .. up" << "is a link to a folder";
        QTest::newRow("a link to nothing") << "ln -s nowhere gone" << "is no file";
        QTest::newRow("a pipe") << "mkfifo pipe" << "is no file";
        QTest::newRow("a line feed") << "touch 'a\nb'" << "holds a line feed";
    }
    void whatCannotBeSentIsNamed()
    {
        QFETCH(QString, command);
        QFETCH(QString, words);
        QTemporaryDir folder;
        shell(folder.path(), command);
        const auto tree = readTree(folder.path().toStdString(), {});
        QVERIFY(!tree);
        QVERIFY2(tree.error().message.find(words.toStdString()) != std::string::npos, tree.error().message.c_str());
    }

    void tarUnpacksWhatItIsGivenAndFindsTheSumsRight()
    {
        QTemporaryDir folder;
        const fs::path root = folder.filePath("net").toStdString();
        std::string large(3'000'000, '\0');
        for (std::size_t i = 0; i < large.size(); ++i)
            large[i] = static_cast<char>(i * 2654435761u >> 13);
        write(root / "large", large);
        write(root / "exact", std::string(512, 'x')); // a block, with nothing behind it
        write(root / "empty", "");
        const std::string deep = std::string(90, 'd') + "/" + std::string(120, 'e') + "/" + std::string(200, 'f') + "/ä";
        write(root / deep, "long name");
        const auto tree = readTree(root, {});
        QVERIFY(tree);
        TarStream tar(*tree);
        std::string made;
        std::array<char, 777> buffer{};
        for (;;) {
            const auto n = tar.read(buffer);
            QVERIFY(n);
            if (*n == 0)
                break;
            made.append(buffer.data(), *n);
        }
        QCOMPARE(made.size(), std::size_t(tar.size()));
        QCOMPARE(made.size() % 10240, std::size_t(0));
        write(fs::path(folder.filePath("made.tar").toStdString()), made);
        const QByteArray said = shell(folder.path(), "mkdir out && tar -x -o -f made.tar -C out && cd out/files && sha256sum --quiet -c ../sums && diff -r . ../../net && echo same");
        QCOMPARE(said, QByteArray("same\n"));
        QCOMPARE(read(fs::path(folder.filePath("out/files").toStdString()) / deep), std::string("long name"));
    }

    void aFileThatBecomesShorterEndsIt()
    {
        QTemporaryDir folder;
        const fs::path root = folder.filePath("net").toStdString();
        write(root / "m", std::string(100'000, 'x'));
        const auto tree = readTree(root, {});
        QVERIFY(tree);
        fs::resize_file(root / "m", 10);
        TarStream tar(*tree);
        std::array<char, 4096> buffer{};
        Result<std::size_t> n = std::size_t(1);
        while (n && *n > 0)
            n = tar.read(buffer);
        QVERIFY(!n);
        QCOMPARE(n.error().kind, ErrorKind::Io);
    }
};

QTEST_GUILESS_MAIN(TestFileTree)
#include "tst_file_tree.moc"
