// What is done to a cluster of kubeadm that is there: etcd's answers and files read, what would cost a majority refused, hosts that are gone removed.
#include "played_host.h"

#include "plan/journal.h"
#include "plan/runner.h"
#include "provision/kubeadm/backup.h"
#include "provision/kubeadm/etcd_tool.h"
#include "provision/kubeadm/kubeadm_plan.h"
#include "provision/kubeadm/operations.h"

#include <QCryptographicHash>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace timonier;
using namespace std::chrono_literals;

namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

kubeadm::Spec specOf(const std::string &yaml)
{
    auto spec = kubeadm::readSpec("provider: kubeadm\nname: dev\nnetwork: none\n" + yaml, "spec.yaml");
    return spec ? *spec : kubeadm::Spec{.name = "ERROR " + spec.error().message, .hosts = {{}}};
}

std::vector<kubeadm::EtcdMember> members(const QString &health) // "++-": two answer
{
    std::vector<kubeadm::EtcdMember> all;
    for (qsizetype i = 0; i < health.size(); ++i)
        all.push_back({.id = std::uint64_t(i + 1), .name = std::string(1, char('a' + i)), .healthy = health[i] == QLatin1Char('+')});
    return all;
}

// A snapshot as a real etcd 3.6 wrote it: 20 KiB of bbolt, and its sum.
QByteArray snapshot()
{
    QFile file(QString(TIMONIER_DOUBLES) + "/../data/kubeadm/snapshot.db.z");
    return file.open(QIODevice::ReadOnly) ? qUncompress(file.readAll()) : QByteArray();
}

} // namespace

class TestKubeadmOperations : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder{};
    std::string written(const QByteArray &bytes)
    {
        QFile file(m_folder.filePath("a.db"));
        if (file.open(QIODevice::WriteOnly))
            file.write(bytes);
        return m_folder.filePath("a.db").toStdString();
    }

