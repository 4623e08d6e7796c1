#include "manifest/apply_replace.h"

#include "base/say.h"
#include "kube/fetch.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace timonier {

namespace {

using Json = nlohmann::json;

} // namespace

bool isImmutable(const Error &error)
{
    if (error.kind != ErrorKind::Invalid && error.kind != ErrorKind::Forbidden)
        return false;
    return std::ranges::any_of(std::array{"field is immutable", "updates to statefulset spec for fields other than", "spec is immutable after creation", "pod updates may not change fields other than",
                                          "cannot change roleRef", "updates to provisioner are forbidden", "updates to parameters are forbidden", "updates to reclaimPolicy are forbidden",
                                          "may not change once set", "is immutable"},
                               [&](const char *words) { return error.message.find(words) != std::string::npos; });
}

std::string lostWith(const ObjectRef &ref)
{
    if (runsPods(ref))
        return say("Core", "its pods go, and until new ones are ready nothing answers");
    if (ref.group.empty() && (ref.kind == "PersistentVolumeClaim" || ref.kind == "PersistentVolume"))
        return say("Core", "the data of its volume may be lost");
    if (ref.group == "apiextensions.k8s.io" && ref.kind == "CustomResourceDefinition")
        return say("Core", "all objects of its kind are lost, in every namespace");
    if (ref.group.empty() && ref.kind == "Service")
        return say("Core", "its address changes, and until then nothing answers");
    return say("Core", "until it is made anew it is missing");
}

Result<> deleteForReplacement(Transport &transport, const std::string &path, std::stop_token stop)
{
    const auto found = fetch(transport, {.path = path}, stop);
    if (!found && found.error().kind == ErrorKind::NotFound)
        return {};
    if (!found)
        return std::unexpected(found.error());
    const Json object = Json::parse(found->body, nullptr, false);
    const Json::json_pointer uid("/metadata/uid");
    const Json order = {{"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", "Foreground"}, {"preconditions", {{"uid", object.contains(uid) ? object[uid] : Json("")}}}};
    const auto removed = fetch(transport, {.method = "DELETE", .path = path, .contentType = "application/json", .body = order.dump()}, stop);
    if (!removed && removed.error().kind != ErrorKind::NotFound)
        return std::unexpected(removed.error());
    return {};
}

Result<std::optional<std::string>> stillThere(Transport &transport, const std::string &path, std::stop_token stop)
{
    const auto found = fetch(transport, {.path = path}, stop, {.attempts = 1});
    if (!found && found.error().kind == ErrorKind::NotFound)
        return std::nullopt;
    if (!found)
        return std::unexpected(found.error());
    const Json object = Json::parse(found->body, nullptr, false);
    const Json::json_pointer finalizers("/metadata/finalizers");
    std::string holders;
    if (object.contains(finalizers) && object[finalizers].is_array())
        for (const Json &one : object[finalizers])
            if (one.is_string())
                holders += (holders.empty() ? "" : ", ") + one.get<std::string>();
    if (holders == "foregroundDeletion")
        return say("Core", "it is replaced: what the old one owns still goes");
    return holders.empty() ? say("Core", "it is replaced: the old one still goes") : say("Core", "it is replaced: the finalizer {} holds the old one", holders);
}

} // namespace timonier
