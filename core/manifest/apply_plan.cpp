#include "manifest/apply_plan.h"

#include "base/say.h"
#include "kube/discovery.h"
#include "kube/fetch.h"
#include "kube/scope.h"
#include "manifest/may.h"

#include <nlohmann/json.hpp>

#include <map>
#include <set>

namespace timonier {

namespace {

using Json = nlohmann::json;

struct Kind {
    std::string plural{};
    bool namespaced = true;
    bool own = false;                   // brought by one of the objects
};

using Kinds = std::map<std::pair<std::string, std::string>, Kind>;

Kinds kindsOf(const Discovery &discovery, const std::vector<ManifestObject> &objects)
{
    Kinds kinds;
    for (const Resource &resource : discovery.resources)
        if (resource.can("patch"))
            kinds.try_emplace({resource.group, resource.kind}, Kind{resource.name, resource.namespaced});
    for (const ManifestObject &object : objects)
        if (!object.facts.newPlural.empty()) // what the file says now goes before what the server knew
            kinds[{object.facts.newGroup, object.facts.newKind}] = {object.facts.newPlural, object.facts.newIsNamespaced, true};
    return kinds;
}

std::unexpected<Error> unknownKind(const ManifestObject &object, const Discovery &discovery)
{
    const std::string near = discovery.suggestion(object.ref.kind);
    const Resource *same = discovery.find(object.ref.kind);
    std::string hint = same && same->kind == object.ref.kind ? say("Core", "The server has it as {}; write that in apiVersion.", same->apiVersion())
                     : !near.empty() ? say("Core", "Did you mean “{}”?", near)
                                     : say("Core", "Install what brings this kind first: a CustomResourceDefinition, or the operator that makes it.");
    return std::unexpected(Error{.kind = ErrorKind::NotFound, .message = say("Core", "the server has no kind {} in {}", object.ref.kind, object.apiVersion()),
                                 .hint = std::move(hint), .context = {{"file", object.file}, {"line", std::to_string(object.line)}, {"object", title(object.ref)}}});
}

} // namespace

Result<ApplyPlan> planApply(Transport &transport, std::vector<ManifestObject> objects, const std::string &ns, std::stop_token stop)
{
    const Discovery discovery = TRY(discover(transport, stop));
    const Kinds kinds = kindsOf(discovery, objects);
    ApplyPlan plan;
    for (ManifestObject &object : objects) {
        const auto kind = kinds.find({object.ref.group, object.ref.kind});
        if (kind == kinds.end())
            return unknownKind(object, discovery);
        if (!kind->second.namespaced)
            object.ref.ns.clear();
        else if (object.ref.ns.empty())
            object.ref.ns = ns.empty() ? "default" : ns;
        std::string path = object.ref.group.empty() ? "/api/" + object.version : "/apis/" + object.ref.group + "/" + object.version;
        if (!object.ref.ns.empty())
            path += "/namespaces/" + percentEncoded(object.ref.ns);
        plan.paths.push_back(path + "/" + kind->second.plural + "/" + percentEncoded(object.ref.name));
        plan.ownKind.push_back(kind->second.own);
    }
    plan.objects = std::move(objects);
    plan.order = applyOrder(plan.objects, [&](const std::string &group, const std::string &kind) {
        const auto found = kinds.find({group, kind});
        return found == kinds.end() ? std::string() : found->second.plural;
    });
    return plan;
}

Result<> mayApply(Transport &transport, const ApplyPlan &plan, std::stop_token stop, const std::vector<std::size_t> &replace)
{
    if (TRY(mayDo(transport, {.verb = "*", .group = "*", .resource = "*"}, stop)))
        return {}; // an administrator: one question is enough
    std::set<std::array<std::string, 3>> asked;
    std::string refused;
    for (std::size_t i = 0; i < plan.objects.size(); ++i) {
        const ObjectRef &ref = plan.objects[i].ref;
        const std::string &path = plan.paths[i];
        const std::string collection = path.substr(0, path.rfind('/'));
        const std::string plural = collection.substr(collection.rfind('/') + 1);
        std::vector<const char *> verbs;
        if (asked.insert({ref.group, plural, ref.ns}).second)
            verbs = {"create", "patch"};
        if (std::ranges::find(replace, i) != replace.end())
            verbs.push_back("delete");
        for (const char *verb : verbs) {
            if (TRY(mayDo(transport, {.verb = verb, .group = ref.group, .resource = plural, .ns = ref.ns}, stop)))
                continue;
            const std::string what = verb + (" " + plural) + (ref.group.empty() ? "" : "." + ref.group);
            refused += (refused.empty() ? "" : ", ") + (ref.ns.empty() ? what : say("Core", "{} in {}", what, ref.ns));
            break;
        }
    }
    if (refused.empty())
        return {};
    return fail(ErrorKind::Forbidden, say("Core", "you may not {}; nothing was changed", refused), say("Core", "Ask who runs the cluster for a role with this permission."));
}

} // namespace timonier
