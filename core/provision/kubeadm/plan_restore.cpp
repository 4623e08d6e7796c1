// etcd goes back to a snapshot (etcd.io/docs/v3.6/op-guide/recovery; kubernetes.io/docs/tasks/administer-cluster/configure-upgrade-etcd): what it holds is made ready beside what runs, on all
// control planes; only then everything is ended, exchanged and begun. Revisions are raised and compacted, so that nobody who watches takes the past for news.
#include "provision/kubeadm/etcd_tool.h"
#include "provision/kubeadm/kubeadm_plan.h"
#include "provision/kubeadm/on_all.h"
#include "provision/kubeadm/operations.h"
#include "provision/kubeadm/snapshot_file.h"
#include "provision/kubeadm/steps.h"

#include "base/lines.h"
#include "base/pause.h"
#include "base/say.h"

#include <algorithm>

namespace timonier::kubeadm {

namespace {

using namespace std::chrono_literals;
using plan::StepContext;

// As etcd's documentation has it: more than a cluster writes between a snapshot and its restore.
constexpr std::int64_t raise = 1'000'000'000;
constexpr std::string_view snapshotPath = "/var/lib/timonier/kubeadm/etcd/snapshot", decidedPath = "/var/lib/timonier/kubeadm/etcd/decided";

struct Restore {
    Cluster cluster{};
    std::string id{}, file{};  // this restore and no other, also of the same file
    std::vector<HostPtr> planes{};
};

// All members have the same: who they are, by how much revisions are raised. Decided once, and kept on the first host, for members of one cluster may not differ.
struct Decided {
    std::string id{}, sum{}, mark{}, members{}, raised{};
    bool done = false;         // the cluster was well with it: it is not put back a second time, whatever cut the run
};

Result<> decide(const Restore &restore, const Decided &all, std::stop_token stop)
{
    const std::string text = fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n", all.id, all.sum, all.mark, all.members, all.raised, all.done ? "done" : "");
    return restore.planes.front()->put(std::string(decidedPath), text, 0600, std::move(stop));
}

Result<std::optional<Decided>> decided(const Restore &restore, std::stop_token stop)
{
    auto text = restore.planes.front()->read(std::string(decidedPath), std::move(stop));
    if (!text && text.error().kind == ErrorKind::NotFound)
        return std::optional<Decided>();
    std::vector<std::string> lines;
    LineCutter cutter([&](std::string_view line, bool) { lines.emplace_back(line); });
    cutter.add(TRY(std::move(text)));
    cutter.end();
    lines.resize(6);
    return Decided{.id = lines[0], .sum = lines[1], .mark = lines[2], .members = lines[3], .raised = lines[4], .done = lines[5] == "done"};
}

// What this restore has decided.
Result<Decided> ours(const Restore &restore, std::stop_token stop)
{
    const auto found = TRY(decided(restore, std::move(stop)));
    if (!found || found->id != restore.id)
        return fail(ErrorKind::Conflict, say("Core", "another restore has begun meanwhile"), say("Core", "See what runs: timonierctl runs"));
    return *found;
}

Result<bool> isDone(const Restore &restore, std::stop_token stop)
{
    const auto found = TRY(decided(restore, std::move(stop)));
    return found && found->id == restore.id && found->done;
}

plan::Step decideStep(const Restore &restore)
{
    return {.id = "decide", .title = say("Core", "Look at the snapshot and at etcd"), .estimate = 3s,
            .check = [restore](StepContext &context) -> Result<bool> {
                const auto found = TRY(decided(restore, context.stop()));
                return found && found->id == restore.id;
            },
            .apply = [restore](StepContext &context) -> Result<> {
                const SnapshotFile snapshot = TRY(readSnapshotFile(restore.file));
                if (auto begun = TRY(decided(restore, context.stop())); begun && !begun->done) {
                    if (begun->sum != snapshot.sum)
                        return fail(ErrorKind::Conflict, say("Core", "a restore of another snapshot was begun, and has not ended"), say("Core", "Run that one again, or take it back (--undo)"));
                    begun->id = restore.id; // it goes on where that one was left
                    return decide(restore, *begun, context.stop());
                }
                std::int64_t now = snapshot.revision;
                std::string members;
                for (const HostPtr &host : restore.planes) {
                    const EtcdFacts facts = TRY(etcdFacts(*host, context.stop()));
                    members += (members.empty() ? "" : ",") + facts.name + "=" + facts.peer;
                    if (const auto status = etcdStatus(*host, context.stop()))
                        now = std::max(now, status->revision);
                    else
                        context.print(say("Core", "{}: {}", host->name(), status.error().text()) + "\n");
                }
                context.print(say("Core", "The snapshot is of revision {}, the cluster at {}", snapshot.revision, now) + "\n");
                return decide(restore, {.id = restore.id, .sum = snapshot.sum, .mark = snapshot.sum.substr(0, 16) + "-" + std::to_string(now), .members = members, .raised = std::to_string(raise + now - snapshot.revision)}, context.stop());
            }};
}

std::string prepareId(const HostTool &host) { return "prepare " + host.name(); }

plan::Step prepareStep(const Restore &restore, const HostPtr &host)
{
    return {.id = prepareId(*host), .title = say("Core", "{}: make the snapshot's data ready, beside what runs", host->name()), .needs = {"decide"}, .creates = {{std::string(snapshotKind), host->name()}}, .host = host->name(),
            .estimate = 10s, .measure = "prepare snapshot",
            .check = [restore, host](StepContext &context) -> Result<bool> {
                const Decided all = TRY(ours(restore, context.stop()));
                return all.done || TRY(host->isSo({.script = "etcd", .arguments = {"prepared", all.mark}}, context.stop()));
            },
            .apply = [restore, host](StepContext &context) -> Result<> {
                const Decided all = TRY(ours(restore, context.stop()));
                if (TRY(readSnapshotFile(restore.file)).sum != all.sum)
                    return fail(ErrorKind::Conflict, say("Core", "{} is another snapshot than the one that the restore began with", restore.file), say("Core", "Take the restore back (--undo), then begin anew"));
                const EtcdFacts facts = TRY(etcdFacts(*host, context.stop()));
                const auto session = TRY(host->session());
                const auto progress = [&context](std::uint64_t sent, std::uint64_t whole) { context.progress(whole ? 0.6 * double(sent) / double(whole) : 0); };
                TRY(session->send(restore.file, {.path = std::string(snapshotPath), .mode = 0600, .owner = "root:root", .root = true}, progress, context.stop()));
                TRY(host->run({.script = "etcd", .arguments = {"prepare", all.mark, facts.name, facts.peer, all.members, all.raised}, .heard = printer(context)}, context.stop()));
                return {};
            },
            .undo = [host](StepContext &context) -> Result<> {
                TRY(host->run({.script = "etcd", .arguments = {"undo"}}, context.stop()));
                return {};
            }};
}

// Everywhere ended, then `verb` of etcd everywhere, then everywhere begun: no two data may be at work at one time.
Result<> exchange(const Restore &restore, const std::string &verb, StepContext &context)
{
    const auto all = [&](const std::string &script, const std::string &what) {
        return onAll(restore.planes, [&](const HostTool &host) -> Result<> {
            TRY(host.run({.script = script, .arguments = {what}}, context.stop()));
            return {};
        });
    };
    context.print(say("Core", "The programs of the control plane end; what runs in pods goes on") + "\n");
    TRY(all("programs", "stop"));
    context.progress(0.4);
    TRY(all("etcd", verb));
    TRY(all("programs", "start"));
    context.progress(0.6);
    return all("programs", "await");
}

plan::Step exchangeStep(const Restore &restore)
{
    plan::Step step{.id = "exchange", .title = say("Core", "Put the snapshot's data in the place of etcd's"), .creates = {{std::string(dataKind), restore.cluster->spec().name}}, .estimate = 40s,
                    .check = [restore](StepContext &context) -> Result<bool> {
                        if (TRY(isDone(restore, context.stop())))
                            return true;
                        for (const HostPtr &host : restore.planes)
                            if (!TRY(host->isSo({.script = "etcd", .arguments = {"exchanged"}}, context.stop())) || !TRY(host->isSo({.script = "programs", .arguments = {"check"}}, context.stop())))
                                return false;
                        return true;
                    },
                    .apply = [restore](StepContext &context) { return exchange(restore, "exchange", context); },
                    .undo = [restore](StepContext &context) { return exchange(restore, "back", context); }};
    for (const HostPtr &host : restore.planes)
        step.needs.push_back(prepareId(*host));
    return step;
}

// By node: when its kubelet last told of itself (every ten seconds). What the snapshot says of a node's readiness is as old as the snapshot.
Result<std::map<std::string, std::string>> heardOf(const ClusterTool &cluster, std::stop_token stop)
{
    const std::string text = TRY(cluster.first().kubectl({"get", "leases", "-n", "kube-node-lease", "-o", "jsonpath={range .items[*]}{.metadata.name} {.spec.renewTime}{\"\\n\"}{end}"}, {}, std::move(stop)));
    std::map<std::string, std::string> heard;
    LineCutter cutter([&heard](std::string_view line, bool) {
        if (const std::size_t space = line.find(' '); space != line.npos)
            heard[std::string(line.substr(0, space))] = line.substr(space + 1);
    });
    cutter.add(text);
    cutter.end();
    return heard;
}

plan::Step healthStep(const Restore &restore)
{
    return {.id = "health", .title = say("Core", "The cluster is well"), .needs = {"exchange"}, .estimate = 20s,
            .check = [restore](StepContext &context) { return isDone(restore, context.stop()); },
            .apply = [restore](StepContext &context) -> Result<> {
                const auto began = std::chrono::steady_clock::now();
                std::optional<std::map<std::string, std::string>> before;
                for (;;) {
                    std::string words;
                    const auto members = etcdMembers(*restore.cluster, {}, context.stop());
                    const auto nodes = members ? restore.cluster->nodes(context.stop()) : Result<std::vector<NodeState>>(std::unexpected(members.error()));
                    const auto heard = nodes ? heardOf(*restore.cluster, context.stop()) : Result<std::map<std::string, std::string>>(std::unexpected(nodes.error()));
                    if (!heard) {
                        words = heard.error().text();
                    } else {
                        if (!before)
                            before = *heard;
                        for (const EtcdMember &member : *members)
                            if (!member.healthy)
                                words += say("Core", "etcd on {} does not answer yet", member.name) + "\n";
                        for (const NodeState &node : *nodes) {
                            const auto last = heard->find(node.name);
                            const bool told = last == heard->end() || last->second != (*before)[node.name];
                            context.part("node/" + node.name, node.name, node.ready && told ? plan::PartState::Done : plan::PartState::Running, node.reason);
                            if (node.ready && !told)
                                words += say("Core", "{}: its kubelet has not told of itself yet", node.name) + "\n";
                            if (!node.ready && restore.cluster->spec().network.kind != Network::Kind::None)
                                words += node.name + ": " + node.reason + "\n";
                        }
                    }
                    if (words.empty()) {
                        Decided all = TRY(ours(restore, context.stop()));
                        all.done = true;
                        return decide(restore, all, context.stop());
                    }
                    if (std::chrono::steady_clock::now() - began > 5min)
                        return std::unexpected(Error{.kind = ErrorKind::Conflict, .message = say("Core", "the snapshot's data is in place, and the cluster is not well with it"),
                                                     .hint = say("Core", "Run it again to wait on; or bring back what was there: --undo"), .context = {{"words", words}}});
                    if (!pause(1s, context.stop()))
                        return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
                }
            }};
}

plan::Step forgetStep(const Restore &restore)
{
    return {.id = "forget", .title = say("Core", "Let go of the data that was there before"), .needs = {"health"}, .estimate = 2s,
            .check = [](StepContext &) -> Result<bool> { return false; },
            .apply = [restore](StepContext &context) -> Result<> {
                for (const HostPtr &host : restore.planes) {
                    TRY(host->run({.script = "etcd", .arguments = {"forget"}}, context.stop())); // not what was decided: a run that is cut here must know that it is done
                    TRY(context.gone(snapshotKind, host->name()));
                }
                return context.gone(dataKind, restore.cluster->spec().name);
            }};
}

} // namespace

std::string aboutRestore(std::int64_t now, const std::string &file) { return std::to_string(now) + " " + file; }

plan::Plan planToRestore(const Spec &spec, std::string specText, const std::string &about, const Access &access)
{
    const std::size_t space = about.find(' ');
    Restore restore{.cluster = std::make_shared<ClusterTool>(spec, access), .id = about.substr(0, space), .file = space == about.npos ? std::string() : about.substr(space + 1)};
    for (const HostPtr &host : restore.cluster->hosts())
        if (host->host().controlPlane)
            restore.planes.push_back(host);
    plan::Plan plan{.provider = providerOf({.verb = "restore", .about = about}), .target = "kubeadm/" + spec.name, .title = say("Core", "Bring the cluster {} back to a backup", spec.name), .spec = std::move(specText)};
    plan.steps.push_back(decideStep(restore));
    for (const HostPtr &host : restore.planes)
        plan.steps.push_back(prepareStep(restore, host));
    plan.steps.push_back(exchangeStep(restore));
    plan.steps.push_back(healthStep(restore));
    plan.steps.push_back(forgetStep(restore));
    retryAll(plan);
    return plan;
}

} // namespace timonier::kubeadm
