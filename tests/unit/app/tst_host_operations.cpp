// What is done to a cluster on one's own hosts: the spec that its runs come to, the plan of each operation, and a password that is given once.
#include "plan/journal.h"
#include "provision/kubeadm/operations.h"
#include "session/host_clusters.h"
#include "session/host_operations.h"
#include "session/plans.h"
#include "timonier/shared_answers.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace timonier;

static const std::string three = "provider: kubeadm\nname: lab\nkubernetes: \"1.36.3\"\nuser: ops\ncontrolPlanes: [h1]\nworkers: [h2, {host: h3, port: 2222, name: back}]\n";

class HostOperations : public QObject
{
    Q_OBJECT

    struct Past {
        Past() : journal(*plan::Journal::open(std::filesystem::path(folder.path().toStdString()), std::make_shared<SystemClock>())) {}
        void run(const std::string &provider, const std::string &spec, plan::RunState end = plan::RunState::Finished, plan::Direction direction = plan::Direction::Forward)
        {
            const auto id = journal->begin({.provider = provider, .target = "kubeadm/lab", .title = provider, .spec = spec}, direction);
            QVERIFY(id.has_value());
            QVERIFY(journal->end(*id, end, {}).has_value());
        }
        kubeadm::Spec now()
        {
            const auto text = hostsSpecNow(*journal, "kubeadm/lab");
            const auto spec = text ? kubeadm::readSpec(*text, "now") : std::unexpected(text.error());
            if (!spec)
                qFatal("%s", spec.error().text().c_str());
            return *spec;
        }
        QString hosts()
        {
            QStringList all;
            for (const kubeadm::Host &host : now().hosts)
                all << QString::fromStdString(kubeadm::shown(host));
            return all.join(u' ');
        }
        QTemporaryDir folder;
        std::unique_ptr<plan::Journal> journal;
    };

    static std::string with(std::string spec, const char *what, const char *instead) { return QString::fromStdString(spec).replace(QLatin1String(what), QLatin1String(instead)).toStdString(); }

    static const HostOperation &operation(const char *verb) { return *std::ranges::find(hostOperations(), verb, &HostOperation::verb); }
    static HostCluster cluster() { return {.values = *kubeadmForm({}).values(three, "test"), .hosts = {}}; }
    // Of what a wizard would run.
    static Result<plan::Plan> planOf(const ClusterForm &form, const form::Values &values) { return planOfProvider(form.change->provider(values), form.text(values), "test", nullptr, {}); }

private slots:
    void aHostThatWasRemovedIsNoLongerInTheSpec()
    {
        Past past;
        QVERIFY(!hostsSpecNow(*past.journal, "kubeadm/lab"));
        past.run("kubeadm", three);
        QCOMPARE(past.hosts(), "h1 h2 h3:2222");
        past.run("kubeadm remove-host h2", three, plan::RunState::Failed);
        QCOMPARE(past.hosts(), "h1 h2 h3:2222"); // it may still be in
        past.run("kubeadm remove-host h3:2222", three);
        QCOMPARE(past.hosts(), "h1 h2");
        past.run("kubeadm renew-certs", three); // with a file that still has it
        QCOMPARE(past.hosts(), "h1 h2");
        past.run("kubeadm", three); // and it is added again
        QCOMPARE(past.hosts(), "h1 h2 h3:2222");
        past.run("kubeadm remove-host back", three);
        QCOMPARE(past.hosts(), "h1 h2");
    }

    void anUpgradeCountsWhenItHasComeToItsEnd()
    {
        Past past;
        const std::string newer = with(three, "1.36.3", "1.37.0");
        past.run("kubeadm", three);
        past.run("kubeadm upgrade", newer, plan::RunState::Failed);
        QCOMPARE(past.now().kubernetes, "1.36.3"); // a host that is added now must not be newer than the API server
        past.run("kubeadm upgrade", newer);
        QCOMPARE(past.now().kubernetes, "1.37.0");
        past.run("kubeadm remove-host h2", with(three, "1.36.3", "1.37.0"));
        QCOMPARE(past.now().kubernetes, "1.37.0");
        QCOMPARE(past.hosts(), "h1 h3:2222");
    }

    void eachOperationIsThePlanOfTheCommandLine()
    {
        const auto removal = operation("remove-host").form(cluster(), "h2");
        const auto removing = planOf(removal, {});
        QVERIFY2(removing.has_value(), removing ? "" : removing.error().text().c_str());
        QCOMPARE(removing->provider, "kubeadm remove-host h2");
        QCOMPARE(removing->target, "kubeadm/lab");
        QCOMPARE(removal.change->words({}), "remove-host h2");
        const auto renewal = planOf(operation("renew-certs").form(cluster(), {}), {});
        QVERIFY(renewal.has_value());
        QCOMPARE(renewal->provider, "kubeadm renew-certs");
        const ClusterForm upgrade = operation("upgrade").form(cluster(), {});
        const form::Values version{.texts = {{"kubernetes", "1.37.0"}}};
        const auto upgrading = planOf(upgrade, version);
        QVERIFY(upgrading.has_value());
        QCOMPARE(upgrading->provider, "kubeadm upgrade");
        QVERIFY(upgrading->title.find("1.37.0") != std::string::npos);
        QCOMPARE(upgrade.values(upgrade.text(version), "test")->texts.at("kubernetes"), "1.37.0"); // resumed, it is the same
    }

