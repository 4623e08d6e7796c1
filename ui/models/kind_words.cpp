#include "ui/models/kind_words.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <tuple>

namespace timonier {

namespace {

struct Group {
    Q_DECLARE_TR_FUNCTIONS(Group)
};

struct Known {
    std::string_view name; // plural
    KindGroup group;
    const char *title;
};

// In the order of the rail.
constexpr auto known = std::to_array<Known>({
    {"nodes", KindGroup::Cluster, QT_TRANSLATE_NOOP("Kind", "Nodes")},
    {"namespaces", KindGroup::Cluster, QT_TRANSLATE_NOOP("Kind", "Namespaces")},
    {"events", KindGroup::Cluster, QT_TRANSLATE_NOOP("Kind", "Events")},
    {"customresourcedefinitions", KindGroup::Cluster, QT_TRANSLATE_NOOP("Kind", "Custom resources")},
    {"pods", KindGroup::Workloads, QT_TRANSLATE_NOOP("Kind", "Pods")},
    {"deployments", KindGroup::Workloads, QT_TRANSLATE_NOOP("Kind", "Deployments")},
    {"statefulsets", KindGroup::Workloads, QT_TRANSLATE_NOOP("Kind", "Stateful sets")},
    {"daemonsets", KindGroup::Workloads, QT_TRANSLATE_NOOP("Kind", "Daemon sets")},
    {"replicasets", KindGroup::Workloads, QT_TRANSLATE_NOOP("Kind", "Replica sets")},
    {"jobs", KindGroup::Workloads, QT_TRANSLATE_NOOP("Kind", "Jobs")},
    {"cronjobs", KindGroup::Workloads, QT_TRANSLATE_NOOP("Kind", "Cron jobs")},
    {"horizontalpodautoscalers", KindGroup::Workloads, QT_TRANSLATE_NOOP("Kind", "Autoscalers")},
    {"poddisruptionbudgets", KindGroup::Workloads, QT_TRANSLATE_NOOP("Kind", "Disruption budgets")},
    {"services", KindGroup::Network, QT_TRANSLATE_NOOP("Kind", "Services")},
    {"endpointslices", KindGroup::Network, QT_TRANSLATE_NOOP("Kind", "Endpoint slices")},
    {"ingresses", KindGroup::Network, QT_TRANSLATE_NOOP("Kind", "Ingresses")},
    {"ingressclasses", KindGroup::Network, QT_TRANSLATE_NOOP("Kind", "Ingress classes")},
    {"networkpolicies", KindGroup::Network, QT_TRANSLATE_NOOP("Kind", "Network policies")},
    {"configmaps", KindGroup::Configuration, QT_TRANSLATE_NOOP("Kind", "Config maps")},
    {"secrets", KindGroup::Configuration, QT_TRANSLATE_NOOP("Kind", "Secrets")},
    {"resourcequotas", KindGroup::Configuration, QT_TRANSLATE_NOOP("Kind", "Resource quotas")},
    {"limitranges", KindGroup::Configuration, QT_TRANSLATE_NOOP("Kind", "Limit ranges")},
    {"persistentvolumeclaims", KindGroup::Storage, QT_TRANSLATE_NOOP("Kind", "Volume claims")},
    {"persistentvolumes", KindGroup::Storage, QT_TRANSLATE_NOOP("Kind", "Volumes")},
    {"storageclasses", KindGroup::Storage, QT_TRANSLATE_NOOP("Kind", "Storage classes")},
    {"serviceaccounts", KindGroup::Access, QT_TRANSLATE_NOOP("Kind", "Service accounts")},
    {"roles", KindGroup::Access, QT_TRANSLATE_NOOP("Kind", "Roles")},
    {"rolebindings", KindGroup::Access, QT_TRANSLATE_NOOP("Kind", "Role bindings")},
    {"clusterroles", KindGroup::Access, QT_TRANSLATE_NOOP("Kind", "Cluster roles")},
    {"clusterrolebindings", KindGroup::Access, QT_TRANSLATE_NOOP("Kind", "Cluster role bindings")},
});

// Somebody's own "services" (serving.knative.dev) are not the core's.
const Known *find(const Resource &resource)
{
    const bool ours = resource.group.find('.') == std::string::npos || resource.group.ends_with(".k8s.io");
    const auto it = std::ranges::find(known, std::string_view(resource.name), &Known::name);
    return ours && it != known.end() ? &*it : nullptr;
}

} // namespace

QString titleOf(KindGroup group)
{
    switch (group) {
    case KindGroup::Cluster:
        return Group::tr("Cluster", "group of kinds: nodes, namespaces …");
    case KindGroup::Workloads:
        return Group::tr("Workloads", "group of kinds: pods, deployments …");
    case KindGroup::Network:
        return Group::tr("Network", "group of kinds: services, ingresses …");
    case KindGroup::Configuration:
        return Group::tr("Configuration", "group of kinds: config maps, secrets");
    case KindGroup::Storage:
        return Group::tr("Storage", "group of kinds: volumes …");
    case KindGroup::Access:
        return Group::tr("Access", "group of kinds: service accounts, roles …");
    case KindGroup::Other:
        break;
    }
    return Group::tr("Other", "group of kinds: whatever fits nowhere else");
}

QString titleOf(const Resource &resource)
{
    const Known *entry = find(resource);
    return entry ? QCoreApplication::translate("Kind", entry->title) : QString::fromStdString(resource.kind);
}

KindGroup groupOf(const Resource &resource)
{
    const Known *entry = find(resource);
    return entry ? entry->group : KindGroup::Other;
}

QString groupTitleOf(const Resource &resource)
{
    const KindGroup group = groupOf(resource);
    if (group != KindGroup::Other || resource.group.empty())
        return titleOf(group);
    return QString::fromStdString(resource.group); // of its author: "cert-manager.io"
}

std::vector<KindSpec> inRailOrder(std::span<const KindSpec> kinds)
{
    std::vector<KindSpec> sorted(kinds.begin(), kinds.end());
    std::ranges::stable_sort(sorted, {}, [](const KindSpec &kind) {
        const Known *entry = find(kind.resource);
        if (entry)
            return std::tuple(0, entry - known.data(), std::string(), std::string());
        return std::tuple(1, std::ptrdiff_t{0}, kind.resource.group, kind.resource.kind);
    });
    return sorted;
}

} // namespace timonier
