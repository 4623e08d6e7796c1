#include "kube/framer.h"

#include <QTest>

#include <random>

using namespace timonier;

namespace {

struct Framed {
    std::vector<std::string> elements;
    std::string rest;
    std::optional<Error> error;
    bool operator==(const Framed &other) const
    {
        return elements == other.elements && rest == other.rest && error.has_value() == other.error.has_value();
    }
};

// `cut` says how many of the remaining bytes come next.
template <class Cut>
Framed frame(std::string_view text, Cut cut)
{
    Framed out;
    ListFramer framer;
    const auto drain = [&] {
        for (;;) {
            auto element = framer.next();
            if (!element) {
                out.error = element.error();
                return false;
            }
            if (!*element)
                return true;
            out.elements.emplace_back(**element);
        }
    };
    while (!text.empty()) {
        const std::size_t size = std::min<std::size_t>(text.size(), cut(text.size()));
        // A copy of its own size, so that a sanitizer sees a read behind it.
        const std::string chunk(text.substr(0, size));
        framer.append(chunk);
        text.remove_prefix(size);
        if (!drain())
            return out;
    }
    framer.close();
    if (drain())
        out.rest = framer.rest();
    return out;
}

Framed whole(std::string_view text)
{
    return frame(text, [](std::size_t size) { return size; });
}

const std::string sample = std::string(R"( {"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"42","x":["items",[]]},"items": [)")
    + "\n {\"a\":\"}]\\\\\",\"b\":{\"c\":[1,2,{\"d\":\"\\\"}\"}]}} ,{},"
    + "{\"items\":[{\"deep\":[[[]]]}],\"e\":\"\\\\\\\\\\\\\\\"\"},\n {\"long\":\"" + std::string(100, '{') + "\"}\n"
    + R"(] , "after":{"items":[1]} } )";

} // namespace

