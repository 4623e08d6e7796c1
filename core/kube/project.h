// From the JSON of one object to its row: one function for each kind that Timonier knows by heart. They say what
// kubectl says (pkg/printers/internalversion/printers.go of Kubernetes 1.36), column by column.
//
// A projection reads fields in any order, tolerates what is missing or of another type (it reads as Go's zero value), and
// looks at nothing that it does not show; managedFields are passed over. Fields come first, cells are made at the end.
#pragma once

#include "kube/json.h"
#include "kube/kind.h"
#include "kube/row_builder.h"

#include <string_view>
#include <utility>
#include <vector>

namespace timonier {

// A map of strings, in the order of the JSON (which the API server sorts by key).
struct StringMap {
    std::vector<std::pair<std::string_view, std::string_view>> entries;

    void read(Json &json);
    void clear() { entries.clear(); }
    void sort();
    std::string_view value(std::string_view key) const;
    bool has(std::string_view key) const;
    // "k=v,k2=v2", sorted (labels.Set.String); appended.
    void join(std::string &out);
};

// metadata, as far as rows need it.
struct ObjectMeta {
    std::string_view name, ns, uid, resourceVersion, ownerKind, ownerName, ownerUid;
    std::int64_t created = 0, deleting = 0;
    std::uint64_t revision = 0;
    StringMap labels;
    StringMap annotations;
    bool isDeleting = false;       // deletionTimestamp is set, even to what is no time
    bool wantsAnnotations = false;

    void read(Json &json);
    void clear();
    // Fills the head of the row, its name and its links to the owner.
    void put(RowBuilder &row);
};


// Reads the object ahead into the builder, meta first; what the kind's column list wants is in the builder's cells.
using Projection = void (*)(Json &json, ObjectMeta &meta, RowBuilder &row);

// KindSpec::projection is an index into these; 0 is none.
enum class ProjectionId : int {
    None, Node, Pod, Service, EndpointSlice, Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob, Ingress,
    PersistentVolume, PersistentVolumeClaim, StorageClass, HorizontalPodAutoscaler, ServiceAccount, Role, RoleBinding,
    Event, Namespace,
};

// nullptr for an id that is none.
Projection projection(int id);

// Shared by the projections' files.
void projectPod(Json &json, ObjectMeta &meta, RowBuilder &row);
void projectNode(Json &json, ObjectMeta &meta, RowBuilder &row);
void projectNamespace(Json &json, ObjectMeta &meta, RowBuilder &row);
void projectEvent(Json &json, ObjectMeta &meta, RowBuilder &row);
void projectService(Json &json, ObjectMeta &meta, RowBuilder &row);
void projectEndpointSlice(Json &json, ObjectMeta &meta, RowBuilder &row);
void projectIngress(Json &json, ObjectMeta &meta, RowBuilder &row);
void projectDeployment(Json &json, ObjectMeta &meta, RowBuilder &row);
void projectReplicaSet(Json &json, ObjectMeta &meta, RowBuilder &row);
void projectStatefulSet(Json &json, ObjectMeta &meta, RowBuilder &row);
void projectDaemonSet(Json &json, ObjectMeta &meta, RowBuilder &row);
void projectJob(Json &json, ObjectMeta &meta, RowBuilder &row);
void projectCronJob(Json &json, ObjectMeta &meta, RowBuilder &row);
void projectAutoscaler(Json &json, ObjectMeta &meta, RowBuilder &row);
void projectPersistentVolume(Json &json, ObjectMeta &meta, RowBuilder &row);
void projectPersistentVolumeClaim(Json &json, ObjectMeta &meta, RowBuilder &row);
void projectStorageClass(Json &json, ObjectMeta &meta, RowBuilder &row);
void projectNamed(Json &json, ObjectMeta &meta, RowBuilder &row);        // service accounts: name and age
void projectRole(Json &json, ObjectMeta &meta, RowBuilder &row);         // roles, cluster roles
void projectRoleBinding(Json &json, ObjectMeta &meta, RowBuilder &row);  // and cluster role bindings

// Appends `text` with a comma before it, unless it is the first.
void listed(std::string &out, std::string_view text);
// The part before a missing text: value if there is one.
inline std::string_view orElse(std::string_view value, std::string_view missing) { return value.empty() ? missing : value; }


// A LabelSelector: {"matchLabels":{…},"matchExpressions":[…]}.
struct LabelSelector {
    bool present = false;
    StringMap matchLabels;
    std::vector<std::pair<std::string_view, std::string>> requirements;  // key, text

    void read(Json &json);
    void clear();
    // As labels.Selector.String() writes it.
    std::string text();
    // "k=v,k2=v2" when it asks for nothing but equality; empty otherwise.
    std::string equalities();
};

// The names and images of spec.containers of a pod template; the object ahead is the template.
struct PodTemplate {
    std::string names, images;
    StringMap nodeSelector;
    void read(Json &json);
};

} // namespace timonier