    void hostsAreAddedByThePlanThatMadeTheCluster()
    {
        const ClusterForm form = operation("add-host").form(cluster(), {});
        const form::Values values{.texts = {{"hosts", "root@h4 label=disk=ssd\nh5:2200"}}};
        QVERIFY(form::problemsOf(form.parameters, values).empty());
        QVERIFY(!form::problemsOf(form.parameters, {}).empty()); // no host
        const auto plan = planOf(form, values);
        QVERIFY2(plan.has_value(), plan ? "" : plan.error().text().c_str());
        QCOMPARE(plan->provider, "kubeadm");
        const auto spec = kubeadm::readSpec(form.text(values), "test");
        QCOMPARE(spec->hosts.size(), 5u);
        QCOMPARE(spec->hosts[3].user, "root");
        QCOMPARE(spec->hosts[4].port, 2200);
        QCOMPARE(spec->hosts[4].user, "ops"); // the cluster's
        QCOMPARE(form.change->words(values), "add-host h4");
        // What cannot be is said before anything is done.
        QVERIFY(!planOf(form, {.texts = {{"hosts", "h2"}}}));                                  // it is in
        QVERIFY(!planOf(form, {.texts = {{"role", "controlPlanes"}, {"hosts", "h4"}}}));       // two
        QVERIFY(!planOf(form, {.texts = {{"role", "controlPlanes"}, {"hosts", "h4\nh5"}}}));   // no endpoint leads to three
        QVERIFY(!planOf(form, {.texts = {{"hosts", "h4 colour=red"}}}));
    }

    void theFirstControlPlaneStays()
    {
        const kubeadm::Spec spec = *kubeadm::readSpec(three, "test");
        QVERIFY(!operation("remove-host").refusal(spec, spec.hosts[0]).empty());
        QVERIFY(operation("remove-host").refusal(spec, spec.hosts[1]).empty());
    }

    void aRunThatWasLeftUnfinishedIsTakenUpByWhatItSaysOfItself()
    {
        const auto form = operationOfRun("kubeadm remove-host h2", three, "test", {});
        QVERIFY2(form.has_value(), form ? "" : form.error().text().c_str());
        QCOMPARE(planOf(*form, *form->values(three, "test"))->provider, "kubeadm remove-host h2");
        const auto upgrade = operationOfRun("kubeadm upgrade", three, "test", {});
        QCOMPARE(planOf(*upgrade, *upgrade->values(three, "test"))->title, kubeadm::planToUpgrade(*kubeadm::readSpec(three, "test"), three, {}).title);
        QVERIFY(!operationOfRun("kubeadm dance", three, "test", {}));
        QVERIFY(!operationOfRun("kubeadm upgrade", "provider: kubeadm\n", "test", {}));
    }

    void aPasswordForAllHostsOfAUserIsTriedOnEachOnce()
    {
        using enum remote::SecretKind;
        const auto asks = [](remote::SecretKind kind, const char *host, unsigned attempt = 0) { return remote::SecretQuestion{.kind = kind, .host = host, .attempt = attempt}; };
        SharedAnswers answers;
        QVERIFY(!answers.untried(asks(Sudo, "ops@h1")));
        QVERIFY(!answers.wasAsked(asks(Sudo, "ops@h1")));
        answers.given(asks(Sudo, "ops@h1"), {.secret = Secret("one")}, false);
        QVERIFY(!answers.untried(asks(Sudo, "ops@h2"))); // for that one alone
        QVERIFY(answers.wasAsked(asks(Sudo, "ops@h2")));
        answers.given(asks(Sudo, "ops@h2"), {.secret = Secret("two"), .keep = true}, true);
        QVERIFY(!answers.untried(asks(Sudo, "ops@h2", 1))); // refused there: it is asked again
        const auto third = answers.untried(asks(Sudo, "ops@h3"));
        QVERIFY(third && third->secret == Secret("two") && third->keep);
        QVERIFY(!answers.untried(asks(Sudo, "ops@h3", 1)));
        QVERIFY(answers.untried(asks(Password, "ops@h4"))); // mostly it is the same
        QVERIFY(!answers.untried(asks(Sudo, "root@h3")));   // another's
        QVERIFY(!answers.untried(asks(Answer, "ops@h5")));  // a code is good once
        QVERIFY(!answers.untried(asks(Passphrase, "ops@h5")));
        // It was mistyped: the next one is tried wherever the first was refused.
        answers.given(asks(Sudo, "ops@h3", 1), {.secret = Secret("three")}, true);
        QVERIFY(answers.untried(asks(Sudo, "ops@h2", 2))->secret == Secret("three"));
        // The one that a host has just refused is not given to it again.
        answers.given(asks(Sudo, "ops@h6"), {.secret = Secret("three")}, false);
        QVERIFY(!answers.untried(asks(Sudo, "ops@h6", 1)));
    }
};

QTEST_GUILESS_MAIN(HostOperations)
#include "tst_host_operations.moc"
