// What all projections share: metadata, maps, label selectors, pod templates, quantities.
#include "kube/project.h"

#include "kube/timestamp.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace timonier {

Projection projection(int id)
{
    switch (static_cast<ProjectionId>(id)) {
    case ProjectionId::None: return nullptr;
    case ProjectionId::Node: return projectNode;
    case ProjectionId::Pod: return projectPod;
    case ProjectionId::Service: return projectService;
    case ProjectionId::EndpointSlice: return projectEndpointSlice;
    case ProjectionId::Deployment: return projectDeployment;
    case ProjectionId::ReplicaSet: return projectReplicaSet;
    case ProjectionId::StatefulSet: return projectStatefulSet;
    case ProjectionId::DaemonSet: return projectDaemonSet;
    case ProjectionId::Job: return projectJob;
    case ProjectionId::CronJob: return projectCronJob;
    case ProjectionId::Ingress: return projectIngress;
    case ProjectionId::PersistentVolume: return projectPersistentVolume;
    case ProjectionId::PersistentVolumeClaim: return projectPersistentVolumeClaim;
    case ProjectionId::StorageClass: return projectStorageClass;
    case ProjectionId::HorizontalPodAutoscaler: return projectAutoscaler;
    case ProjectionId::ServiceAccount: return projectNamed;
    case ProjectionId::Role: return projectRole;
    case ProjectionId::RoleBinding: return projectRoleBinding;
    case ProjectionId::Event: return projectEvent;
    case ProjectionId::Namespace: return projectNamespace;
    }
    return nullptr;
}

void listed(std::string &out, std::string_view text)
{
    if (!out.empty())
        out += ',';
    out += text;
}

void StringMap::read(Json &json)
{
    entries.clear();
    json.fields([&](std::string_view key) { entries.emplace_back(key, json.text()); });
}

void StringMap::sort()
{
    const auto byKey = [](const auto &a, const auto &b) { return a.first < b.first; };
    if (!std::is_sorted(entries.begin(), entries.end(), byKey))
        std::stable_sort(entries.begin(), entries.end(), byKey);
}

std::string_view StringMap::value(std::string_view key) const
{
    const auto it = std::find_if(entries.begin(), entries.end(), [&](const auto &entry) { return entry.first == key; });
    return it == entries.end() ? std::string_view{} : it->second;
}

bool StringMap::has(std::string_view key) const
{
    return std::any_of(entries.begin(), entries.end(), [&](const auto &entry) { return entry.first == key; });
}

void StringMap::join(std::string &out)
{
    sort();
    for (const auto &[key, value] : entries) {
        listed(out, key);
        out += '=';
        out += value;
    }
}

void ObjectMeta::clear()
{
    name = ns = uid = resourceVersion = ownerKind = ownerName = ownerUid = {};
    created = deleting = 0;
    isDeleting = false;
    revision = 0;
    labels.clear();
    annotations.clear();
}

void ObjectMeta::read(Json &json)
{
    json.fields([&](std::string_view key) {
        if (key == "name") {
            name = json.text();
        } else if (key == "namespace") {
            ns = json.text();
        } else if (key == "uid") {
            uid = json.text();
        } else if (key == "resourceVersion") {
            resourceVersion = json.text();
            const char *const last = resourceVersion.data() + resourceVersion.size();
            std::uint64_t value = 0;
            const auto [end, error] = std::from_chars(resourceVersion.data(), last, value);
            revision = error == std::errc() && end == last ? value : 0;
        } else if (key == "creationTimestamp") {
            created = unixSeconds(json.text());
        } else if (key == "deletionTimestamp") {
            isDeleting = json.ahead() == '"';
            deleting = unixSeconds(json.text());
            if (isDeleting && deleting == 0)
                deleting = 1;
        } else if (key == "labels") {
            labels.read(json);
        } else if (key == "annotations" && wantsAnnotations) {
            annotations.read(json);
        } else if (key == "ownerReferences") {
            json.elements([&] {
                std::string_view kind, owner, id;
                bool controller = false;
                json.fields([&](std::string_view field) {
                    if (field == "kind")
                        kind = json.text();
                    else if (field == "name")
                        owner = json.text();
                    else if (field == "uid")
                        id = json.text();
                    else if (field == "controller")
                        controller = json.boolean();
                });
                if (controller) {
                    ownerKind = kind;
                    ownerName = owner;
                    ownerUid = id;
                }
            });
        }
    });
}

