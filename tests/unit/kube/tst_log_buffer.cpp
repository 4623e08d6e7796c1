#include "kube/log_buffer.h"

#include <QTemporaryDir>
#include <QTest>

using namespace timonier;

namespace {

std::filesystem::path pathOf(const QTemporaryDir &dir) { return dir.path().toStdString(); }

} // namespace

class TestLogBuffer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesComeBackAsTheyWentInFromMemoryAndFromDisk()
    {
        QTemporaryDir dir;
        LogBuffer buffer(pathOf(dir), {.memoryBytes = 1000, .spillBytes = 1 << 20});
        for (int i = 0; i < 5000; ++i)
            QVERIFY(buffer.append(std::uint32_t(i % 3), "line " + std::to_string(i)));
        QCOMPARE(buffer.end(), std::uint64_t(5000));
        QCOMPARE(buffer.dropped(), std::uint64_t(0));
        QVERIFY(buffer.memoryBytes() <= 1000);
        for (const int i : {0, 1, 63, 64, 65, 2500, 4998, 4999})
            QCOMPARE(buffer.line(std::uint64_t(i)).value(), (LogLine{std::uint32_t(i % 3), "line " + std::to_string(i)}));
    }

    void aVisitSeesEveryLineOnceAndStopsWhereItIsTold()
    {
        QTemporaryDir dir;
        LogBuffer buffer(pathOf(dir), {.memoryBytes = 1000, .spillBytes = 20'000});
        for (int i = 0; i < 3000; ++i)
            QVERIFY(buffer.append(std::uint32_t(i % 3), "line " + std::to_string(i)));
        QVERIFY(buffer.first() > 0);
        // From before what is held; from a line in the middle of 64; each time cut short and gone on with.
        for (const std::uint64_t from : {std::uint64_t(0), buffer.first() + 77, buffer.end() - 3}) {
            std::uint64_t expected = std::max(from, buffer.first()), next = from;
            while (next < buffer.end()) {
                int left = 100;
                next = buffer.visit(next, [&](std::uint64_t number, std::uint32_t source, std::string_view text) {
                    [&] {
                        QCOMPARE(number, expected);
                        QCOMPARE(source, std::uint32_t(number % 3));
                        QCOMPARE(std::string(text), "line " + std::to_string(number));
                    }();
                    ++expected;
                    return --left > 0;
                });
                QCOMPARE(next, expected);
            }
            QCOMPARE(expected, buffer.end());
        }
    }

    void whatNeitherMemoryNorDiskHoldsIsCounted()
    {
        QTemporaryDir dir;
        LogBuffer buffer(pathOf(dir), {.memoryBytes = 1000, .spillBytes = 80'000});
        const std::string line(100, 'x');
        for (int i = 0; i < 10'000; ++i)
            QVERIFY(buffer.append(0, line + std::to_string(i)));
        QVERIFY(buffer.dropped() > 8000);
        QCOMPARE(buffer.first(), buffer.dropped());
        QVERIFY(!buffer.line(buffer.first() - 1));
        // Not one of those said to be there is missing.
        for (std::uint64_t i = buffer.first(); i < buffer.end(); ++i)
            QCOMPARE(buffer.line(i).value().text, line + std::to_string(i));
        std::uintmax_t onDisk = 0;
        for (const auto &entry : std::filesystem::directory_iterator(pathOf(dir)))
            onDisk += entry.file_size();
        QVERIFY2(onDisk <= 110'000, std::to_string(onDisk).c_str());
    }

    void aMonstrousLineIsCutAndSaysSo()
    {
        QTemporaryDir dir;
        LogBuffer buffer(pathOf(dir), {.memoryBytes = 1 << 20, .spillBytes = 0, .lineBytes = 50});
        QVERIFY(buffer.append(0, std::string(5000, 'y')));
        QVERIFY(buffer.line(0).value().text.size() < 120);
        QVERIFY(buffer.line(0).value().text.find("4950") != std::string::npos);
    }

    void aFolderThatCannotBeWrittenIsSaidAndNewLinesAreKept()
    {
        LogBuffer buffer("/nonexistent/folder", {.memoryBytes = 500});
        bool said = false;
        for (int i = 0; i < 100; ++i)
            if (const auto result = buffer.append(0, std::string(50, 'z')); !result) {
                said = true;
                QVERIFY(result.error().kind == ErrorKind::Io);
                QVERIFY(!result.error().hint.empty());
            }
        QVERIFY(said);
        QVERIFY(buffer.line(99));
        QCOMPARE(buffer.dropped() + (buffer.end() - buffer.first()), std::uint64_t(100));
    }

    void nothingIsLeftOnTheDisk()
    {
        QTemporaryDir dir;
        {
            LogBuffer buffer(pathOf(dir), {.memoryBytes = 100});
            for (int i = 0; i < 1000; ++i)
                QVERIFY(buffer.append(0, "some text that is spilled"));
            QVERIFY(!std::filesystem::is_empty(pathOf(dir)));
        }
        QVERIFY(std::filesystem::is_empty(pathOf(dir)));
    }
};

QTEST_GUILESS_MAIN(TestLogBuffer)
#include "tst_log_buffer.moc"
