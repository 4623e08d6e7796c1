#include "manifest/others.h"

#include "base/say.h"
#include "kube/discovery.h"
#include "kube/fetch.h"
#include "kube/scope.h"
#include "manifest/parallel.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>

namespace timonier {

namespace {

using Json = nlohmann::json;

// Kept by the control plane itself, or history.
bool isBookKeeping(const Resource &resource)
{
    static constexpr std::array<std::string_view, 6> names = {"events", "endpoints", "endpointslices", "leases", "controllerrevisions", "resourcequotas"};
    return resource.group == "metrics.k8s.io" || std::ranges::find(names, resource.name) != names.end();
}

bool isEverywhere(const Resource &resource, const std::string &name)
{
    // istiod writes its root certificate into every namespace (istio, pilot/pkg/features: CACertConfigMapName).
    return (resource.name == "configmaps" && (name == "kube-root-ca.crt" || name == "istio-ca-root-cert" || name.starts_with("timonier-set-"))) || (resource.name == "serviceaccounts" && name == "default");
}

// By another object's order. cert-manager makes its Secrets nobody's property, but names the Certificate (cert-manager.io/docs/usage/certificate).
bool isMadeByController(const Json &metadata)
{
    return !metadata.value("ownerReferences", Json::array()).empty() || metadata.value("annotations", Json::object()).contains("cert-manager.io/certificate-name");
}

// "3 configmaps (a, b, c)"; empty when there is none.
Result<std::string> strangers(Transport &transport, const Resource &resource, const std::string &ns, const std::string &setLabel, const std::vector<std::string> &leavings, std::stop_token stop)
{
    const std::string path = resource.path(ns) + "?limit=200&labelSelector=" + percentEncoded("applyset.kubernetes.io/part-of!=" + setLabel);
    const auto answer = fetch(transport, {.path = path, .accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"}, stop);
    if (!answer && (answer.error().kind == ErrorKind::NotFound || answer.error().kind == ErrorKind::Unsupported))
        return std::string();
    if (!answer)
        return std::unexpected(answer.error());
    const Json list = Json::parse(answer->body, nullptr, false);
    std::string names;
    int count = 0;
    if (list.is_object() && list.contains("items") && list["items"].is_array())
        for (const Json &item : list["items"]) {
            const Json metadata = item.value("metadata", Json::object());
            const std::string name = metadata.value("name", std::string());
            if (isEverywhere(resource, name) || isMadeByController(metadata) || std::ranges::find(leavings, resource.fullName() + "/" + name) != leavings.end())
                continue;
            if (++count <= 3)
                names += (names.empty() ? "" : ", ") + name;
        }
    return count == 0 ? std::string() : fmt::format("{} {} ({}{})", count, resource.fullName(), names, count > 3 ? ", …" : "");
}

} // namespace

Result<std::string> othersIn(Transport &transport, const ObjectRef &ref, std::string_view json, const std::string &setLabel, const std::vector<std::string> &leavings, std::stop_token stop)
{
    if (ref.group == "apiextensions.k8s.io" && ref.kind == "CustomResourceDefinition") {
        const Json crd = Json::parse(json, nullptr, false);
        const Json spec = crd.is_object() ? crd.value("spec", Json::object()) : Json::object();
        Resource resource{.group = spec.value("group", ""), .version = {}, .name = spec.value("names", Json::object()).value("plural", ""), .kind = {}, .singular = {}, .shortNames = {}, .verbs = {}, .categories = {}};
        for (const Json &version : spec.value("versions", Json::array()))
            if (version.value("served", false))
                resource.version = version.value("name", "");
        return resource.version.empty() ? std::string() : strangers(transport, resource, {}, setLabel, leavings, stop);
    }
    if (!ref.group.empty() || ref.kind != "Namespace")
        return std::string();
    const Discovery discovery = TRY(discover(transport, stop));
    std::vector<const Resource *> kinds;
    for (const Resource &resource : discovery.resources)
        if (resource.namespaced && resource.can("list") && !isBookKeeping(resource))
            kinds.push_back(&resource);
    std::mutex mutex;
    std::string all;
    std::optional<Error> problem;
    inParallel(kinds.size(), 8, [&](std::size_t i) {
        auto found = strangers(transport, *kinds[i], ref.name, setLabel, leavings, stop);
        const std::scoped_lock lock(mutex);
        if (!found)
            problem = std::move(found).error();
        else if (!found->empty())
            all += (all.empty() ? "" : ", ") + *found;
    });
    if (problem)
        return std::unexpected(std::move(*problem));
    return all;
}

} // namespace timonier
