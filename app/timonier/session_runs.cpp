#include "session_runs.h"

#include "catalog/app_plan.h"
#include "plan/ledger.h"
#include "provision/kubeadm/operations.h"
#include "session/host_clusters.h"
#include "session/host_operations.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <set>

namespace timonier {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Runs)
};

constexpr int lookedAt = 10'000; // runs

QString shown(const std::string &text) { return QString::fromStdString(text); }

StatusWords wordsOf(const plan::RunRecord &run)
{
    const QString why = shown(run.error);
    switch (run.state) {
    case plan::RunState::Running: return {Tone::Busy, Words::tr("It is running"), false};
    case plan::RunState::Interrupted: return {Tone::Careful, Words::tr("It was left unfinished"), false};
    case plan::RunState::Finished: return {Tone::Good, run.direction == plan::Direction::Forward ? Words::tr("Done") : Words::tr("It was taken back"), false};
    case plan::RunState::Failed: return {Tone::Bad, why.isEmpty() ? Words::tr("It failed") : Words::tr("It failed: %1").arg(why), false};
    case plan::RunState::Cancelled: return {Tone::Careful, Words::tr("It was stopped"), false};
    case plan::RunState::Replaced: return {Tone::Done, Words::tr("A later run took over"), false};
    }
    return {};
}

} // namespace

Result<std::vector<MadeCluster>> madeClusters(plan::Journal &journal, const std::vector<ClusterForm> &forms)
{
    std::vector<MadeCluster> made;
    std::set<std::string> targets;
    for (const plan::RunRecord &run : TRY(journal.runs(lookedAt))) { // the newest first: its spec is the cluster's
        const auto form = std::ranges::find(forms, makerOf(run.provider), &ClusterForm::provider);
        if (form == forms.end() || !targets.insert(run.target).second)
            continue;
        const auto there = TRY(plan::ledger::there(journal, run.target));
        // What a cluster of hosts is now its later runs have said, too.
        const auto now = there.empty() || form->provider != "kubeadm" ? Result<std::string>(run.spec) : hostsSpecNow(journal, run.target);
        if (!now)
            continue;
        auto values = form->values(*now, run.title);
        if (!there.empty() && values)
            made.push_back({form->context(*values), form->provider, std::move(*values)});
    }
    return made;
}

bool canResume(const plan::RunRecord &run, const std::vector<ClusterForm> &forms)
{
    if (run.state != plan::RunState::Interrupted && run.state != plan::RunState::Failed && run.state != plan::RunState::Cancelled)
        return false;
    if (run.provider == "image")
        return true;
    if (const kubeadm::Operation operation = kubeadm::operationOf(run.provider); !operation.verb.empty())
        return std::ranges::find(hostOperations(), operation.verb, &HostOperation::verb) != hostOperations().end();
    if (run.provider != catalog::provider)
        return std::ranges::find(forms, run.provider, &ClusterForm::provider) != forms.end();
    const auto kept = catalog::readSpec(run.spec);
    return kept && !kept->removes; // the command line goes on with those
}

Result<std::set<plan::RunId>> undoable(plan::Journal &journal, const std::vector<plan::RunRecord> &runs, const std::vector<ClusterForm> &forms)
{
    std::set<plan::RunId> found;
    std::set<std::string> targets;
    for (const plan::RunRecord &run : runs)
        if (kubeadm::operationOf(run.provider).verb.empty() && targets.insert(run.target).second && run.state != plan::RunState::Running && std::ranges::find(forms, run.provider, &ClusterForm::provider) != forms.end()
            && !TRY(plan::ledger::there(journal, run.target)).empty())
            found.insert(run.id);
    return found;
}

RunLine lineOf(const plan::RunRecord &run, const std::vector<ClusterForm> &forms)
{
    const QString title = run.direction == plan::Direction::Forward ? shown(run.title) : Words::tr("Taking back: %1", "%1: the title of a plan").arg(shown(run.title));
    return {.id = run.id, .title = title, .when = QLocale().toString(QDateTime::fromMSecsSinceEpoch(run.begun), QLocale::LongFormat), .state = wordsOf(run), .canResume = canResume(run, forms)};
}

} // namespace timonier