private slots:
    void aSnapshotSaysHowFarItGoes()
    {
        const auto found = kubeadm::readSnapshotFile(written(snapshot()));
        QVERIFY2(found.has_value(), found ? "" : found.error().message.c_str());
        QCOMPARE(found->revision, 43); // etcdutl snapshot status says the same of it
        QCOMPARE(found->sum.size(), 64u);
    }
    void whatIsNoSnapshotIsRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("words");
        const QByteArray good = snapshot();
        QByteArray changed = good;
        changed[9'000] = char(changed[9'000] + 1);
        const auto summed = [](const QByteArray &bytes) -> QByteArray { return bytes + QCryptographicHash::hash(bytes, QCryptographicHash::Sha256); };
        QTest::newRow("nothing") << QByteArray() << "no snapshot";
        QTest::newRow("a word") << QByteArray("hello\n") << "no snapshot";
        QTest::newRow("half of it") << good.left(good.size() / 2) << "no snapshot";
        QTest::newRow("without its sum") << good.chopped(32) << "no snapshot";
        QTest::newRow("one bit") << changed << "damaged";
        QTest::newRow("zeros with a sum") << summed(QByteArray(8'192, '\0')) << "no data of etcd";
        // Whole by its sum, hostile within: page numbers and sizes that lead out of it.
        for (const int at : {16 + 16, 4'096 + 16 + 16, 8, 10, 8'192 + 12, 8'192 + 20, 12'288 + 10, 16'384 + 10}) {
            QByteArray hostile = good.chopped(32);
            for (int i = 0; i < 4 && at + i < hostile.size(); ++i)
                hostile[at + i] = char(0xff);
            QTest::addRow("a page number at %d", at) << summed(hostile) << "";
        }
    }
    void whatIsNoSnapshotIsRefused()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, words);
        const auto found = kubeadm::readSnapshotFile(written(bytes));
        if (words.isEmpty())
            return; // that it ends, and reads nothing that is not its own (asan)
        QVERIFY(!found);
        QVERIFY2(has(found.error().message, words.toStdString()), found.error().message.c_str());
    }
    void etcdsAnswersAreRead()
    {
        const auto status = kubeadm::readEtcdStatus("[{\"Endpoint\":\"https://127.0.0.1:2379\",\"Status\":{\"header\":{\"cluster_id\":1,\"revision\":2125},\"version\":\"3.6.8\",\"dbSize\":2912256}}]");
        QVERIFY(status && status->revision == 2125 && status->size == 2'912'256);
        QVERIFY(!kubeadm::readEtcdStatus("[]") && !kubeadm::readEtcdStatus("") && !kubeadm::readEtcdStatus("[{\"Status\":{\"header\":{\"revision\":\"x\"}}}]"));
        const auto all = kubeadm::readEtcdMembers("{\"members\":[{\"ID\":18446744073709551615,\"name\":\"a\",\"peerURLs\":[\"https://192.0.2.1:2380\"],\"clientURLs\":[\"https://192.0.2.1:2379\"]},"
                                                  "{\"ID\":2,\"name\":\"b\",\"peerURLs\":[\"https://192.0.2.2:2380\"],\"clientURLs\":[\"https://192.0.2.2:2379\"]},{\"ID\":3,\"peerURLs\":[\"https://192.0.2.3:2380\"]}]}\n"
                                                  "[{\"endpoint\":\"https://192.0.2.1:2379\",\"health\":true},{\"endpoint\":\"https://192.0.2.2:2379\",\"health\":false,\"error\":\"x\"}]\n");
        QVERIFY(all && all->size() == 3);
        QVERIFY((*all)[0].healthy && !(*all)[1].healthy && !(*all)[2].healthy);
        QCOMPARE((*all)[0].id, 18446744073709551615u);
        QVERIFY((*all)[2].name.empty()); // added, and never begun
        QVERIFY(!kubeadm::readEtcdMembers("no"));
    }
    void aMajorityIsNotGivenAway_data()
    {
        QTest::addColumn<QString>("health");
        QTest::addColumn<int>("leaving");
        QTest::addColumn<QString>("words");
        QTest::newRow("one of three, all well") << "+++" << 0 << "";
        QTest::newRow("the dead one of three") << "++-" << 2 << "";
        QTest::newRow("a good one, while another is dead") << "++-" << 0 << "would have no majority";
        QTest::newRow("the dead one of two") << "+-" << 1 << "has lost its majority";
        QTest::newRow("two of three are dead") << "+--" << 2 << "has lost its majority";
        QTest::newRow("the only one") << "+" << 0 << "with it goes the cluster";
        QTest::newRow("two of five are dead, one of them goes") << "+++--" << 4 << "";
        QTest::newRow("two of five are dead, a good one goes") << "+++--" << 0 << "would have no majority";
    }
    void aMajorityIsNotGivenAway()
    {
        QFETCH(QString, health);
        QFETCH(int, leaving);
        QFETCH(QString, words);
        const auto all = members(health);
        const auto loss = kubeadm::quorumLoss(all, all[std::size_t(leaving)]);
        QCOMPARE(loss.has_value(), !words.isEmpty());
        if (loss)
            QVERIFY2(has(loss->message, words.toStdString()) && !loss->hint.empty(), loss->message.c_str());
    }
    void whatAHostLacksOfCertificatesIsNoEnd()
    {
        const auto all = kubeadm::readExpiries("{\"certificates\":[{\"name\":\"apiserver\",\"expirationDate\":\"2027-11-26T20:46:11Z\",\"residualTime\":31535999,\"missing\":false},"
            "{\"name\":\"super-admin.conf\",\"expirationDate\":null,\"residualTime\":0,\"missing\":true},{\"name\":null}],\"certificateAuthorities\":null}", "b");
        QVERIFY(all && all->size() == 3);
        QCOMPARE((*all)[0].left, 31'535'999);
        QVERIFY((*all)[1].missing && (*all)[1].ends.empty());
    }
    void theFirstControlPlaneMayGoWhereThereAreOthers()
    {
        PlayedCluster cluster;
        const auto access = played(cluster);
        const auto one = specOf("controlPlanes: [a]\nworkers: [b]\n"), three = specOf("controlPlanes: [a, b, c]\nendpoint: api.example\nworkers: [d]\n"), own = specOf("controlPlanes: [a, b, c]\nendpoint: a\n");
        QCOMPARE(kubeadm::planToRemove(one, "", "a", access).error().kind, ErrorKind::Unsupported);
        QCOMPARE(kubeadm::planToRemoveLost(own, "", "a", access).error().kind, ErrorKind::Unsupported); // all nodes ask it
        QVERIFY(kubeadm::planToRemove(three, "", "a", access).has_value());
        const auto lost = kubeadm::planToRemoveLost(three, "", "a", access);
        QVERIFY(lost.has_value());
        QStringList steps;
        for (const plan::Step &step : lost->steps)
            steps << QString::fromStdString(step.id);
        QCOMPARE(steps, (QStringList{"certain", "evict", "member", "delete"}));
        QVERIFY(plan::validate(*lost).has_value() && plan::validate(*kubeadm::planToRemove(three, "", "a", access)).has_value());
        QCOMPARE(kubeadm::planToRemoveLost(three, "", "d", access)->steps.size(), 3u); // a worker has no member
    }
    void aRestoreIsOneAsNoOther()
    {
        PlayedCluster cluster;
        const auto plan = kubeadm::planOf(kubeadm::operationOf("kubeadm restore 1795724134123 /home/me/my lab.db"), specOf("controlPlanes: [a, b, c]\nendpoint: x\n"), "", played(cluster));
        QVERIFY(plan && plan::validate(*plan).has_value());
        QCOMPARE(plan->provider, "kubeadm restore 1795724134123 /home/me/my lab.db"); // the journal can resume it
        QCOMPARE(kubeadm::backupName("lab", 1'795'724'134), "lab-20261126-201534.db");
    }
    void aBackupTakesNoOthersPlace()
    {
        PlayedCluster cluster;
        const kubeadm::ClusterTool tool(specOf("controlPlanes: [a]\n"), played(cluster));
        const std::string file = written("mine");
        const auto done = kubeadm::backup(tool, file, {}, {});
        QVERIFY(!done);
        QCOMPARE(done.error().kind, ErrorKind::Conflict);
        QVERIFY(cluster.commands.empty()); // nobody was asked
        // A host that sends no snapshot leaves nothing behind.
        const std::string other = m_folder.filePath("b.db").toStdString();
        QVERIFY(!kubeadm::backup(tool, other, {}, {}));
        QVERIFY(!QFile::exists(m_folder.filePath("b.db")) && !QFile::exists(m_folder.filePath("b.db.part")));
    }
};

QTEST_GUILESS_MAIN(TestKubeadmOperations)
#include "tst_kubeadm_operations.moc"
