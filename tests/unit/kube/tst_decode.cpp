#include "kube/decode.h"
#include "kube/string_pool.h"

#include <QTest>

using namespace timonier;

namespace {

KindSpec tableKind()
{
    Resource resource;
    resource.group = "x.example.com";
    resource.version = "v1";
    resource.name = "crontabs";
    return kindFor(resource);
}

struct Listed {
    std::vector<RowPtr> rows;
    Result<ListEnd> end = fail(ErrorKind::Internal, "nothing read");
    std::shared_ptr<const Columns> columns;
};

Listed list(const KindSpec &kind, std::string_view text, std::size_t step = SIZE_MAX)
{
    Listed out;
    ListDecoder decoder(kind, std::make_shared<StringPool>(), [&](RowPtr row) { out.rows.push_back(std::move(row)); });
    while (!text.empty()) {
        const std::string chunk(text.substr(0, std::min(step, text.size())));
        text.remove_prefix(chunk.size());
        if (auto fed = decoder.feed(chunk); !fed) {
            out.end = std::unexpected(fed.error());
            return out;
        }
    }
    out.end = decoder.finish();
    out.columns = decoder.columns();
    return out;
}

struct Watched {
    std::vector<Change> changes;
    std::vector<std::string> revisions;
    Result<> result;
    std::shared_ptr<const Columns> columns;
    std::size_t unfinished = 0;
};

Watched watch(const KindSpec &kind, std::string_view text, std::size_t step = SIZE_MAX)
{
    Watched out;
    WatchDecoder decoder(kind, std::make_shared<StringPool>(),
                         {[&](Change change) { out.changes.push_back(std::move(change)); },
                          [&](std::string_view revision) { out.revisions.emplace_back(revision); }});
    while (out.result && !text.empty()) {
        const std::string chunk(text.substr(0, std::min(step, text.size())));
        text.remove_prefix(chunk.size());
        out.result = decoder.feed(chunk);
    }
    out.columns = decoder.columns();
    out.unfinished = decoder.unfinishedBytes();
    return out;
}

const KindSpec &namespaces()
{
    return *typedKind("namespaces");
}

std::string oneOf(std::string_view object)
{
    return R"({"kind":"NamespaceList","apiVersion":"v1","metadata":{"resourceVersion":"99"},"items":[)" + std::string(object) + "]}";
}

const std::string object = R"({"metadata":{"name":"a","uid":"6ba7b810-9dad-11d1-80b4-00c04fd430c8","resourceVersion":"7","creationTimestamp":"2024-01-01T00:00:00Z","labels":{"z":"1","b":"2"},"managedFields":[{"f:x":{}}]},"status":{"phase":"Active"}})";

const std::string table = R"({"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"500"},"columnDefinitions":[
 {"name":"Name","type":"string","format":"name","priority":0},{"name":"Replicas","type":"integer","priority":0},{"name":"Ratio","type":"number"},
 {"name":"On","type":"boolean"},{"name":"Last Run","type":"date"},{"name":"Note","type":"string","priority":1},{"name":"Age","type":"date"}],
 "rows":[{"cells":["a",3,0.5,true,"3m10s","x\ny","5d"],"object":{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"a","namespace":"n","uid":"6ba7b810-9dad-11d1-80b4-00c04fd430c8","resourceVersion":"41","creationTimestamp":"2024-01-01T00:00:00Z"}}},
 {"cells":["b",null,null,null,null,["l",1],"<unknown>","more"],"object":{"metadata":{"name":"b","namespace":"n","uid":"6ba7b810-9dad-11d1-80b4-00c04fd430c9"}}}]})";

} // namespace