void ObjectMeta::put(RowBuilder &row)
{
    auto &head = row.head;
    if (uid.empty()) {
        std::string &place = row.scratch();
        place.append(ns).append("/").append(name);
        head.uid = Uid::of(place);
    } else {
        head.uid = Uid::of(uid);
    }
    head.name = row.own(name);
    head.ns = row.common(ns);
    std::string &joined = row.scratch();
    labels.join(joined);
    head.ownerKind = row.common(ownerKind);
    // The replicas of these have equal labels; those of others (stateful sets, jobs) carry their own names.
    const bool replicated = ownerKind == "ReplicaSet" || ownerKind == "DaemonSet";
    head.labels = replicated ? row.common(joined) : row.own(joined);
    // "web-5d4f" owns "web-5d4f-x2x9z": the same bytes will do.
    head.ownerName = !ownerName.empty() && name.starts_with(ownerName) ? RowBuilder::front(head.name, ownerName.size())
                                                                        : row.own(ownerName);
    head.created = created;
    head.deleting = deleting;
    head.revision = revision;
    row.link(Relation::Owner, row.own(ownerUid));
}

void LabelSelector::clear()
{
    present = false;
    matchLabels.clear();
    requirements.clear();
}

void LabelSelector::read(Json &json)
{
    clear();
    present = json.ahead() == '{';
    json.fields([&](std::string_view key) {
        if (key == "matchLabels") {
            matchLabels.read(json);
        } else if (key == "matchExpressions") {
            json.elements([&] {
                std::string_view label, op;
                std::vector<std::string_view> values;
                json.fields([&](std::string_view field) {
                    if (field == "key")
                        label = json.text();
                    else if (field == "operator")
                        op = json.text();
                    else if (field == "values")
                        json.elements([&] { values.push_back(json.text()); });
                });
                std::sort(values.begin(), values.end());
                std::string text = op == "DoesNotExist" ? "!" : "";
                text += label;
                if (op == "In" || op == "NotIn") {
                    text += op == "In" ? " in (" : " notin (";
                    bool first = true;
                    for (const std::string_view value : values) {
                        text.append(first ? "" : ",").append(value);
                        first = false;
                    }
                    text += ')';
                }
                requirements.emplace_back(label, std::move(text));
            });
        }
    });
}

std::string LabelSelector::equalities()
{
    std::string out;
    if (requirements.empty())
        matchLabels.join(out);
    return out;
}

std::string LabelSelector::text()
{
    std::vector<std::pair<std::string_view, std::string>> all;
    for (const auto &[key, value] : matchLabels.entries)
        all.emplace_back(key, std::string(key).append("=").append(value));
    all.insert(all.end(), requirements.begin(), requirements.end());
    std::stable_sort(all.begin(), all.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    std::string out;
    for (const auto &[key, text] : all)
        listed(out, text);
    return out;
}

void PodTemplate::read(Json &json)
{
    json.fields([&](std::string_view key) {
        if (key != "spec")
            return;
        json.fields([&](std::string_view field) {
            if (field == "nodeSelector") {
                nodeSelector.read(json);
            } else if (field == "containers") {
                bool first = true;
                json.elements([&] {
                    std::string_view name, image;
                    json.fields([&](std::string_view part) {
                        if (part == "name")
                            name = json.text();
                        else if (part == "image")
                            image = json.text();
                    });
                    names.append(first ? "" : ",").append(name);
                    images.append(first ? "" : ",").append(image);
                    first = false;
                });
            }
        });
    });
}

} // namespace timonier
