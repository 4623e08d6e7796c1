#include "manifest/manifest_object.h"

#include <algorithm>
#include <array>

namespace timonier {

std::string title(const ObjectRef &ref) { return ref.kind + " " + (ref.ns.empty() ? "" : ref.ns + "/") + ref.name; }

std::string kubectlName(const ObjectRef &ref)
{
    std::string kind = ref.kind;
    std::ranges::transform(kind, kind.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return kind + (ref.group.empty() ? "" : "." + ref.group) + "/" + ref.name;
}

bool runsPods(const ObjectRef &ref)
{
    static constexpr std::array<std::string_view, 4> apps = {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"};
    return (ref.group == "apps" && std::ranges::find(apps, ref.kind) != apps.end()) || (ref.group == "batch" && (ref.kind == "Job" || ref.kind == "CronJob")) ||
           (ref.group.empty() && (ref.kind == "Pod" || ref.kind == "ReplicationController"));
}

} // namespace timonier