class TestDecode : public QObject
{
    Q_OBJECT

private slots:
    void aListBecomesRowsInTheOrderOfTheServer()
    {
        const std::string text = R"({"kind":"NamespaceList","items":[)" + object + R"(,{"metadata":{"name":"b"}}],"metadata":{"resourceVersion":"99","continue":"tok","remainingItemCount":5}})";
        for (std::size_t step = 1; step < text.size() + 1; ++step) {
            const Listed listed = list(namespaces(), text, step);
            QVERIFY(listed.end);
            QCOMPARE(listed.end->resourceVersion, "99");
            QCOMPARE(listed.end->continueToken, "tok");
            QCOMPARE(listed.end->remaining, 5);
            QCOMPARE(listed.rows.size(), 2u);
            const Row &row = *listed.rows[0];
            QCOMPARE(row.name, "a");
            QVERIFY(row.uid == Uid::of("6ba7b810-9dad-11d1-80b4-00c04fd430c8"));
            QCOMPARE(row.revision, 7u);
            QCOMPARE(row.created, 1704067200);
            QCOMPARE(row.labels, "b=2,z=1");
            QCOMPARE(row.cells.size(), 3u);
            QCOMPARE(row.cells[1].text, "Active");
            QCOMPARE(row.cells[2].number, 1704067200);
            QCOMPARE(listed.rows[1]->name, "b");
            QVERIFY(*listed.columns == namespaces().columns);
        }
    }

