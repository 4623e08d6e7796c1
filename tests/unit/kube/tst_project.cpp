#include "kube/decode.h"
#include "kube/format.h"
#include "kube/string_pool.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace timonier;

namespace {

// 2026-11-22T08:00:00Z
const auto now = std::chrono::system_clock::time_point(std::chrono::seconds(1795334400));

RowPtr rowOf(const KindSpec &kind, const QByteArray &object)
{
    RowPtr row;
    ListDecoder decoder(kind, std::make_shared<StringPool>(), [&](RowPtr made) { row = std::move(made); });
    const QByteArray list = R"({"items":[)" + object + "]}";
    const auto fed = decoder.feed({list.constData(), static_cast<std::size_t>(list.size())});
    return fed && decoder.finish() ? row : nullptr;
}

QString shown(const KindSpec &kind, const Row &row)
{
    QStringList out;
    for (std::size_t i = 0; i < kind.columns.size(); ++i) {
        if (kind.columns[i].priority < 2 || kind.columns[i].id == "images")
            out << QString::fromStdString(cellText(kind.columns[i].type, row.cells[i], now));
    }
    return out.join(QStringLiteral(" | "));
}

std::string linksOf(const Row &row)
{
    std::string out;
    for (const Link &link : row.links)
        out.append(std::to_string(static_cast<int>(link.relation))).append(":").append(link.value).append(" ");
    return out;
}

} // namespace