class TestFramer : public QObject
{
    Q_OBJECT

private slots:
    void elementsComeOutOneByOneAndTheRestStays()
    {
        const Framed framed = whole(sample);
        QVERIFY(!framed.error);
        QCOMPARE(framed.elements.size(), 4u);
        QCOMPARE(framed.elements[0], "{\"a\":\"}]\\\\\",\"b\":{\"c\":[1,2,{\"d\":\"\\\"}\"}]}}");
        QCOMPARE(framed.elements[1], "{}");
        QCOMPARE(framed.elements[2], "{\"items\":[{\"deep\":[[[]]]}],\"e\":\"\\\\\\\\\\\\\\\"\"}");
        QCOMPARE(framed.elements[3], "{\"long\":\"" + std::string(100, '{') + "\"}");
        QCOMPARE(framed.rest, R"( {"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"42","x":["items",[]]},"items": [] , "after":{"items":[1]} })");
    }

    void theSameComesOutWhereverTheBytesAreCut()
    {
        const Framed expected = whole(sample);
        for (std::size_t first = 1; first < sample.size(); ++first) {
            bool cut = false;
            const Framed framed = frame(sample, [&](std::size_t size) { return std::exchange(cut, true) ? size : first; });
            QVERIFY2(framed == expected, qPrintable(QString::number(first)));
        }
        for (std::size_t step = 1; step < 200; ++step)
            QVERIFY2(frame(sample, [&](std::size_t) { return step; }) == expected, qPrintable(QString::number(step)));
    }

    void randomDocumentsInRandomChunksGiveWhatAPlainScanGives()
    {
        std::mt19937 random(20261122);
        const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
        for (int round = 0; round < 300; ++round) {
            std::vector<std::string> elements;
            std::string text = R"({"items":[)";
            for (int i = below(12); i > 0; --i) {
                std::string inside;
                for (int k = below(120); k > 0; --k) {
                    constexpr std::string_view pieces[] = {"\\\\", "\\\"", "{", "}", "[", "]", "x", ",", ":", "\\\\\\\\", " "};
                    inside += pieces[below(static_cast<int>(std::size(pieces)))];
                }
                elements.push_back("{\"k\":\"" + inside + "\",\"n\":[{\"m\":\"" + inside + "\"},[]]}");
                text += (elements.size() > 1 ? (below(2) ? "," : " ,\n") : "") + elements.back();
            }
            text += R"(],"metadata":{"resourceVersion":"7"}})";
            const Framed framed = frame(text, [&](std::size_t) { return static_cast<std::size_t>(1 + below(150)); });
            QVERIFY(!framed.error);
            QCOMPARE(framed.elements, elements);
            QCOMPARE(framed.rest, R"({"items":[],"metadata":{"resourceVersion":"7"}})");
        }
    }

    void listsWithoutElementsEndWell_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray(R"({"items":[]})");
        QTest::newRow("null") << QByteArray(R"({"kind":"PodList","items":null,"metadata":{}})");
        QTest::newRow("a Status") << QByteArray(R"({"kind":"Status","code":403,"details":{"causes":[{}]}})");
        QTest::newRow("an escaped key") << QByteArray("{\"a\\\"items\":[1,2]}");
        QTest::newRow("items deeper") << QByteArray(R"({"metadata":{"items":[1,2]}})");
    }
    void listsWithoutElementsEndWell()
    {
        QFETCH(QByteArray, text);
        const Framed framed = whole(text.toStdString());
        QVERIFY(!framed.error);
        QVERIFY(framed.elements.empty());
        QCOMPARE(framed.rest, text.toStdString());
    }

    void whatIsNoListIsAnError_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text : {"", "  \n", "<html>", "404 page not found", "[]", "}", R"({"items":[{}])", R"({"items":[{"a":1)",
                                 "{\"items\":[{\"a\":\"x", R"({"items":[,{}]})", R"({"items":[{},]})", R"({"items":[{}{}]})",
                                 R"({"items":[{},,{}]})", R"({"items":[1,{}]})", R"({"items":["x"]})", R"({"items":[{}}})",
                                 R"({"items":[]}x)", R"({"items":[]}{})", R"({"items":[]}])", "{\"a\":\"b"})
            QTest::newRow(text) << QByteArray(text);
    }
    void whatIsNoListIsAnError()
    {
        QFETCH(QByteArray, text);
        for (std::size_t step : {1u, 7u, 64u, 1000u}) {
            const Framed framed = frame(text.toStdString(), [&](std::size_t) { return step; });
            QVERIFY(framed.error);
            QCOMPARE(framed.error->kind, ErrorKind::Protocol);
        }
    }

    void everyListCutShortIsAnError()
    {
        const std::size_t end = sample.rfind('}');
        for (std::size_t size = 0; size <= end; ++size)
            QVERIFY2(whole(std::string_view(sample).substr(0, size)).error, qPrintable(QString::number(size)));
    }

    void anObjectOverTheLimitIsRefused()
    {
        ListFramer framer;
        framer.append("{\"items\":[{\"a\":\"");
        const std::string megabytes(8u << 20, 'x');
        for (int i = 0; i < 17; ++i) {
            framer.append(megabytes);
            const auto next = framer.next();
            if (i < 15) {
                QVERIFY(next && !*next);
            } else if (i == 16) {
                QVERIFY(!next);
                QCOMPARE(next.error().kind, ErrorKind::TooLarge);
            }
        }
    }

    void linesComeOutWhereverTheBytesAreCut()
    {
        const std::string text = "{\"a\":1}\n\n  {\"b\":2} \r\n{\"c\":3}\nhalf";
        for (std::size_t step = 1; step < text.size() + 1; ++step) {
            LineFramer framer;
            std::vector<std::string> lines;
            for (std::size_t i = 0; i < text.size(); i += step) {
                framer.append(std::string_view(text).substr(i, step));
                while (const auto line = *framer.next())
                    lines.emplace_back(*line);
            }
            QCOMPARE(lines, (std::vector<std::string>{"{\"a\":1}", "{\"b\":2}", "{\"c\":3}"}));
            QCOMPARE(framer.unfinished(), 4u);
        }
    }
};

QTEST_GUILESS_MAIN(TestFramer)
#include "tst_framer.moc"
