#include "session/host_operations.h"

#include "base/lines.h"
#include "base/say.h"
#include "provision/kubeadm/leaving.h"
#include "provision/kubeadm/offered_versions.h"
#include "provision/kubeadm/operations.h"
#include "session/host_lines.h"

#include <algorithm>
#include <set>

namespace timonier {

namespace {

using form::Check;
using form::CheckState;
using form::Type;

constexpr std::int64_t day = 24 * 3600, soon = 30 * day; // s
constexpr std::size_t mostOffered = 8;                   // versions

std::string specName() { return say("Core", "the spec"); }

// What all have in common: the cluster's own spec, and a plan of that name for it.
ClusterForm formOf(const HostCluster &cluster, const std::string &verb, const std::string &about)
{
    const ClusterForm maker = kubeadmForm(cluster.hosts);
    ClusterForm form{.provider = "kubeadm"};
    form.text = [maker, values = cluster.values](const form::Values &) { return maker.text(values); };
    form.values = [](const std::string &, const std::string &) -> Result<form::Values> { return form::Values(); };
    form.subject = [maker, values = cluster.values](const form::Values &) { return maker.subject(values); };
    form.context = [maker, values = cluster.values](const form::Values &) { return maker.context(values); };
    form.look = [](ProcessRunner &, std::stop_token) { return std::vector<form::Parameter>(); };
    form.fix = [](form::Values values, const Check &, const form::Fix &, ProcessRunner &, std::stop_token) -> Result<form::Values> { return values; };
    form.change = ClusterForm::Change{.provider = [provider = kubeadm::providerOf({.verb = verb, .about = about})](const form::Values &) { return provider; },
                                      .words = [words = about.empty() ? verb : verb + " " + about](const form::Values &) { return words; }};
    return form;
}

// The cluster that a form's spec describes, or the one check that says why there is none.
std::shared_ptr<const kubeadm::ClusterTool> clusterOf(const ClusterForm &form, const form::Values &values, const kubeadm::Access &hosts, const ClusterForm::Tell &tell)
{
    auto spec = kubeadm::readSpec(form.text(values), specName());
    if (!spec) {
        tell({.id = "spec", .title = say("Core", "The spec"), .state = CheckState::Bad, .words = spec.error().message, .why = spec.error().hint});
        return nullptr;
    }
    return std::make_shared<kubeadm::ClusterTool>(std::move(*spec), hosts);
}

Check looking(const std::string &id, const std::string &title, const std::string &subject = {}) { return {.id = id, .title = title, .subject = subject, .state = CheckState::Running}; }

void tellError(Check check, const Error &error, const ClusterForm::Tell &tell)
{
    check.state = CheckState::Bad;
    check.words = error.message;
    check.why = error.hint;
    check.evidence = error.text();
    tell(std::move(check));
}

// ---- one more

std::vector<form::Parameter> newHosts()
{
    return {{.id = "role", .title = say("Core", "As"), .type = Type::Choice, .initial = "workers", .required = true,
             .choices = {{.value = "workers", .title = say("Core", "Workers"), .help = say("Core", "They run the applications.")},
                         {.value = "controlPlanes", .title = say("Core", "Control planes"), .help = say("Core", "Three or five in all, with an endpoint that leads to them; they get a member of etcd each.")}}},
            {.id = "hosts", .title = say("Core", "Hosts"),
             .help = say("Core", "One a line: an address or a name, as ssh knows it, with user@ before and :port behind where they differ from the cluster's. Words may follow: name=, address=, label=KEY=VALUE, "
                                 "taint=KEY=VALUE:NoSchedule."),
             .type = Type::Lines, .required = true, .pattern = hostsPattern, .patternWords = hostLineWords()}};
}

std::string valueOf(const std::vector<form::Parameter> &all, const form::Values &values, const char *id) { return form::valueOf(*std::ranges::find(all, id, &form::Parameter::id), values); }

// The cluster's values with those hosts.
form::Values grown(form::Values cluster, const form::Values &values)
{
    const std::vector<form::Parameter> asked = newHosts();
    std::string &into = cluster.texts[valueOf(asked, values, "role") == "controlPlanes" ? "controlPlanes" : "workers"];
    for (const std::string &line : linesOf(valueOf(asked, values, "hosts")))
        into += (into.empty() ? "" : "\n") + line;
    return cluster;
}

// As the spec calls them.
std::set<std::string> namesOf(const form::Values &values)
{
    std::set<std::string> names;
    for (const std::string &line : linesOf(valueOf(newHosts(), values, "hosts"))) {
        const HostFields fields = hostFields(line);
        const auto port = std::ranges::find(fields, "port", &HostFields::value_type::first);
        names.insert(fields.front().second + (port == fields.end() || port->second == "22" ? std::string() : ":" + port->second));
    }
    return names;
}

ClusterForm addForm(const HostCluster &cluster, const std::string &)
{
    const ClusterForm maker = kubeadmForm(cluster.hosts);
    ClusterForm form = formOf(cluster, "add-host", {});
    form.title = say("Core", "Add hosts to the cluster {}", maker.context(cluster.values));
    form.what = say("Core", "Bare computers that you reach by ssh become part of the cluster. They are looked at first and prepared like the others; what runs goes on meanwhile.");
    form.gets = {{say("Core", "Hosts"), say("Core", "Prepared, joined, ready for pods")}, {say("Core", "Way back"), say("Core", "Remove a host, and it is what it was")}};
    form.takes = {{say("Core", "Time"), say("Core", "One to four minutes, mostly for packages and images")}};
    form.price = maker.price;
    form.parameters = newHosts();
    form.look = [](ProcessRunner &, std::stop_token) { return newHosts(); };
    form.text = [maker, cluster = cluster.values](const form::Values &values) { return maker.text(grown(cluster, values)); };
    form.subject = [maker, cluster = cluster.values](const form::Values &values) { return maker.subject(grown(cluster, values)); };
    // A host that is in already is well unless it is not: then the plan would stop at it.
    form.check = [maker, cluster = cluster.values](const form::Values &values, ProcessRunner &runner, std::stop_token stop, const ClusterForm::Tell &tell) {
        const std::set<std::string> added = namesOf(values);
        maker.check(grown(cluster, values), runner, std::move(stop), [&](Check check) {
            if (check.state == CheckState::Bad || check.subject.empty() || added.contains(check.subject))
                tell(std::move(check));
        });
    };
    form.fix = [maker, cluster = cluster.values](form::Values values, const Check &check, const form::Fix &fix, ProcessRunner &runner, std::stop_token stop) -> Result<form::Values> {
        TRY(maker.fix(grown(cluster, values), check, fix, runner, std::move(stop)));
        return values;
    };
    // The plan that makes the cluster, with more hosts: nothing is done to the others.
    form.change->provider = [](const form::Values &) { return std::string("kubeadm"); };
    form.change->words = [](const form::Values &values) { return "add-host " + (namesOf(values).empty() ? std::string("HOST") : *namesOf(values).begin()); };
    form.change->done = [name = maker.context(cluster.values)](const form::Values &values) { return say("Core", "In the cluster {}: {}", name, fmt::join(namesOf(values), ", ")); };
    return form;
}

// ---- one less

ClusterForm removeForm(const HostCluster &cluster, const std::string &host)
{
    ClusterForm form = formOf(cluster, "remove-host", host);
    const std::string name = kubeadmForm({}).context(cluster.values);
    form.title = say("Core", "Remove {} from the cluster {}", host, name);
    form.what = say("Core", "Its pods are moved elsewhere as far as they can be, it is taken out of the cluster, and brought back to what it was before: packages, files, services, network.");
    form.gets = {{say("Core", "Host"), say("Core", "Bare again, and free for something else")}};
    form.takes = {{say("Core", "Time"), say("Core", "A minute or two, as long as its pods take to end")}};
    form.check = [form, host, hosts = cluster.hosts](const form::Values &values, ProcessRunner &, std::stop_token stop, const ClusterForm::Tell &tell) {
        const auto tool = clusterOf(form, values, hosts, tell);
        if (!tool)
            return;
        const Check first = looking("pods", say("Core", "Its pods"));
        tell(first);
        const auto found = tool->find(host);
        const auto checks = found ? kubeadm::lookAtLeaving(*tool, *found, std::move(stop)) : fail(ErrorKind::NotFound, say("Core", "the spec has no host {}", host));
        if (!checks)
            return tellError(first, checks.error(), tell);
        for (const Check &one : *checks)
            tell(one);
    };
    form.change->done = [host, name](const form::Values &) { return say("Core", "{} is no longer in the cluster {}", host, name); };
    return form;
}

// ---- certificates

ClusterForm renewForm(const HostCluster &cluster, const std::string &)
{
    ClusterForm form = formOf(cluster, "renew-certs", {});
    const std::string name = kubeadmForm({}).context(cluster.values);
    form.title = say("Core", "Renew the certificates of {}", name);
    form.what = say("Core", "Those that kubeadm made end after a year; then nothing and nobody gets into the cluster any more. They are made anew for another year, one control plane after the other. The authorities stay, so every kubeconfig goes on working.");
    form.gets = {{say("Core", "Certificates"), say("Core", "For another year")}, {say("Core", "Kubeconfig"), say("Core", "The administrator's, with the new one")}};
    form.takes = {{say("Core", "Time"), say("Core", "About a minute for each control plane, in which its API server is away; pods run on")}};
    form.check = [form, hosts = cluster.hosts](const form::Values &values, ProcessRunner &, std::stop_token stop, const ClusterForm::Tell &tell) {
        const auto tool = clusterOf(form, values, hosts, tell);
        for (const auto &host : tool ? tool->hosts() : std::vector<kubeadm::HostPtr>()) {
            if (!host->host().controlPlane)
                continue;
            const Check reach = looking("reach", say("Core", "Reached over ssh"), host->name());
            tell(reach);
            const auto all = kubeadm::expiries(*host, stop);
            if (!all) {
                tellError(reach, all.error(), tell);
                continue;
            }
            Check answers = reach;
            answers.state = CheckState::Good;
            answers.words = say("Core", "it answers");
            tell(answers);
            for (const kubeadm::Expiry &one : *all)
                if (!one.missing)
                    tell({.id = one.name, .title = one.name, .subject = host->name(), .state = one.left < soon ? CheckState::Careful : CheckState::Good, .words = expiryWords(one.left),
                          .why = one.left < soon ? say("Core", "It ends on {}", one.ends) : std::string()});
        }
    };
    form.change->words = [](const form::Values &) { return std::string("certs renew"); };
    form.change->done = [name](const form::Values &) { return say("Core", "The certificates of {} are new", name); };
    return form;
}

// ---- another version

form::Parameter versionOf(const HostCluster &cluster)
{
    const std::string wish = cluster.values.texts.contains("kubernetes") ? cluster.values.texts.at("kubernetes") : std::string();
    return {.id = "kubernetes", .title = say("Core", "Version"), .help = say("Core", "Minors are not left out: one after the other. A patch mends faults; a minor also takes away what was announced long before."), .type = Type::Choice,
            .required = true, .choices = {{.value = wish, .title = wish, .help = say("Core", "The hosts' package source is asked …")}}};
}

// "1.36" of "1.36.3".
std::string minorOf(const std::string &version) { return version.substr(0, version.find('.', version.find('.') + 1)); }

std::vector<form::Parameter> offered(const HostCluster &cluster, const std::string &spec, std::stop_token stop)
{
    form::Parameter asked = versionOf(cluster);
    const auto read = kubeadm::readSpec(spec, specName());
    const auto versions = read ? kubeadm::offeredVersions(kubeadm::ClusterTool(*read, cluster.hosts), std::move(stop)) : std::unexpected(read.error());
    if (!versions) {
        asked.choices.front().help = say("Core", "Which others there are cannot be told: {}", versions.error().text());
        return {asked};
    }
    asked.choices.clear();
    for (const std::string &version : versions->newer)
        if (asked.choices.size() < mostOffered)
            asked.choices.push_back({.value = version, .title = version, .help = minorOf(version) == minorOf(versions->now) ? say("Core", "A patch of {}, which the hosts have.", minorOf(version)) : say("Core", "The next minor after {}.", minorOf(versions->now))});
    if (asked.choices.empty())
        asked.choices.push_back({.value = versions->now, .title = versions->now, .refused = versions->isUneven ? std::string() : say("Core", "all hosts have it, and their package source has nothing newer")});
    return {asked};
}

ClusterForm upgradeForm(const HostCluster &cluster, const std::string &)
{
    const ClusterForm maker = kubeadmForm(cluster.hosts);
    ClusterForm form = formOf(cluster, "upgrade", {});
    const std::string name = maker.context(cluster.values);
    form.title = say("Core", "Upgrade the cluster {}", name);
    form.what = say("Core", "To a newer patch or the next minor of Kubernetes: first the control planes, then the workers, one host at a time. Each is drained, gets the new version, and is ready again before the next one's turn.");
    form.gets = {{say("Core", "Version"), say("Core", "The same on all hosts")}};
    form.takes = {{say("Core", "Time"), say("Core", "Two to five minutes for each host")}, {say("Core", "Pods"), say("Core", "Each moves once, when its host is drained")}};
    form.warning = say("Core", "Kubernetes is not made older again. Look at the release's notes before a minor.");
    form.parameters = {versionOf(cluster)};
    const auto changed = [cluster = cluster.values, version = versionOf(cluster)](const form::Values &values) {
        form::Values all = cluster;
        if (const std::string &wanted = form::valueOf(version, values); !wanted.empty())
            all.texts["kubernetes"] = wanted;
        return all;
    };
    form.text = [maker, changed](const form::Values &values) { return maker.text(changed(values)); };
    form.values = [maker](const std::string &text, const std::string &file) -> Result<form::Values> {
        const form::Values all = TRY(maker.values(text, file));
        return form::Values{.texts = {{"kubernetes", all.texts.at("kubernetes")}}};
    };
    form.look = [cluster, spec = maker.text(cluster.values)](ProcessRunner &, std::stop_token stop) { return offered(cluster, spec, std::move(stop)); };
    form.check = [form, hosts = cluster.hosts](const form::Values &values, ProcessRunner &, std::stop_token stop, const ClusterForm::Tell &tell) {
        const auto tool = clusterOf(form, values, hosts, tell);
        const auto nodes = tool ? tool->nodes(stop) : Result<std::vector<kubeadm::NodeState>>(std::vector<kubeadm::NodeState>());
        if (!nodes)
            return tellError(looking("nodes", say("Core", "The nodes")), nodes.error(), tell);
        for (const kubeadm::NodeState &node : *nodes)
            tell({.id = "ready", .title = say("Core", "Ready"), .subject = node.name, .state = node.ready ? CheckState::Good : CheckState::Bad, .words = node.ready ? node.version : node.reason,
                  .why = node.ready ? std::string() : say("Core", "Only a cluster that is well is upgraded. See to that node first")});
        for (const auto &host : tool ? tool->hosts() : std::vector<kubeadm::HostPtr>()) { // each is drained
            const auto checks = kubeadm::lookAtLeaving(*tool, *host, stop);
            if (!checks)
                tellError(looking("pods", say("Core", "Its pods"), host->name()), checks.error(), tell);
            else
                for (Check check : *checks) {
                    check.subject = host->name();
                    if (check.id != "planes")
                        tell(std::move(check));
                }
        }
    };
    form.change->done = [name, version = versionOf(cluster)](const form::Values &values) { return say("Core", "The cluster {} has Kubernetes {}", name, form::valueOf(version, values)); };
    return form;
}

} // namespace

std::string expiryWords(std::int64_t left)
{
    if (left < 0)
        return say("Core", "it has ended");
    return left < 2 * day ? say("Core", "it ends in {} hours", left / 3600) : say("Core", "{} days left", left / day);
}

const std::vector<HostOperation> &hostOperations()
{
    static const std::vector<HostOperation> all{
        {.verb = "add-host", .title = say("Core", "Add hosts…"), .help = say("Core", "Bare computers become part of the cluster"), .form = addForm},
        {.verb = "remove-host", .title = say("Core", "Remove…"), .help = say("Core", "The chosen host leaves the cluster and is what it was; what becomes of its pods is said before"), .onHost = true,
         .refusal = [](const kubeadm::Spec &spec, const kubeadm::Host &host) {
             return kubeadm::shown(host) == kubeadm::shown(spec.first()) ? say("Core", "it is the first control plane: the others are reached through it") : std::string();
         },
         .form = removeForm},
        {.verb = "renew-certs", .title = say("Core", "Renew certificates…"), .help = say("Core", "For another year; when they end is said before"), .form = renewForm},
        {.verb = "upgrade", .title = say("Core", "Upgrade…"), .help = say("Core", "To a newer patch or the next minor, one host at a time"), .form = upgradeForm}};
    return all;
}

Result<ClusterForm> operationOfRun(std::string_view provider, const std::string &spec, const std::string &where, const kubeadm::Access &hosts)
{
    const kubeadm::Operation operation = kubeadm::operationOf(provider);
    const auto found = std::ranges::find(hostOperations(), operation.verb, &HostOperation::verb);
    if (found == hostOperations().end())
        return fail(ErrorKind::Unsupported, say("Core", "this Timonier cannot do “{}” with a cluster", operation.verb));
    return found->form({.values = TRY(kubeadmForm(hosts).values(spec, where)), .hosts = hosts}, operation.about);
}

} // namespace timonier
