#include "session/host_clusters.h"

#include "base/lines.h"
#include "base/say.h"
#include "provision/kubeadm/operations.h"
#include "session/host_lines.h"

#include <map>
#include <set>

namespace timonier {

std::string makerOf(std::string_view provider) { return std::string(provider.substr(0, provider.find(' '))); }

form::Values withoutHost(form::Values values, const std::string &host)
{
    for (const char *id : {"controlPlanes", "workers"}) {
        const auto lines = values.texts.find(id);
        if (lines == values.texts.end())
            continue;
        std::string kept;
        for (const std::string &line : linesOf(lines->second)) {
            std::map<std::string, std::string> of;
            for (const auto &[field, value] : hostFields(line))
                of.emplace(field, value);
            if (of["host"] != host && of["name"] != host && of["host"] + ":" + of["port"] != host)
                kept += (kept.empty() ? "" : "\n") + line;
        }
        lines->second = kept;
    }
    return values;
}

Result<std::string> hostsSpecNow(plan::Journal &journal, const std::string &target)
{
    const std::string where = say("Core", "the spec");
    std::string newest, version;
    std::set<std::string> removed;
    for (const plan::RunRecord &run : TRY(journal.runs(10'000))) { // the newest first
        if (run.target != target || run.direction != plan::Direction::Forward || makerOf(run.provider) != "kubeadm")
            continue;
        const kubeadm::Operation done = kubeadm::operationOf(run.provider);
        const bool finished = run.state == plan::RunState::Finished;
        if (newest.empty())
            newest = run.spec;
        if (done.verb == "remove-host" && finished)
            removed.insert(done.about);
        // An upgrade that was refused, or was cut, has not made it that version: a host that is added meanwhile gets the older one, which may stand beside both.
        if (version.empty() && finished && (done.verb.empty() || done.verb == "upgrade"))
            version = TRY(kubeadm::readSpec(run.spec, where)).kubernetes;
        if (done.verb.empty())
            break; // it had all of its hosts
    }
    if (newest.empty())
        return fail(ErrorKind::NotFound, say("Core", "Timonier has made no cluster {} from here", target.substr(target.find('/') + 1)), say("Core", "Give its spec with -f"));
    const ClusterForm form = kubeadmForm({});
    form::Values values = TRY(form.values(newest, where));
    const bool isOther = !removed.empty() || (!version.empty() && values.texts["kubernetes"] != version);
    if (!isOther)
        return newest;
    for (const std::string &host : removed)
        values = withoutHost(std::move(values), host);
    if (!version.empty())
        values.texts["kubernetes"] = version;
    return form.text(values);
}

} // namespace timonier
