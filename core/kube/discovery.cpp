#include "kube/discovery.h"

#include "base/say.h"
#include "kube/fetch.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

namespace timonier {

namespace {

using Json = nlohmann::json;

constexpr auto aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
                            "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

std::string text(const Json &object, const char *key)
{
    const auto it = object.is_object() ? object.find(key) : object.end();
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

// The member, or an empty array: for loops that must not mind what is not there.
const Json &list(const Json &object, const char *key)
{
    static const Json none = Json::array();
    const auto it = object.is_object() ? object.find(key) : object.end();
    return it != object.end() && it->is_array() ? *it : none;
}

std::vector<std::string> texts(const Json &object, const char *key)
{
    std::vector<std::string> all;
    for (const Json &one : list(object, key)) {
        if (one.is_string())
            all.push_back(one.get<std::string>());
    }
    return all;
}

std::string lower(std::string_view word)
{
    std::string out(word);
    std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return out;
}

// Versions come in the order of the group's preference: the first that has a resource wins.
void addPreferred(Discovery &found, Resource resource)
{
    const auto same = [&](const Resource &r) { return r.group == resource.group && r.name == resource.name; };
    if (!resource.name.empty() && std::ranges::none_of(found.resources, same))
        found.resources.push_back(std::move(resource));
}

void readAggregated(const Json &body, Discovery &found)
{
    for (const Json &group : list(body, "items")) {
        const std::string groupName = group.contains("metadata") ? text(group["metadata"], "name") : std::string();
        for (const Json &version : list(group, "versions")) {
            const std::string versionName = text(version, "version");
            if (text(version, "freshness") == "Stale") {
                found.warnings.push_back(say("Core", "{}/{} does not answer: its kinds may be missing or old (its APIService is broken)",
                                             groupName, versionName));
            }
            for (const Json &one : list(version, "resources")) {
                Resource resource;
                resource.group = groupName;
                resource.version = versionName;
                resource.name = text(one, "resource");
                if (const auto kind = one.is_object() ? one.find("responseKind") : one.end(); kind != one.end())
                    resource.kind = text(*kind, "kind");
                resource.singular = text(one, "singularResource");
                resource.shortNames = texts(one, "shortNames");
                resource.namespaced = text(one, "scope") == "Namespaced";
                resource.verbs = texts(one, "verbs");
                resource.categories = texts(one, "categories");
                addPreferred(found, std::move(resource));
            }
        }
    }
}

Result<Json> get(Transport &transport, const std::string &path, const char *accept, std::stop_token stop)
{
    const Response response = TRY(fetch(transport, Request{.path = path, .accept = accept}, stop));
    Json body = Json::parse(response.body, nullptr, false);
    if (!body.is_object()) {
        return std::unexpected(Error{.kind = ErrorKind::Protocol, .message = say("Core", "the server's answer to {} is not JSON", path),
                                     .hint = say("Core", "Check that the server's address is that of a Kubernetes API server.")});
    }
    return body;
}

// The way before Kubernetes 1.26: one request for each version of each group.
Result<> readGroupVersion(Transport &transport, const std::string &group, const std::string &version, std::stop_token stop,
                          Discovery &found)
{
    const std::string path = group.empty() ? "/api/" + version : "/apis/" + group + "/" + version;
    const auto body = get(transport, path, "application/json", stop);
    if (!body && body.error().kind == ErrorKind::Cancelled)
        return std::unexpected(body.error());
    if (!body) {
        found.warnings.push_back(say("Core", "the kinds of {}/{} could not be read: {}", group, version, body.error().text()));
        return {};
    }
    for (const Json &one : list(*body, "resources")) {
        Resource resource;
        resource.group = group;
        resource.version = version;
        resource.name = text(one, "name");
        resource.kind = text(one, "kind");
        if (resource.name.find('/') != std::string::npos)
            continue; // a subresource
        resource.singular = text(one, "singularName");
        resource.shortNames = texts(one, "shortNames");
        const auto namespaced = one.find("namespaced");
        resource.namespaced = namespaced != one.end() && namespaced->is_boolean() && namespaced->get<bool>();
        resource.verbs = texts(one, "verbs");
        resource.categories = texts(one, "categories");
        addPreferred(found, std::move(resource));
    }
    return {};
}

Result<> readOldWay(Transport &transport, const Json &body, std::stop_token stop, Discovery &found)
{
    for (const std::string &version : texts(body, "versions")) { // APIVersions, of /api
        if (auto read = readGroupVersion(transport, {}, version, stop, found); !read)
            return read;
    }
    for (const Json &group : list(body, "groups")) { // APIGroupList, of /apis
        const std::string name = text(group, "name");
        std::vector<std::string> versions;
        if (const auto preferred = group.is_object() ? group.find("preferredVersion") : group.end(); preferred != group.end())
            versions.push_back(text(*preferred, "version"));
        for (const Json &version : list(group, "versions"))
            versions.push_back(text(version, "version"));
        for (std::size_t i = 0; i < versions.size(); ++i) {
            const bool before = std::find(versions.begin(), versions.begin() + static_cast<std::ptrdiff_t>(i), versions[i])
                != versions.begin() + static_cast<std::ptrdiff_t>(i);
            if (before || versions[i].empty())
                continue;
            if (auto read = readGroupVersion(transport, name, versions[i], stop, found); !read)
                return read;
        }
    }
    return {};
}

// How many letters to change, add, drop or swap with a neighbour (Damerau-Levenshtein, optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
    std::iota(last.begin(), last.end(), 0);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = std::min(now[j], before[j - 2] + 1);
        }
        before.swap(last);
        last.swap(now);
    }
    return last[b.size()];
}

