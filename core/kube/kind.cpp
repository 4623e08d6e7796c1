// Columns: exactly those of kubectl (AddHandlers of pkg/printers/internalversion/printers.go, Kubernetes 1.36), in the
// order in which the projections make their cells; behind them those of priority 2, which are Timonier's own.
#include "kube/kind.h"

#include "kube/project.h"

#include <algorithm>
#include <array>

namespace timonier {

namespace {

constexpr auto number = CellType::Number;
constexpr auto age = CellType::Time;
constexpr auto fraction = CellType::Fraction;
const Column nameColumn{"name", "NAME"};
const Column ageColumn{"age", "AGE", age};
const Column containersColumn{"containers", "CONTAINERS", CellType::Text, 1};
const Column imagesColumn{"images", "IMAGES", CellType::Text, 1};
const Column selectorColumn{"selector", "SELECTOR", CellType::Text, 1};

Column text(std::string_view id, std::string_view title, int priority = 0)
{
    return {id, title, CellType::Text, priority};
}

// "apps/v1", "deployments", "Deployment", "deployment", {"deploy"}
Resource resource(std::string_view apiVersion, std::string_view plural, std::string_view kind, std::string_view singular,
                  std::vector<std::string> shortNames, bool namespaced = true, std::vector<std::string> categories = {})
{
    const std::size_t slash = apiVersion.find('/');
    const bool core = slash == std::string_view::npos;
    return {.group = std::string(core ? std::string_view{} : apiVersion.substr(0, slash)),
            .version = std::string(core ? apiVersion : apiVersion.substr(slash + 1)),
            .name = std::string(plural),
            .kind = std::string(kind),
            .singular = std::string(singular),
            .shortNames = std::move(shortNames),
            .namespaced = namespaced,
            .verbs = {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"},
            .categories = std::move(categories)};
}

KindSpec spec(ProjectionId id, Resource what, Columns columns)
{
    return {.resource = std::move(what), .columns = std::move(columns), .projection = static_cast<int>(id)};
}

Columns bindingColumns()
{
    return {nameColumn, text("role", "ROLE"), ageColumn, text("users", "USERS", 1), text("groups", "GROUPS", 1),
            text("serviceaccounts", "SERVICEACCOUNTS", 1)};
}

std::vector<KindSpec> workloadKinds()
{
    std::vector<KindSpec> kinds;
    kinds.push_back(spec(ProjectionId::Pod, resource("v1", "pods", "Pod", "pod", {"po"}, true, {"all"}),
                         {nameColumn,
                          {"ready", "READY", fraction},
                          text("status", "STATUS"),
                          {"restarts", "RESTARTS", CellType::Restarts},
                          ageColumn,
                          text("ip", "IP", 1),
                          text("node", "NODE", 1),
                          text("nominated-node", "NOMINATED NODE", 1),
                          {"readiness-gates", "READINESS GATES", fraction, 1},
                          text("images", "IMAGES", 2),
                          {"cpu-requests", "CPU REQUESTS", CellType::Quantity, 2},
                          {"memory-requests", "MEMORY REQUESTS", CellType::Quantity, 2},
                          text("last-exit", "LAST EXIT", 2),
                          text("ports", "PORTS", 2)}));
    kinds.push_back(spec(ProjectionId::Deployment,
                         resource("apps/v1", "deployments", "Deployment", "deployment", {"deploy"}, true, {"all"}),
                         {nameColumn,
                          {"ready", "READY", fraction},
                          {"up-to-date", "UP-TO-DATE", number},
                          {"available", "AVAILABLE", number},
                          ageColumn,
                          containersColumn,
                          imagesColumn,
                          selectorColumn}));
    kinds.push_back(spec(ProjectionId::ReplicaSet,
                         resource("apps/v1", "replicasets", "ReplicaSet", "replicaset", {"rs"}, true, {"all"}),
                         {nameColumn,
                          {"desired", "DESIRED", number},
                          {"current", "CURRENT", number},
                          {"ready", "READY", number},
                          ageColumn,
                          containersColumn,
                          imagesColumn,
                          selectorColumn}));
    kinds.push_back(spec(ProjectionId::StatefulSet,
                         resource("apps/v1", "statefulsets", "StatefulSet", "statefulset", {"sts"}, true, {"all"}),
                         {nameColumn, {"ready", "READY", fraction}, ageColumn, containersColumn, imagesColumn}));
    kinds.push_back(spec(ProjectionId::DaemonSet,
                         resource("apps/v1", "daemonsets", "DaemonSet", "daemonset", {"ds"}, true, {"all"}),
                         {nameColumn,
                          {"desired", "DESIRED", number},
                          {"current", "CURRENT", number},
                          {"ready", "READY", number},
                          {"up-to-date", "UP-TO-DATE", number},
                          {"available", "AVAILABLE", number},
                          text("node-selector", "NODE SELECTOR"),
                          ageColumn,
                          containersColumn,
                          imagesColumn,
                          selectorColumn}));
    kinds.push_back(spec(ProjectionId::Job, resource("batch/v1", "jobs", "Job", "job", {}, true, {"all"}),
                         {nameColumn,
                          text("status", "STATUS"),
                          {"completions", "COMPLETIONS", fraction},
                          {"duration", "DURATION", CellType::Duration},
                          ageColumn,
                          containersColumn,
                          imagesColumn,
                          selectorColumn}));
    kinds.push_back(spec(ProjectionId::CronJob, resource("batch/v1", "cronjobs", "CronJob", "cronjob", {"cj"}, true, {"all"}),
                         {nameColumn,
                          text("schedule", "SCHEDULE"),
                          text("timezone", "TIMEZONE"),
                          text("suspend", "SUSPEND"),
                          {"active", "ACTIVE", number},
                          {"last-schedule", "LAST SCHEDULE", age},
                          ageColumn,
                          containersColumn,
                          imagesColumn,
                          selectorColumn}));
    kinds.push_back(spec(ProjectionId::HorizontalPodAutoscaler,
                         resource("autoscaling/v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler",
                                  "horizontalpodautoscaler", {"hpa"}, true, {"all"}),
                         {nameColumn,
                          text("reference", "REFERENCE"),
                          text("targets", "TARGETS"),
                          {"minpods", "MINPODS", number},
                          {"maxpods", "MAXPODS", number},
                          {"replicas", "REPLICAS", number},
                          ageColumn}));
    return kinds;
}

std::vector<KindSpec> networkKinds()
{
    std::vector<KindSpec> kinds;
    kinds.push_back(spec(ProjectionId::Service, resource("v1", "services", "Service", "service", {"svc"}, true, {"all"}),
                         {nameColumn, text("type", "TYPE"), text("cluster-ip", "CLUSTER-IP"),
                          text("external-ip", "EXTERNAL-IP"), text("ports", "PORT(S)"), ageColumn, selectorColumn,
                          text("target-ports", "TARGET PORTS", 2)}));
    kinds.push_back(spec(ProjectionId::EndpointSlice,
                         resource("discovery.k8s.io/v1", "endpointslices", "EndpointSlice", "endpointslice", {}),
                         {nameColumn, text("addresstype", "ADDRESSTYPE"), text("ports", "PORTS"),
                          text("endpoints", "ENDPOINTS"), ageColumn, {"ready", "READY", fraction, 2}}));
    kinds.push_back(spec(ProjectionId::Ingress, resource("networking.k8s.io/v1", "ingresses", "Ingress", "ingress", {"ing"}),
                         {nameColumn, text("class", "CLASS"), text("hosts", "HOSTS"), text("address", "ADDRESS"),
                          text("ports", "PORTS"), ageColumn}));
    return kinds;
}

std::vector<KindSpec> storageKinds()
{
    std::vector<KindSpec> kinds;
    kinds.push_back(spec(ProjectionId::PersistentVolume,
                         resource("v1", "persistentvolumes", "PersistentVolume", "persistentvolume", {"pv"}, false),
                         {nameColumn,
                          {"capacity", "CAPACITY", CellType::Quantity},
                          text("access-modes", "ACCESS MODES"),
                          text("reclaim-policy", "RECLAIM POLICY"),
                          text("status", "STATUS"),
                          text("claim", "CLAIM"),
                          text("storageclass", "STORAGECLASS"),
                          text("volumeattributesclass", "VOLUMEATTRIBUTESCLASS"),
                          text("reason", "REASON"),
                          ageColumn,
                          text("volumemode", "VOLUMEMODE", 1)}));
    kinds.push_back(spec(ProjectionId::PersistentVolumeClaim,
                         resource("v1", "persistentvolumeclaims", "PersistentVolumeClaim", "persistentvolumeclaim", {"pvc"}),
                         {nameColumn,
                          text("status", "STATUS"),
                          text("volume", "VOLUME"),
                          {"capacity", "CAPACITY", CellType::Quantity},
                          text("access-modes", "ACCESS MODES"),
                          text("storageclass", "STORAGECLASS"),
                          text("volumeattributesclass", "VOLUMEATTRIBUTESCLASS"),
                          ageColumn,
                          text("volumemode", "VOLUMEMODE", 1)}));
    kinds.push_back(spec(ProjectionId::StorageClass,
                         resource("storage.k8s.io/v1", "storageclasses", "StorageClass", "storageclass", {"sc"}, false),
                         {nameColumn, text("provisioner", "PROVISIONER"), text("reclaimpolicy", "RECLAIMPOLICY"),
                          text("volumebindingmode", "VOLUMEBINDINGMODE"),
                          text("allowvolumeexpansion", "ALLOWVOLUMEEXPANSION"), ageColumn}));
    return kinds;
}

std::vector<KindSpec> clusterKinds()
{
    constexpr std::string_view rbac = "rbac.authorization.k8s.io/v1";
    const Columns roleColumns{nameColumn, text("created-at", "CREATED AT")};
    std::vector<KindSpec> kinds;
    kinds.push_back(spec(ProjectionId::Node, resource("v1", "nodes", "Node", "node", {"no"}, false),
                         {nameColumn, text("status", "STATUS"), text("roles", "ROLES"), ageColumn, text("version", "VERSION"),
                          text("internal-ip", "INTERNAL-IP", 1), text("external-ip", "EXTERNAL-IP", 1),
                          text("os-image", "OS-IMAGE", 1), text("kernel-version", "KERNEL-VERSION", 1),
                          text("container-runtime", "CONTAINER-RUNTIME", 1),
                          {"cpu-allocatable", "CPU ALLOCATABLE", CellType::Quantity, 2},
                          {"memory-allocatable", "MEMORY ALLOCATABLE", CellType::Quantity, 2},
                          {"pods-allocatable", "PODS ALLOCATABLE", CellType::Quantity, 2},
                          {"gpus", "GPUS", number, 2},
                          text("conditions", "CONDITIONS", 2),
                          text("taints", "TAINTS", 2)}));
    kinds.push_back(spec(ProjectionId::Namespace, resource("v1", "namespaces", "Namespace", "namespace", {"ns"}, false),
                         {nameColumn, text("status", "STATUS"), ageColumn}));
    kinds.push_back(spec(ProjectionId::Event, resource("v1", "events", "Event", "event", {"ev"}),
                         {{"last-seen", "LAST SEEN", age},
                          text("type", "TYPE"),
                          text("reason", "REASON"),
                          text("object", "OBJECT"),
                          text("subobject", "SUBOBJECT", 1),
                          text("source", "SOURCE", 1),
                          text("message", "MESSAGE"),
                          {"first-seen", "FIRST SEEN", age, 1},
                          {"count", "COUNT", number, 1},
                          text("name", "NAME", 1)}));
    kinds.push_back(spec(ProjectionId::ServiceAccount,
                         resource("v1", "serviceaccounts", "ServiceAccount", "serviceaccount", {"sa"}),
                         {nameColumn, ageColumn}));
    kinds.push_back(spec(ProjectionId::Role, resource(rbac, "roles", "Role", "role", {}), roleColumns));
    kinds.push_back(spec(ProjectionId::Role, resource(rbac, "clusterroles", "ClusterRole", "clusterrole", {}, false), roleColumns));
    kinds.push_back(spec(ProjectionId::RoleBinding, resource(rbac, "rolebindings", "RoleBinding", "rolebinding", {}),
                         bindingColumns()));
    kinds.push_back(spec(ProjectionId::RoleBinding,
                         resource(rbac, "clusterrolebindings", "ClusterRoleBinding", "clusterrolebinding", {}, false),
                         bindingColumns()));
    return kinds;
}

bool sameText(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

} // namespace

std::string KindSpec::accept() const
{
    // Behind the Table, what an aggregated API that has none may answer instead.
    return typed() ? "application/json" : "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
}

std::string KindSpec::query() const
{
    return typed() ? "" : "includeObject=Metadata";
}

std::span<const KindSpec> typedKinds()
{
    static const std::vector<KindSpec> kinds = [] {
        std::vector<KindSpec> all;
        for (auto &&group : {clusterKinds(), workloadKinds(), networkKinds(), storageKinds()})
            all.insert(all.end(), group.begin(), group.end());
        return all;
    }();
    return kinds;
}

const KindSpec *typedKind(std::string_view name)
{
    for (const KindSpec &kind : typedKinds()) {
        const Resource &what = kind.resource;
        if (sameText(name, what.name) || sameText(name, what.singular) || sameText(name, what.fullName())
            || std::any_of(what.shortNames.begin(), what.shortNames.end(),
                           [&](const std::string &shortName) { return sameText(name, shortName); }))
            return &kind;
    }
    return nullptr;
}

KindSpec kindFor(const Resource &resource)
{
    for (const KindSpec &kind : typedKinds()) {
        const Resource &what = kind.resource;
        if (what.group == resource.group && what.version == resource.version && what.name == resource.name)
            return {.resource = resource, .columns = kind.columns, .projection = kind.projection};
    }
    return {.resource = resource, .columns = {}, .projection = 0};
}

std::size_t cellOf(const Columns &columns, std::string_view id)
{
    return static_cast<std::size_t>(std::ranges::find(columns, id, &Column::id) - columns.begin());
}

const Cell &cellAt(const Row &row, std::size_t index)
{
    static const Cell none;
    return index < row.cells.size() ? row.cells[index] : none;
}

} // namespace timonier