class TestProject : public QObject
{
    Q_OBJECT

private slots:
    void podsSayWhatKubectlSays_data()
    {
        QTest::addColumn<QByteArray>("object");
        QTest::addColumn<QStringList>("cells");
        QFile file(qEnvironmentVariable("TIMONIER_SOURCE_DIR") + QStringLiteral("/tests/unit/kube/data/pods.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonArray cases = QJsonDocument::fromJson(file.readAll())[QStringLiteral("cases")].toArray();
        QVERIFY(cases.size() >= 37);
        for (const QJsonValue &one : cases) {
            QStringList cells;
            for (const QJsonValue &cell : one[QStringLiteral("cells")].toArray())
                cells << cell.toString();
            QTest::newRow(qPrintable(one[QStringLiteral("name")].toString()))
                << QJsonDocument(one[QStringLiteral("object")].toObject()).toJson(QJsonDocument::Compact) << cells;
        }
    }
    void podsSayWhatKubectlSays()
    {
        QFETCH(QByteArray, object);
        QFETCH(QStringList, cells);
        const KindSpec &kind = *typedKind("pods");
        const RowPtr row = rowOf(kind, object);
        QVERIFY(row);
        QCOMPARE(shown(kind, *row).split(QStringLiteral(" | ")).mid(1, 3), cells);
    }

    void everyKindSaysWhatKubectlSays_data()
    {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<QByteArray>("object");
        QTest::addColumn<QByteArray>("cells");
        const auto row = [](const char *name, const char *kind, const char *object, const char *cells) {
            QTest::newRow(name) << QByteArray(kind) << QByteArray(object) << QByteArray(cells);
        };
        row("wide pod", "po", R"({"status":{"podIPs":[{"ip":"10.0.0.1"},{"ip":"fd::1"}],"nominatedNodeName":"n2","conditions":[{"type":"g1","status":"True"}]},"metadata":{"name":"p","creationTimestamp":"2026-11-22T07:50:00Z"},"spec":{"nodeName":"n1","readinessGates":[{"conditionType":"g1"},{"conditionType":"g2"}],"containers":[{"image":"a"},{"image":"b"}]}})",
            "p | 0/2 |  | 0 | 10m | 10.0.0.1 | n1 | n2 | 1/2 | a,b");
        row("node", "no", R"({"metadata":{"name":"n","labels":{"node-role.kubernetes.io/b":"","node-role.kubernetes.io/a":"","kubernetes.io/role":"c","node-role.kubernetes.io/":""}},"spec":{"unschedulable":true},"status":{"conditions":[{"type":"Ready","status":"Unknown"}],"addresses":[{"type":"InternalIP","address":"1"},{"type":"InternalIP","address":"2"}],"nodeInfo":{"kubeletVersion":"v1","kernelVersion":"6.1","architecture":"arm64"}}})",
            "n | NotReady,SchedulingDisabled | a,b,c | <unknown> | v1 | 1 | <none> | <unknown> | 6.1 (arm64) | <unknown>");
        row("bare node", "no", R"({"metadata":{"name":"n"}})", "n | Unknown | <none> | <unknown> |  | <none> | <none> | <unknown> | <unknown> | <unknown>");
        row("namespace", "ns", R"({"metadata":{"name":"n","creationTimestamp":"2026-11-20T08:00:00Z"},"status":{"phase":"Active"}})", "n | Active | 2d");
        row("cluster IP", "svc", R"({"metadata":{"name":"s"},"spec":{"type":"ClusterIP","clusterIPs":["10.0.0.1","fd::1"],"ports":[{"port":80,"protocol":"TCP"},{"port":53,"nodePort":30053,"protocol":"UDP"}],"selector":{"b":"2","a":"1"}}})",
            "s | ClusterIP | 10.0.0.1 | <none> | 80/TCP,53:30053/UDP | <unknown> | a=1,b=2");
        row("load balancer", "svc", R"({"metadata":{"name":"s"},"spec":{"type":"LoadBalancer","externalIPs":["9"]},"status":{"loadBalancer":{"ingress":[{"ip":"2"},{"hostname":"1"},{"ip":"2","hostname":"x"}]}}})",
            "s | LoadBalancer | <none> | 1,2,9 | <none> | <unknown> | <none>");
        row("pending load balancer", "svc", R"({"metadata":{"name":"s"},"spec":{"type":"LoadBalancer"}})", "s | LoadBalancer | <none> | <pending> | <none> | <unknown> | <none>");
        row("external name", "svc", R"({"metadata":{"name":"s"},"spec":{"type":"ExternalName","externalName":"x.y"}})", "s | ExternalName | <none> | x.y | <none> | <unknown> | <none>");
        row("service of no type", "svc", R"({"metadata":{"name":"s"}})", "s |  | <none> | <unknown> | <none> | <unknown> | <none>");
        row("endpoints", "endpointslices", R"({"metadata":{"name":"e"},"addressType":"IPv4","ports":[{"port":1},{"name":"n"},{"port":null,"name":null},{"port":4},{"port":5}],"endpoints":[{"addresses":["1","2"]},{"addresses":["3","4"]}]})",
            "e | IPv4 | 1,n,* + 2 more... | 1,2,3 + 1 more... | <unknown>");
        row("no endpoints", "endpointslices", R"({"metadata":{"name":"e"},"addressType":"IPv6","ports":null})", "e | IPv6 | <unset> | <unset> | <unknown>");
        row("deployment", "deploy", R"({"metadata":{"name":"d"},"spec":{"replicas":3,"selector":{"matchLabels":{"b":"1"},"matchExpressions":[{"key":"b","operator":"In","values":["y","x"]},{"key":"a","operator":"DoesNotExist"},{"key":"c","operator":"Exists"},{"key":"d","operator":"NotIn","values":["z"]}]},"template":{"spec":{"containers":[{"name":"x","image":"i"},{"name":"y","image":"j"}]}}},"status":{"readyReplicas":1,"updatedReplicas":2,"availableReplicas":4}})",
            "d | 1/3 | 2 | 4 | <unknown> | x,y | i,j | !a,b=1,b in (x,y),c,d notin (z)");
        row("replica set", "rs", R"({"metadata":{"name":"r"},"spec":{"replicas":3},"status":{"replicas":2,"readyReplicas":1}})", "r | 3 | 2 | 1 | <unknown> |  |  | <none>");
        row("stateful set", "sts", R"({"metadata":{"name":"r"},"spec":{"replicas":3},"status":{"readyReplicas":1}})", "r | 1/3 | <unknown> |  | ");
        row("daemon set", "ds", R"({"metadata":{"name":"d"},"spec":{"template":{"spec":{"nodeSelector":{"b":"1","a":"2"}}}},"status":{"desiredNumberScheduled":1,"currentNumberScheduled":2,"numberReady":3,"updatedNumberScheduled":4,"numberAvailable":5}})",
            "d | 1 | 2 | 3 | 4 | 5 | a=2,b=1 | <unknown> |  |  | <none>");
        row("running job", "jobs", R"({"metadata":{"name":"j"},"spec":{"completions":2},"status":{"succeeded":1,"startTime":"2026-11-22T07:58:50Z"}})", "j | Running | 1/2 | 70s | <unknown> |  |  | <none>");
        row("complete job", "jobs", R"({"metadata":{"name":"j"},"spec":{"parallelism":3},"status":{"startTime":"2026-11-22T07:00:00Z","completionTime":"2026-11-22T07:00:05Z","conditions":[{"type":"Suspended","status":"True"},{"type":"Complete","status":"True"}]}})", "j | Complete | 0/1 of 3 | 5s | <unknown> |  |  | <none>");
        row("job being deleted", "jobs", R"({"metadata":{"name":"j","deletionTimestamp":"2026-11-22T07:00:00Z"},"status":{"conditions":[{"type":"Suspended","status":"True"},{"type":"Failed","status":"False"}]}})", "j | Terminating | 0/1 |  | <unknown> |  |  | <none>");
        row("cron job", "cj", R"({"metadata":{"name":"c"},"spec":{"schedule":"@daily","suspend":false,"timeZone":"Etc/UTC"},"status":{"active":[{},{}],"lastScheduleTime":"2026-11-22T07:50:00Z"}})", "c | @daily | Etc/UTC | False | 2 | 10m | <unknown> |  |  | <none>");
        row("new cron job", "cj", R"({"metadata":{"name":"c"},"spec":{"schedule":"@daily"}})", "c | @daily | <none> | <unset> | 0 | <none> | <unknown> |  |  | <none>");
        row("ingress", "ing", R"({"metadata":{"name":"i"},"spec":{"ingressClassName":"x","tls":[{}],"rules":[{"host":"a"},{"host":"b"},{"host":"c"},{"host":"d"},{}]},"status":{"loadBalancer":{"ingress":[{"ip":"1"}]}}})", "i | x | a,b,c + 2 more... | 1 | 80, 443 | <unknown>");
        row("ingress for all hosts", "ing", R"({"metadata":{"name":"i"},"spec":{"rules":[{"http":{}}]}})", "i | <none> | * |  | 80 | <unknown>");
        row("volume", "pv", R"({"metadata":{"name":"v","annotations":{"volume.beta.kubernetes.io/storage-class":"old"}},"spec":{"capacity":{"storage":"5Gi"},"accessModes":["ReadWriteMany","ReadWriteOncePod","ReadWriteOnce","ReadWriteOnce"],"persistentVolumeReclaimPolicy":"Retain","storageClassName":"new","claimRef":{"namespace":"n","name":"c"},"volumeMode":"Block"},"status":{"phase":"Bound","reason":"r"}})",
            "v | 5Gi | RWO,RWX,RWOP | Retain | Bound | n/c | old | <unset> | r | <unknown> | Block");
        row("volume being deleted", "pv", R"({"metadata":{"name":"v","deletionTimestamp":"2026-11-22T07:00:00Z"},"status":{"phase":"Bound"}})", "v | 0 |  |  | Terminating |  |  | <unset> |  | <unknown> | <unset>");
        row("claim", "pvc", R"({"metadata":{"name":"c"},"spec":{"volumeName":"v","storageClassName":"s","volumeAttributesClassName":"a","volumeMode":"Filesystem"},"status":{"phase":"Bound","accessModes":["ReadOnlyMany"],"capacity":{"storage":"1Gi"}}})", "c | Bound | v | 1Gi | ROX | s | a | <unknown> | Filesystem");
        row("claim without a volume", "pvc", R"({"metadata":{"name":"c"},"status":{"phase":"Pending","accessModes":["ReadOnlyMany"],"capacity":{"storage":"1Gi"}}})", "c | Pending |  |  |  |  | <unset> | <unknown> | <unset>");
        row("default class", "sc", R"({"metadata":{"name":"s","annotations":{"storageclass.kubernetes.io/is-default-class":"true"}},"provisioner":"p","allowVolumeExpansion":true})", "s (default) | p | Delete | Immediate | true | <unknown>");
        row("autoscaler", "hpa", R"({"metadata":{"name":"h"},"spec":{"scaleTargetRef":{"kind":"Deployment","name":"d"},"minReplicas":2,"maxReplicas":12,"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"averageUtilization":80}}},{"type":"Pods","pods":{"metric":{"name":"q"},"target":{"averageValue":"100m"}}},{"type":"x"}]},"status":{"currentReplicas":4,"currentMetrics":[{"type":"Resource","resource":{"name":"cpu","current":{"averageUtilization":50,"averageValue":"1"}}}]}})",
            "h | Deployment/d | cpu: 50%/80%, <unknown>/100m + 1 more... | 2 | 12 | 4 | <unknown>");
        row("autoscaler by other metrics", "hpa", R"({"metadata":{"name":"h"},"spec":{"scaleTargetRef":{"kind":"K","name":"d"},"maxReplicas":1,"metrics":[{"external":{"target":{"averageValue":"30"}},"type":"External"},{"type":"Object","object":{"target":{"value":"2k"}}}]},"status":{"currentMetrics":[{"type":"External","external":{"current":{"averageValue":"7"}}},{"type":"Object","object":{"current":{"value":"1k"}}}]}})",
            "h | K/d | 7/30 (avg), 1k/2k | <unset> | 1 | 0 | <unknown>");
        row("service account", "sa", R"({"metadata":{"name":"s"}})", "s | <unknown>");
        row("role", "roles", R"({"metadata":{"name":"r","creationTimestamp":"2026-11-22T07:00:00Z"}})", "r | 2026-11-22T07:00:00Z");
        row("binding", "rolebindings", R"({"metadata":{"name":"b"},"roleRef":{"kind":"Role","name":"r"},"subjects":[{"kind":"User","name":"u"},{"kind":"User","name":"v"},{"kind":"Group","name":"g"},{"kind":"ServiceAccount","namespace":"n","name":"s"}]})", "b | Role/r | <unknown> | u, v | g | n/s");
        row("event", "ev", R"({"metadata":{"name":"e"},"type":"Normal","reason":"R","involvedObject":{"kind":"Pod","name":"p","fieldPath":"f"},"source":{"component":"c","host":"h"},"message":" a\nb ","firstTimestamp":"2026-11-22T07:50:00Z","lastTimestamp":"2026-11-22T07:59:00Z","count":4})", "60s | Normal | R | pod/p | f | c, h | a\nb | 10m | 4 | e");
        row("event of a series", "ev", R"({"metadata":{"name":"e"},"involvedObject":{"kind":"Node"},"reportingComponent":"rc","eventTime":"2026-11-22T07:50:00.5Z","series":{"count":9,"lastObservedTime":"2026-11-22T07:59:59.123456Z"}})", "1s |  |  | node |  | rc |  | 10m | 9 | e");
        row("event of no time", "ev", R"({"metadata":{"name":"e"},"firstTimestamp":null})", "<unknown> |  |  |  |  |  |  | <unknown> | 1 | e");
    }
    void everyKindSaysWhatKubectlSays()
    {
        QFETCH(QByteArray, kind);
        QFETCH(QByteArray, object);
        QFETCH(QByteArray, cells);
        const KindSpec &spec = *typedKind(kind.toStdString());
        const RowPtr row = rowOf(spec, object);
        QVERIFY(row);
        QCOMPARE(row->cells.size(), spec.columns.size());
        QCOMPARE(shown(spec, *row), QString::fromUtf8(cells));
    }

    void whatOnlyTimonierShows_data()
    {
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<QByteArray>("object");
        QTest::addColumn<QByteArray>("cells");
        const auto row = [](const char *name, const char *kind, const char *object, const char *cells) {
            QTest::newRow(name) << QByteArray(kind) << QByteArray(object) << QByteArray(cells);
        };
        row("a pod that asks for nothing", "po", R"({"spec":{"containers":[{"name":"a"}]}})", " |  |  | ");
        row("one container, as it was written", "po", R"({"spec":{"containers":[{"resources":{"requests":{"cpu":"0.25","memory":"1073741824"}}}]}})", "0.25=250 | 1073741824=1073741824000 |  | ");
        row("containers add up", "po", R"({"spec":{"containers":[{"resources":{"requests":{"cpu":"250m","memory":"1Gi"}}},{"resources":{"requests":{"cpu":1,"memory":"512Mi"}}}]}})", "1250m=1250 | 1536Mi=1610612736000 |  | ");
        row("an init container that needs more", "po", R"({"spec":{"initContainers":[{"resources":{"requests":{"cpu":"2","memory":"1Mi"}}}],"containers":[{"resources":{"requests":{"cpu":"250m","memory":"1Gi"}}}]}})", "2=2000 | 1Gi=1073741824000 |  | ");
        row("a sidecar counts beside both", "po", R"({"spec":{"initContainers":[{"restartPolicy":"Always","resources":{"requests":{"cpu":"100m"}}},{"resources":{"requests":{"cpu":"1"}}}],"containers":[{"resources":{"requests":{"cpu":"500m"}}}]}})", "1100m=1100 |  |  | ");
        row("the pod as a whole, and overhead", "po", R"({"spec":{"overhead":{"cpu":"50m"},"resources":{"requests":{"cpu":"3"}},"containers":[{"resources":{"requests":{"cpu":"500m","memory":"1Gi"}}}]}})", "3050m=3050 | 1Gi=1073741824000 |  | ");
        row("killed for memory", "po", R"({"status":{"containerStatuses":[{"lastState":{"terminated":{"reason":"Error","exitCode":1,"finishedAt":"2026-11-22T07:00:00Z"}}},{"state":{"running":{}},"lastState":{"terminated":{"reason":"OOMKilled","exitCode":137,"finishedAt":"2026-11-22T07:50:00Z"}}}]}})", " |  | OOMKilled (137)=1795333800 | ");
        row("an init container that did its work", "po", R"({"status":{"initContainerStatuses":[{"state":{"terminated":{"reason":"Completed","exitCode":0,"finishedAt":"2026-11-22T07:50:00Z"}}}]}})", " |  |  | ");
        row("an exit without a reason", "po", R"({"status":{"initContainerStatuses":[{"state":{"terminated":{"exitCode":3}}}]}})", " |  | Exited (3) | ");
        row("ports of containers and sidecars", "po", R"({"spec":{"containers":[{"ports":[{"name":"http","containerPort":8080,"protocol":"TCP"},{"containerPort":53,"protocol":"UDP"}]}],"initContainers":[{"ports":[{"name":"no","containerPort":1}]},{"restartPolicy":"Always","ports":[{"name":"m","containerPort":9}]}]}})", " |  |  | http:8080/TCP,53/UDP,m:9/TCP");
        row("a node that is well", "no", R"({"status":{"allocatable":{"cpu":"4","memory":"16Gi","pods":"110"},"conditions":[{"type":"MemoryPressure","status":"False"},{"type":"EtcdIsVoter","status":"True"},{"type":"Ready","status":"True","reason":"KubeletReady"}]}})",
            "4=4000 | 16Gi=17179869184000 | 110=110000 | none |  | ");
        row("a node in trouble", "no", R"({"spec":{"taints":[{"key":"a","value":"b","effect":"NoSchedule"},{"key":"c","effect":"NoExecute"}]},"status":{"allocatable":{"nvidia.com/gpu":"4","amd.com/gpu":"1","gpu.intel.com/i915":"2","gpu.intel.com/millicores":"1000"},"conditions":[{"type":"DiskPressure","status":"True"},{"type":"PIDPressure","status":"Unknown"},{"type":"Ready","status":"Unknown","reason":"NodeStatusUnknown"}]}})",
            " |  |  | 7 | NotReady: NodeStatusUnknown,DiskPressure | a=b:NoSchedule,c:NoExecute");
        row("target ports", "svc", R"({"spec":{"ports":[{"port":80,"protocol":"TCP","targetPort":"http"},{"port":53,"protocol":"UDP"},{"port":1,"protocol":"TCP","targetPort":8443}]}})", "http/TCP,53/UDP,8443/TCP");
        row("ready endpoints", "endpointslices", R"({"endpoints":[{},{"conditions":{"ready":true}},{"conditions":{"ready":false}},{"conditions":{"ready":false,"terminating":true}},{"conditions":{"ready":null}}]})", "3/4");
    }
    void whatOnlyTimonierShows()
    {
        QFETCH(QByteArray, kind);
        QFETCH(QByteArray, object);
        QFETCH(QByteArray, cells);
        const KindSpec &spec = *typedKind(kind.toStdString());
        const RowPtr row = rowOf(spec, object);
        QVERIFY(row);
        QStringList out;
        for (std::size_t i = 0; i < spec.columns.size(); ++i) {
            const Column &column = spec.columns[i];
            const Cell &cell = row->cells[i];
            if (column.priority < 2 || column.id == "images")
                continue;
            QString text = QString::fromUtf8(cell.text.data(), qsizetype(cell.text.size()));
            if (column.type == CellType::Number)
                text = cell.number == noNumber ? QStringLiteral("none") : QString::number(cell.number);
            else if (cell.number != 0 && column.type != CellType::Fraction)
                text += u'=' + QString::number(cell.number);
            out << text;
        }
        QCOMPARE(out.join(QStringLiteral(" | ")), QString::fromUtf8(cells));
    }

    void rowsPointAtOneAnother()
    {
        const RowPtr pod = rowOf(*typedKind("po"), R"({"metadata":{"name":"web-1-x","namespace":"n","ownerReferences":[{"kind":"Other","name":"o","uid":"u0"},{"kind":"ReplicaSet","name":"web-1","uid":"u1","controller":true}]},"spec":{"nodeName":"n1"}})");
        QCOMPARE(linksOf(*pod), "0:u1 1:n1 ");
        QCOMPARE(pod->ownerKind, "ReplicaSet");
        QCOMPARE(pod->ownerName, "web-1");
        const RowPtr slice = rowOf(*typedKind("endpointslices"), R"({"metadata":{"name":"s","labels":{"kubernetes.io/service-name":"web"}},"endpoints":[{"targetRef":{"kind":"Pod","uid":"p1"}},{"targetRef":{"kind":"Node","uid":"x"}},{"targetRef":{"uid":"p2","kind":"Pod"}}]})");
        QCOMPARE(linksOf(*slice), "2:web 3:p1 3:p2 ");
        const RowPtr service = rowOf(*typedKind("svc"), R"({"spec":{"selector":{"b":"2","a":"1"}}})");
        QCOMPARE(linksOf(*service), "4:a=1,b=2 ");
        const RowPtr set = rowOf(*typedKind("rs"), R"({"spec":{"selector":{"matchLabels":{"a":"1"}}}})");
        QCOMPARE(linksOf(*set), "4:a=1 ");
    }

    void everyKindSurvivesEveryWrongType()
    {
        const QByteArray wrong[] = {"null", "7", "\"x\"", "[]", "{}", "[null,7,\"x\",{},[]]", "true"};
        for (const KindSpec &kind : typedKinds()) {
            for (const char *key : {"metadata", "spec", "status", "subjects", "roleRef", "involvedObject", "source", "series", "ports", "endpoints", "provisioner"}) {
                for (const QByteArray &value : wrong) {
                    const RowPtr row = rowOf(kind, R"({")" + QByteArray(key) + R"(":)" + value + "}");
                    QVERIFY(row && row->cells.size() == kind.columns.size());
                }
            }
        }
    }

    void aPodTakesLittleMemory()
    {
        const RowPtr pod = rowOf(*typedKind("po"), R"({"metadata":{"name":"a","namespace":"n"},"spec":{"nodeName":"n1"}})");
        QVERIFY(pod->cells.capacity() == pod->cells.size());
        QVERIFY(pod->links.capacity() == pod->links.size());
        QVERIFY(sizeof(Row) + pod->cells.size() * sizeof(Cell) + pod->links.size() * sizeof(Link) <= 600);
    }
};

QTEST_GUILESS_MAIN(TestProject)
#include "tst_project.moc"
