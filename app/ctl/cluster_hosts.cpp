// timonierctl cluster, of one on hosts: changed, renewed, upgraded, backed up, brought back.
#include "ctl/cluster_hosts.h"
#include "ctl/commands.h"
#include "ctl/host_questions.h"

#include "base/say.h"
#include "provision/kubeadm/backup.h"
#include "provision/kubeadm/look.h"
#include "provision/kubeadm/operations.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace timonier::ctl {

namespace {

using namespace plan;
using Json = nlohmann::ordered_json;

// What a check of `plan` offers, pressed.
Outcome fix(Invocation &invocation, const SpecFile &spec, const kubeadm::Access &hosts)
{
    const std::string name = invocation.arguments.value(1).toStdString(), id = invocation.arguments.value(2).toStdString();
    if (id.empty())
        return misused(QCoreApplication::translate("Ctl", "say fix HOST CHECK and -f SPEC.yaml; plan -o json tells the checks"));
    const kubeadm::ClusterTool cluster(TRY_OUTCOME(kubeadm::readSpec(spec.text, spec.name)), hosts);
    const kubeadm::HostPtr host = cluster.find(name);
    if (!host)
        return failed({.kind = ErrorKind::NotFound, .message = say("Ctl", "the spec has no host {}", name)});
    const kubeadm::Looked looked = TRY_OUTCOME(kubeadm::look(cluster, {}, invocation.stop));
    for (const form::Check &check : kubeadm::preflight(cluster.spec(), looked)) {
        if (check.subject != host->name() || check.id != id)
            continue;
        if (check.fixes.empty())
            return failed({.kind = ErrorKind::NotFound, .message = say("Ctl", "{}: {}: there is nothing to press", check.title, check.words), .hint = check.why});
        for (const std::string &command : check.fixes.front().commands)
            fmt::print("{}\n", command);
        TRY_OUTCOME(kubeadm::press(*host, check.fixes.front(), [](std::string_view piece) { fmt::print("{}", piece); }, invocation.stop));
        return Success;
    }
    return failed({.kind = ErrorKind::NotFound, .message = say("Ctl", "{} has no check {}", name, id)});
}

std::string timeWords(std::int64_t seconds) { return QDateTime::fromSecsSinceEpoch(seconds).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")).toStdString(); }

// "3 h 12 min", as long ago as a person wants to know.
std::string ageWords(std::int64_t seconds)
{
    seconds = std::max<std::int64_t>(0, seconds);
    return seconds < 120     ? say("Ctl", "{} s", seconds)
           : seconds < 7'200  ? say("Ctl", "{} min", seconds / 60)
           : seconds < 172'800 ? say("Ctl", "{} h", seconds / 3'600)
                               : say("Ctl", "{} days", seconds / 86'400);
}

Outcome backup(Invocation &invocation, const SpecFile &spec, const kubeadm::Access &hosts)
{
    const kubeadm::ClusterTool cluster(TRY_OUTCOME(kubeadm::readSpec(spec.text, spec.name)), hosts);
    std::string file = invocation.options.value(QStringLiteral("to")).toStdString();
    if (file.empty())
        file = kubeadm::backupName(cluster.spec().name, QDateTime::currentSecsSinceEpoch());
    const kubeadm::Backup done = TRY_OUTCOME(kubeadm::backup(cluster, file, {}, invocation.stop));
    if (wantsJson(invocation)) {
        const Json json = {{"file", done.file}, {"host", done.host}, {"revision", done.snapshot.revision}, {"size", done.snapshot.size}, {"keys", done.keys}, {"sha256", done.snapshot.sum}};
        fmt::print("{}\n", json.dump(-1, ' ', false, Json::error_handler_t::replace));
        return Success;
    }
    fmt::print("{}\n", say("Ctl", "{}: etcd of {} at revision {}, {} keys, {:.1f} MiB, sum {}", done.file, done.host, done.snapshot.revision, done.keys, double(done.snapshot.size) / double(1 << 20), done.snapshot.sum.substr(0, 16)));
    fmt::print("{}\n", say("Ctl", "It holds every Secret of the cluster: whoever can read it can do everything there. On these hosts a restore needs nothing else; for others keep /etc/kubernetes/pki of a control plane too."));
    return Success;
}

// What is lost is told before anything is. True: a person wants it so.
bool confirm(const Invocation &invocation, const kubeadm::Loss &loss, const std::string &file)
{
    const std::int64_t age = QDateTime::currentSecsSinceEpoch() - loss.snapshot.taken;
    fmt::print(stderr, "{}\n", say("Ctl", "{}: revision {}, {:.1f} MiB, written {} ({} ago)", file, loss.snapshot.revision, double(loss.snapshot.size) / double(1 << 20), timeWords(loss.snapshot.taken), ageWords(age)));
    if (!loss.now)
        fmt::print(stderr, "{}\n", say("Ctl", "What the cluster has now cannot be told: {}", loss.silence));
    else if (loss.now->revision >= loss.snapshot.revision)
        fmt::print(stderr, "{}\n", say("Ctl", "The cluster is at revision {}: {} changes of the last {} are lost", loss.now->revision, loss.now->revision - loss.snapshot.revision, ageWords(age)));
    else
        fmt::print(stderr, "{}\n", say("Ctl", "The cluster is at revision {}, before the snapshot: it may be another cluster's", loss.now->revision));
    fmt::print(stderr, "{}\n", say("Ctl", "The API server does not answer meanwhile; pods go on. What was there is kept until the cluster is well."));
    if (invocation.options.isSet(QStringLiteral("yes")))
        return true;
    if (!isTerminal()) {
        fmt::print(stderr, "{}\n", say("Ctl", "Nobody can be asked: say --yes if it is to be so"));
        return false;
    }
    fmt::print(stderr, "{} ", say("Ctl", "Bring it back to that? (yes/no)"));
    return saysYes();
}

Outcome restore(Invocation &invocation, const SpecFile &spec, const kubeadm::Access &hosts)
{
    const QString from = invocation.options.value(QStringLiteral("from"));
    const bool undo = invocation.options.isSet(QStringLiteral("undo"));
    if (from.isEmpty() != undo)
        return misused(QCoreApplication::translate("Ctl", "say restore --from FILE, or restore --undo, and -f SPEC.yaml"));
    const kubeadm::Spec read = TRY_OUTCOME(kubeadm::readSpec(spec.text, spec.name));
    const std::string file = QDir::current().absoluteFilePath(from).toStdString(); // for a run that is resumed elsewhere
    if (!undo) {
        const kubeadm::Loss loss = TRY_OUTCOME(kubeadm::lossOf(kubeadm::ClusterTool(read, hosts), file, invocation.stop));
        if (!confirm(invocation, loss, from.toStdString()))
            return Failure;
    }
    const Plan plan = TRY_OUTCOME(kubeadm::planOf({.verb = "restore", .about = kubeadm::aboutRestore(QDateTime::currentMSecsSinceEpoch(), file)}, read, spec.text, hosts));
    const auto journal = TRY_OUTCOME(openJournal());
    return runPlan(invocation, [&](Runner &run, const Sink &sink) { return undo ? run.undo(plan, sink, invocation.stop) : run.run(plan, sink, invocation.stop); }, *journal);
}

} // namespace

bool isClusterOnHosts(std::string_view verb)
{
    constexpr std::string_view all[] = {"add-host", "remove-host", "certs", "upgrade", "fix", "backup", "restore"};
    return std::ranges::find(all, verb) != std::end(all);
}

void declareClusterOnHosts(QCommandLineParser &parser)
{
    parser.addOption({QStringLiteral("from"), QCoreApplication::translate("Ctl", "restore: the file that backup wrote."), QStringLiteral("FILE")});
    parser.addOption({QStringLiteral("yes"), QCoreApplication::translate("Ctl", "restore: do not ask.")});
    parser.addOption({QStringLiteral("undo"), QCoreApplication::translate("Ctl", "restore: bring back what was there before one that did not end well.")});
    parser.addOption({QStringLiteral("lost"), QCoreApplication::translate("Ctl", "remove-host: it is gone for good, and off; nothing is asked of it.")});
}

// What is done to a cluster on hosts that is there.
Outcome runClusterOnHosts(Invocation &invocation, const SpecFile &spec, const kubeadm::Access &hosts)
{
    const std::string verb = invocation.arguments.value(0).toStdString();
    if (verb == "fix")
        return fix(invocation, spec, hosts);
    if (verb == "backup")
        return backup(invocation, spec, hosts);
    if (verb == "restore")
        return restore(invocation, spec, hosts);
    const std::string about = invocation.arguments.value(1).toStdString();
    const bool wantsHost = verb == "add-host" || verb == "remove-host", renews = verb == "certs" && about == "renew";
    if (wantsHost ? about.empty() : !about.empty() && !renews)
        return misused(QCoreApplication::translate("Ctl", "say add-host HOST, remove-host HOST [--lost], certs, certs renew, or upgrade, and -f SPEC.yaml"));
    const kubeadm::Spec read = TRY_OUTCOME(kubeadm::readSpec(spec.text, spec.name));
    if (verb == "certs" && !renews) {
        const auto all = TRY_OUTCOME(kubeadm::expiries(kubeadm::ClusterTool(read, hosts), invocation.stop));
        Json list = Json::array();
        for (const kubeadm::Expiry &one : all) {
            list.push_back({{"host", one.host}, {"name", one.name}, {"ends", one.ends}, {"left", one.left}});
            if (!wantsJson(invocation) && !one.missing)
                fmt::print("{:<20}{:<28}{}  {}\n", one.host, one.name, one.ends, one.left < 0 ? say("Ctl", "it has ended") : say("Ctl", "{} days left", one.left / 86'400));
        }
        if (wantsJson(invocation))
            fmt::print("{}\n", list.dump(-1, ' ', false, Json::error_handler_t::replace));
        return Success;
    }
    const bool lost = verb == "remove-host" && invocation.options.isSet(QStringLiteral("lost"));
    kubeadm::Operation operation{.verb = renews ? "renew-certs" : lost ? "remove-lost-host" : verb, .about = wantsHost ? about : std::string()};
    if (verb == "add-host") { // the plan that makes the cluster, with one host more
        const auto named = [&](const kubeadm::Host &host) { return host.host == about || host.name == about || kubeadm::shown(host) == about; };
        if (std::ranges::none_of(read.hosts, named))
            return failed({.kind = ErrorKind::NotFound, .message = say("Ctl", "the spec has no host {}", about), .hint = say("Ctl", "Write it under workers or controlPlanes in {}, then add it", spec.name)});
        operation = {};
    }
    const Plan plan = TRY_OUTCOME(kubeadm::planOf(operation, read, spec.text, hosts));
    const auto journal = TRY_OUTCOME(openJournal());
    return runPlan(invocation, [&](Runner &run, const Sink &sink) { return run.run(plan, sink, invocation.stop); }, *journal);
}

} // namespace timonier::ctl
