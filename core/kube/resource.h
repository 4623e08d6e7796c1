// A kind of thing that an API server has: what discovery says of it. Plain data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace timonier {

struct Resource {
    std::string group;                     // "" for the core group, "apps" …
    std::string version;                   // "v1"
    std::string name;                      // plural, as in the path: "pods"
    std::string kind;                      // "Pod"
    std::string singular;                  // "pod"
    std::vector<std::string> shortNames;   // "po"
    bool namespaced = true;
    std::vector<std::string> verbs;        // "list", "watch" …
    std::vector<std::string> categories;   // "all"

    // "pods", "deployments.apps": how kubectl names it without doubt.
    std::string fullName() const { return group.empty() ? name : name + "." + group; }
    // "v1", "apps/v1".
    std::string apiVersion() const { return group.empty() ? version : group + "/" + version; }
    // "/api/v1/namespaces/x/pods", "/apis/apps/v1/deployments"; ns empty: all of them.
    std::string path(std::string_view ns = {}) const;
    bool can(std::string_view verb) const;
    bool operator==(const Resource &) const = default;
};

} // namespace timonier