    void aStatusInPlaceOfAListIsItsError()
    {
        const Listed listed = list(namespaces(), R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"too old","reason":"Expired","code":410})");
        QVERIFY(!listed.end);
        QCOMPARE(listed.end.error().kind, ErrorKind::Gone);
    }

    void whatIsNoListIsSaidToBeNone_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text : {R"({"kind":"Namespace","metadata":{"name":"a"}})", "{}", R"({"items":7})", "<html>{}",
                                 R"({"kind":"NamespaceList" "metadata":{},"items":[]})"})
            QTest::newRow(text) << QByteArray(text);
    }
    void whatIsNoListIsSaidToBeNone()
    {
        QFETCH(QByteArray, text);
        const Listed listed = list(namespaces(), text.toStdString());
        QVERIFY(!listed.end);
        QCOMPARE(listed.end.error().kind, ErrorKind::Protocol);
        QVERIFY(!listed.end.error().message.empty());
    }

    void aBrokenObjectIsMissedAndHidesNoOther_data()
    {
        QTest::addColumn<QByteArray>("broken");
        for (const char *text : {"[]", R"({"metadata":{"name" "a"}})", R"({"a":1 2})", R"({"a"})", "{,}", R"({"a":})", R"({"metadata":{"name":"x"]})"})
            QTest::newRow(text) << QByteArray(text);
    }
    void aBrokenObjectIsMissedAndHidesNoOther()
    {
        QFETCH(QByteArray, broken);
        for (const KindSpec &kind : {namespaces(), tableKind()}) {
            const std::string good = R"({"metadata":{"name":"a","uid":"00000000-0000-4000-8000-000000000001"}})";
            const Listed listed = list(kind, R"({"kind":"List","metadata":{"resourceVersion":"7"},"items":[)" + good + "," + broken.toStdString() + "," + good + "]}");
            QVERIFY(listed.end);
            QCOMPARE(listed.rows.size(), std::size_t(2));
            QVERIFY(listed.end->unreadable);
            QCOMPARE(listed.end->unreadable->kind, ErrorKind::Protocol);
            QVERIFY(QString::fromStdString(listed.end->unreadable->message).endsWith(u": 1"));
        }
    }

    void emptyListsAreLists_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text : {R"({"kind":"NamespaceList","items":[]})", R"({"kind":"NamespaceList","items":null})", R"({"kind":"NamespaceList"})",
                                 R"({"kind":"Table","rows":[]})", R"({"items":[ ]})"})
            QTest::newRow(text) << QByteArray(text);
    }
    void emptyListsAreLists()
    {
        QFETCH(QByteArray, text);
        for (const KindSpec &kind : {namespaces(), tableKind()}) {
            const Listed listed = list(kind, text.toStdString());
            QVERIFY(listed.end);
            QVERIFY(listed.rows.empty());
            QVERIFY(listed.columns);
        }
    }

    void anOddObjectStillHasARow_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("name");
        QTest::newRow("nothing in it") << QByteArray("{}") << QString();
        QTest::newRow("nulls") << QByteArray(R"({"metadata":null,"status":null})") << QString();
        QTest::newRow("wrong types") << QByteArray(R"({"metadata":{"name":"a","labels":[1],"uid":{},"ownerReferences":{"a":1},"creationTimestamp":5,"resourceVersion":7},"status":"x"})") << QStringLiteral("a");
        QTest::newRow("an array of metadata") << QByteArray(R"({"metadata":[{"name":"a"}]})") << QString();
        QTest::newRow("escapes") << QByteArray("{\"metadata\":{\"name\":\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\\ud800x\\q\"}}") << QStringLiteral("a\"\\/\b\f\n\r\té😀\uFFFDx\uFFFD");
        QTest::newRow("not UTF-8") << QByteArray("{\"metadata\":{\"name\":\"a\xff\xc3\xa9\xe2\x82\"}}") << QStringLiteral("a\uFFFDé\uFFFD\uFFFD");
        QTest::newRow("a control character") << QByteArray("{\"metadata\":{\"name\":\"a\x01z\"}}") << QStringLiteral("a z");
        QTest::newRow("twice the same key") << QByteArray(R"({"metadata":{"name":"a","name":"b"}})") << QStringLiteral("b");
        QTest::newRow("deep") << QByteArray(R"({"x":)") + QByteArray(5000, '[') + QByteArray(5000, ']') + R"(,"metadata":{"name":"a"}})" << QStringLiteral("a");
        QTest::newRow("white space") << QByteArray("{ \"metadata\" : { \"name\" : \"a\" \n } \t }") << QStringLiteral("a");
    }
    void anOddObjectStillHasARow()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, name);
        const Listed listed = list(namespaces(), oneOf(text.toStdString()));
        QVERIFY2(listed.end, listed.end ? "" : listed.end.error().text().c_str());
        QCOMPARE(listed.rows.size(), 1u);
        QCOMPARE(QString::fromUtf8(listed.rows[0]->name.data(), static_cast<qsizetype>(listed.rows[0]->name.size())), name);
        QCOMPARE(listed.rows[0]->cells.size(), 3u);
        QVERIFY(listed.rows[0]->uid);
    }

    void aFiftyMegabyteObjectHasARow()
    {
        const std::string big = "{\"data\":\"" + std::string(50u << 20, 'x') + "\",\"metadata\":{\"name\":\"big\"}}";
        const Listed listed = list(namespaces(), oneOf(big + "," + object), 1u << 20);
        QVERIFY(listed.end);
        QCOMPARE(listed.rows.size(), 2u);
        QCOMPARE(listed.rows[0]->name, "big");
        QCOMPARE(listed.rows[1]->name, "a");
    }

    void aTableBringsItsOwnColumns()
    {
        for (std::size_t step = 1; step < table.size() + 1; step += step < 70 ? 1 : 97) {
            const Listed listed = list(tableKind(), table, step);
            QVERIFY2(listed.end, listed.end ? "" : listed.end.error().text().c_str());
            QCOMPARE(listed.end->resourceVersion, "500");
            const Columns &columns = *listed.columns;
            QCOMPARE(columns.size(), 7u);
            QVERIFY((columns[4] == Column{"last-run", "LAST RUN", CellType::Quantity, 0}));
            QVERIFY((columns[5] == Column{"note", "NOTE", CellType::Text, 1}));
            QVERIFY((columns[6] == Column{"age", "AGE", CellType::Time, 0}));
            const auto &a = listed.rows.at(0)->cells;
            QCOMPARE(a[1].number, 3);
            QCOMPARE(a[2].text, "0.5");
            QCOMPARE(a[2].number, 500);
            QCOMPARE(a[3].text, "true");
            QCOMPARE(a[4].text, "3m10s");
            QCOMPARE(a[4].number, 190'000);
            QCOMPARE(a[6].number, 1704067200);
            QCOMPARE(listed.rows[0]->ns, "n");
            const auto &b = listed.rows.at(1)->cells;
            QCOMPARE(b.size(), 7u);
            QCOMPARE(b[1].number, noNumber);
            QCOMPARE(b[3].text, "");
            QCOMPARE(b[5].text, R"(["l",1])");
            QCOMPARE(b[6].text, "<unknown>");
        }
    }

    void plainObjectsWhereATableWasAskedForShowNameAndAge()
    {
        const Listed listed = list(tableKind(), oneOf(object));
        QVERIFY(listed.end);
        QCOMPARE(listed.columns->size(), 2u);
        QCOMPARE(listed.rows.at(0)->cells.at(0).text, "a");
        QCOMPARE(listed.rows.at(0)->cells.at(1).number, 1704067200);
    }

    void watchEventsBecomeChangesWhereverTheBytesAreCut()
    {
        const std::string text = R"({"type":"ADDED","object":)" + object + "}\n" + R"({"object":)" + object + R"(,"type":"DELETED"})" + "\r\n\n"
            + R"({"type":"BOOKMARK","object":{"kind":"Namespace","metadata":{"resourceVersion":"12"}}})" + "\n{\"type\":";
        for (std::size_t step = 1; step < text.size() + 1; ++step) {
            const Watched seen = watch(namespaces(), text, step);
            QVERIFY(seen.result);
            QCOMPARE(seen.changes.size(), 2u);
            QVERIFY(seen.changes[0].kind == ChangeKind::Upserted);
            QVERIFY(seen.changes[1].kind == ChangeKind::Removed);
            QCOMPARE(seen.changes[1].row->name, "a");
            QCOMPARE(seen.revisions, (std::vector<std::string>{"7", "7", "12"}));
            QCOMPARE(seen.unfinished, 8u);
        }
    }

    void anErrorEventIsItsStatus()
    {
        const Watched seen = watch(namespaces(), R"({"type":"ERROR","object":{"kind":"Status","metadata":{"resourceVersion":"5"},"code":410,"reason":"Expired"}})" "\n");
        QVERIFY(!seen.result);
        QCOMPARE(seen.result.error().kind, ErrorKind::Gone);
        QVERIFY(seen.revisions.empty());
    }

    void brokenEventsAreErrors_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text : {"x", "[]", "{}", R"({"type":"ADDED"})", R"({"type":"WHAT","object":{}})", R"({"type":"ADDED","object":7})",
                                 R"({"type":"ADDED","object":{"metadata":{"name":"a"})", R"({"type":"ADDED","object":{"a" 1}})", "\"unended"})
            QTest::newRow(text) << QByteArray(text);
    }
    void brokenEventsAreErrors()
    {
        QFETCH(QByteArray, text);
        for (const KindSpec &kind : {namespaces(), tableKind()}) {
            const Watched seen = watch(kind, text.toStdString() + "\n");
            QVERIFY(!seen.result);
            QCOMPARE(seen.result.error().kind, ErrorKind::Protocol);
        }
    }

    void tablesInAWatchNameTheirColumnsOnce()
    {
        std::string flat = table;
        std::erase(flat, '\n');
        const std::string second = R"({"kind":"Table","metadata":{"resourceVersion":"501"},"columnDefinitions":null,"rows":[{"cells":["c",4],"object":{"metadata":{"name":"c","resourceVersion":"501"}}}]})";
        const std::string mark = R"({"kind":"Table","metadata":{},"rows":[{"cells":["",0],"object":{"metadata":{"resourceVersion":"600"}}}]})";
        const Watched seen = watch(tableKind(), R"({"type":"ADDED","object":)" + flat + "}\n" + R"({"type":"MODIFIED","object":)" + second + "}\n"
                                                    + R"({"type":"BOOKMARK","object":)" + mark + "}\n");
        QVERIFY2(seen.result, seen.result ? "" : seen.result.error().text().c_str());
        QCOMPARE(seen.changes.size(), 3u);
        QCOMPARE(seen.columns->size(), 7u);
        QCOMPARE(seen.changes[2].row->cells[1].number, 4);
        QCOMPARE(seen.revisions, (std::vector<std::string>{"41", "501", "600"}));
    }

    void kindsAreFoundByEveryName()
    {
        for (const char *name : {"pods", "pod", "po", "Pod", "PODS"})
            QCOMPARE(typedKind(name), typedKind("pods"));
        QCOMPARE(typedKind("deployments.apps")->resource.kind, "Deployment");
        QVERIFY(!typedKind("secrets"));
        QVERIFY(!typedKind("deployments.extensions"));
        QCOMPARE(typedKinds().size(), 22u);
        QVERIFY(!tableKind().typed());
        QVERIFY(tableKind().accept().starts_with("application/json;as=Table"));
        QVERIFY(kindFor(typedKind("hpa")->resource).typed());
        Resource old = typedKind("hpa")->resource;
        old.version = "v1";
        QVERIFY(!kindFor(old).typed());
    }
};

QTEST_GUILESS_MAIN(TestDecode)
#include "tst_decode.moc"