bool named(const Resource &resource, const std::string &name)
{
    return !name.empty() // a singular may be missing
        && (name == resource.name || name == lower(resource.singular) || name == lower(resource.kind));
}

bool shortened(const Resource &resource, const std::string &name)
{
    return std::ranges::find(resource.shortNames, name) != resource.shortNames.end();
}

} // namespace

const Resource *Discovery::find(std::string_view name) const
{
    const std::string wanted = lower(name);
    const auto first = [&](auto matches) -> const Resource * {
        const Resource *best = nullptr;
        for (const Resource &resource : resources) {
            if (matches(resource) && (!best || (resource.group.empty() && !best->group.empty())))
                best = &resource;
        }
        return best;
    };
    if (const Resource *found = first([&](const Resource &r) { return named(r, wanted); }))
        return found;
    if (const Resource *found = first([&](const Resource &r) { return shortened(r, wanted); }))
        return found;
    const auto dot = wanted.find('.');
    if (dot == std::string::npos)
        return nullptr;
    const std::string head = wanted.substr(0, dot);
    const std::string group = wanted.substr(dot + 1); // "apps", or with the version before it: "v1.apps"
    return first([&](const Resource &r) {
        return (named(r, head) || shortened(r, head)) && (group == r.group || group == lower(r.version) + "." + r.group);
    });
}

std::string Discovery::suggestion(std::string_view name) const
{
    const std::string wanted = lower(name);
    const std::size_t near = std::max<std::size_t>(1, wanted.size() / 3);
    std::string best;
    std::size_t nearest = near + 1;
    for (const Resource &resource : resources) {
        for (const std::string &candidate : {resource.name, lower(resource.singular), lower(resource.kind), resource.fullName()}) {
            const std::size_t far = candidate.empty() ? nearest : distance(wanted, candidate);
            if (far < nearest) {
                nearest = far;
                best = candidate == resource.fullName() ? candidate : resource.name;
            }
        }
    }
    return best;
}

Result<Discovery> discover(Transport &transport, std::stop_token stop)
{
    Discovery found;
    for (const char *root : {"/api", "/apis"}) {
        const Json body = TRY(get(transport, root, aggregated, stop));
        if (text(body, "kind") == "APIGroupDiscoveryList")
            readAggregated(body, found);
        else if (auto read = readOldWay(transport, body, stop, found); !read)
            return std::unexpected(std::move(read).error());
    }
    return found;
}

} // namespace timonier
