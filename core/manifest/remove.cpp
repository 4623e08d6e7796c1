#include "manifest/remove.h"

#include "base/pause.h"
#include "base/say.h"
#include "kube/fetch.h"
#include "manifest/apply_send.h"
#include "manifest/others.h"
#include "manifest/parallel.h"
#include "manifest/settled.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace timonier {

namespace {

using Json = nlohmann::json;
using std::chrono::milliseconds;

enum Level { Custom, Gates, Pods, Rest, Definitions, Spaces };

Level levelOf(const ObjectRef &ref, const std::set<std::string> &definedGroups)
{
    if (ref.group == "apiextensions.k8s.io")
        return Definitions;
    if (ref.group == "admissionregistration.k8s.io" || ref.group == "apiregistration.k8s.io")
        return Gates;
    if (ref.group.empty() && ref.kind == "Namespace")
        return Spaces;
    if (definedGroups.contains(ref.group))
        return Custom;
    return runsPods(ref) ? Pods : Rest;
}

std::string labelOf(const Json &object)
{
    const Json::json_pointer where("/metadata/labels/applyset.kubernetes.io~1part-of");
    return object.contains(where) && object[where].is_string() ? object[where].get<std::string>() : std::string();
}

// Why something that is being deleted is still there.
std::string heldBy(const ObjectRef &ref, const std::string &body)
{
    if (ref.group.empty() && ref.kind == "Namespace")
        return isServing(ref, body).reason;
    const Json object = Json::parse(body, nullptr, false);
    const Json::json_pointer where("/metadata/finalizers");
    std::string names;
    if (object.contains(where) && object[where].is_array())
        for (const Json &one : object[where])
            names += (names.empty() ? "" : ", ") + (one.is_string() ? one.get<std::string>() : one.dump());
    if (names.empty())
        return say("Core", "it is being deleted");
    return say("Core", "the finalizer {} holds it: whoever set it has something to clean up first; if its controller is gone, it stays until somebody takes the finalizer out", names);
}

class Remover
{
public:
    Remover(Transport &transport, const RemoveOptions &options, std::stop_token stop) : m_transport(transport), m_options(options), m_stop(std::move(stop)) {}

    // Nothing: it was deleted, and is on its way.
    std::optional<Removal> remove(const SetEntry &entry)
    {
        if (m_stop.stop_requested())
            return Removal{Removal::Failed, say("Core", "interrupted")};
        const auto found = fetch(m_transport, {.path = entry.path}, m_stop);
        if (!found && found.error().kind == ErrorKind::NotFound)
            return Removal{Removal::WasGone, {}};
        if (!found)
            return Removal{Removal::Failed, found.error().text()};
        const Json object = Json::parse(found->body, nullptr, false);
        if (labelOf(object) != m_options.setLabel)
            return Removal{Removal::NotOurs, say("Core", "it does not bear the mark of this set any more")};
        if (!m_options.withOthers) {
            const auto others = othersIn(m_transport, entry.ref, found->body, m_options.setLabel, m_options.leavings, m_stop);
            if (!others)
                return Removal{Removal::Failed, others.error().text()};
            if (!others->empty())
                return Removal{Removal::Kept, say("Core", "it holds what is not of this set, and that would be deleted with it: {}", *others)};
        }
        const Json::json_pointer uid("/metadata/uid");
        const Json order = {{"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", "Background"}, {"preconditions", {{"uid", object.contains(uid) ? object[uid] : Json("")}}}};
        const auto removed = fetch(m_transport, {.method = "DELETE", .path = entry.path, .contentType = "application/json", .body = order.dump()}, m_stop);
        if (!removed && removed.error().kind == ErrorKind::NotFound)
            return Removal{Removal::Removed, {}};
        if (!removed)
            return Removal{Removal::Failed, removed.error().text()};
        return {};
    }

    // Whether it is gone; otherwise `reason` tells what holds it.
    bool isGone(const SetEntry &entry, std::string &reason)
    {
        const auto found = fetch(m_transport, {.path = entry.path}, m_stop, {.attempts = 1});
        if (found)
            reason = heldBy(entry.ref, found->body);
        else if (found.error().kind == ErrorKind::NotFound)
            return true;
        else
            reason = found.error().text();
        return false;
    }

private:
    Transport &m_transport;
    const RemoveOptions &m_options;
    const std::stop_token m_stop;
};

} // namespace

std::vector<Removal> removeEntries(Transport &transport, const std::vector<SetEntry> &entries, const RemoveOptions &options,
                                   const std::function<void(const SetEntry &, const Removal &)> &news, std::stop_token stop)
{
    std::set<std::string> definedGroups;
    for (const SetEntry &entry : entries) // a definition is called PLURAL.GROUP
        if (entry.ref.group == "apiextensions.k8s.io")
            definedGroups.insert(entry.ref.name.substr(std::min(entry.ref.name.find('.') + 1, entry.ref.name.size())));
    std::vector<Removal> done(entries.size());
    Remover remover(transport, options, stop);
    for (const Level level : {Custom, Gates, Pods, Rest, Definitions, Spaces}) {
        std::vector<std::size_t> here;
        for (std::size_t i = 0; i < entries.size(); ++i)
            if (levelOf(entries[i].ref, definedGroups) == level)
                here.push_back(i);
        std::vector<char> waits(entries.size());
        inParallel(here.size(), 12, [&](std::size_t n) {
            const std::size_t i = here[n];
            if (auto outcome = remover.remove(entries[i])) {
                done[i] = std::move(*outcome);
                news(entries[i], done[i]);
            } else {
                waits[i] = 1;
                done[i] = {Removal::Held, say("Core", "it is being deleted")};
            }
        });
        const auto until = std::chrono::steady_clock::now() + options.patience;
        milliseconds delay{40};
        for (;;) {
            std::erase_if(here, [&](std::size_t i) { return !waits[i]; });
            inParallel(here.size(), 12, [&](std::size_t n) {
                const std::size_t i = here[n];
                if (!remover.isGone(entries[i], done[i].reason))
                    return;
                done[i] = {};
                waits[i] = 0;
                news(entries[i], done[i]);
            });
            std::erase_if(here, [&](std::size_t i) { return !waits[i]; });
            if (here.empty() || std::chrono::steady_clock::now() > until || !pause(delay, stop))
                break;
            delay = std::min(milliseconds(1'000), delay * 3 / 2);
        }
        for (const std::size_t i : here)
            news(entries[i], done[i]);
    }
    return done;
}

} // namespace timonier
