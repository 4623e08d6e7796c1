// Nodes, namespaces, events, service accounts, roles and their bindings.
#include "kube/project.h"

#include "kube/quantity.h"
#include "kube/timestamp.h"

#include <algorithm>

#include <fmt/format.h>

namespace timonier {

namespace {

struct NodeFields {
    std::string_view ready;                     // status of the last condition Ready; empty: there is none
    std::string_view internalIp, externalIp, kubelet, osImage, kernel, runtime, architecture;
    std::string_view readyReason, cpu, memory, pods; // of the condition Ready; allocatable
    std::int64_t gpus = noNumber;
    std::string troubles, taints;
    bool hasReady = false, unschedulable = false, hasInternal = false, hasExternal = false;
};

// The conditions that are bad news when true: the kubelet's, and those of the node problem detector. Others may well be
// good ones (EtcdIsVoter).
bool badWhenTrue(std::string_view type)
{
    for (const std::string_view ending : {"Pressure", "Unavailable", "Unhealthy", "Deadlock", "Problem", "ReadonlyFilesystem"}) {
        if (type.ends_with(ending))
            return true;
    }
    return type.starts_with("Frequent") || type.starts_with("Corrupt");
}

// A device that is counted as a GPU: nvidia.com/gpu, amd.com/gpu, gpu.intel.com/i915 or xe.
bool isGpu(std::string_view resource)
{
    return resource.ends_with("/gpu") || resource == "nvidia.com/gpu.shared" || resource == "gpu.intel.com/i915"
        || resource == "gpu.intel.com/xe";
}

void readAllocatable(Json &json, NodeFields &node)
{
    json.fields([&](std::string_view key) {
        const auto amount = [&] { return json.ahead() == '"' ? json.text() : json.raw(); };
        if (key == "cpu")
            node.cpu = amount();
        else if (key == "memory")
            node.memory = amount();
        else if (key == "pods")
            node.pods = amount();
        else if (isGpu(key))
            node.gpus = (node.gpus == noNumber ? 0 : node.gpus) + milliQuantity(amount()) / 1000;
    });
}

void readTaints(Json &json, std::string &out)
{
    json.elements([&] {
        std::string_view name, value, effect;
        json.fields([&](std::string_view key) {
            if (key == "key")
                name = json.text();
            else if (key == "value")
                value = json.text();
            else if (key == "effect")
                effect = json.text();
        });
        listed(out, name);
        if (!value.empty())
            out.append("=").append(value);
        out.append(":").append(effect);
    });
}

void readNodeStatus(Json &json, NodeFields &node)
{
    json.fields([&](std::string_view key) {
        if (key == "conditions") {
            json.elements([&] {
                std::string_view type, status, reason;
                json.fields([&](std::string_view field) {
                    if (field == "type")
                        type = json.text();
                    else if (field == "status")
                        status = json.text();
                    else if (field == "reason")
                        reason = json.text();
                });
                if (type == "Ready") {
                    node.hasReady = true;
                    node.ready = status;
                    node.readyReason = reason;
                } else if (status == "True" && badWhenTrue(type)) {
                    listed(node.troubles, type);
                }
            });
        } else if (key == "allocatable") {
            readAllocatable(json, node);
        } else if (key == "addresses") {
            json.elements([&] {
                std::string_view type, address;
                json.fields([&](std::string_view field) {
                    if (field == "type")
                        type = json.text();
                    else if (field == "address")
                        address = json.text();
                });
                if (type == "InternalIP" && !std::exchange(node.hasInternal, true))
                    node.internalIp = address;
                if (type == "ExternalIP" && !std::exchange(node.hasExternal, true))
                    node.externalIp = address;
            });
        } else if (key == "nodeInfo") {
            json.fields([&](std::string_view field) {
                if (field == "kubeletVersion")
                    node.kubelet = json.text();
                else if (field == "osImage")
                    node.osImage = json.text();
                else if (field == "kernelVersion")
                    node.kernel = json.text();
                else if (field == "containerRuntimeVersion")
                    node.runtime = json.text();
                else if (field == "architecture")
                    node.architecture = json.text();
            });
        }
    });
}

// node-role.kubernetes.io/<role> and kubernetes.io/role=<role>, sorted, each once (findNodeRoles).
std::string nodeRoles(const StringMap &labels)
{
    constexpr std::string_view prefix = "node-role.kubernetes.io/";
    std::vector<std::string_view> roles;
    for (const auto &[key, value] : labels.entries) {
        if (key.starts_with(prefix) && key.size() > prefix.size())
            roles.push_back(key.substr(prefix.size()));
        else if (key == "kubernetes.io/role" && !value.empty())
            roles.push_back(value);
    }
    std::sort(roles.begin(), roles.end());
    roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
    std::string out;
    for (const std::string_view role : roles)
        listed(out, role);
    return out;
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view space = " \t\n\v\f\r";
    const std::size_t first = text.find_first_not_of(space);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char &c : out)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
}

} // namespace

void projectNode(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    NodeFields node;
    json.fields([&](std::string_view key) {
        if (key == "metadata") {
            meta.read(json);
        } else if (key == "spec") {
            json.fields([&](std::string_view field) {
                if (field == "unschedulable")
                    node.unschedulable = json.boolean();
                else if (field == "taints")
                    readTaints(json, node.taints);
            });
        } else if (key == "status") {
            readNodeStatus(json, node);
        }
    });
    meta.put(row);
    row.cell(row.head.name);
    std::string &status = row.scratch();
    status = !node.hasReady ? "Unknown" : node.ready == "True" ? "Ready" : "NotReady";
    if (node.unschedulable)
        status += ",SchedulingDisabled";
    row.cell(row.common(status));
    row.cell(row.common(orElse(nodeRoles(meta.labels), "<none>")));
    row.number(meta.created);
    row.cell(row.common(node.kubelet));
    row.text(node.hasInternal ? node.internalIp : "<none>");
    row.text(node.hasExternal ? node.externalIp : "<none>");
    row.cell(row.common(orElse(node.osImage, "<unknown>")));
    std::string &kernel = row.scratch();
    kernel = orElse(node.kernel, "<unknown>");
    if (!node.architecture.empty())
        kernel.append(" (").append(node.architecture).append(")");
    row.cell(row.common(kernel));
    row.cell(row.common(orElse(node.runtime, "<unknown>")));
    for (const std::string_view amount : {node.cpu, node.memory, node.pods})
        row.cell(row.common(amount), milliQuantity(amount));
    row.number(node.gpus);
    std::string &conditions = row.scratch();
    if (node.hasReady && node.ready != "True") {
        conditions = "NotReady";
        if (!node.readyReason.empty())
            conditions.append(": ").append(node.readyReason);
    }
    if (!node.troubles.empty())
        listed(conditions, node.troubles);
    row.cell(row.common(conditions));
    row.cell(row.common(node.taints));
}

void projectNamespace(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    std::string_view phase;
    json.fields([&](std::string_view key) {
        if (key == "metadata")
            meta.read(json);
        else if (key == "status")
            json.fields([&](std::string_view field) {
                if (field == "phase")
                    phase = json.text();
            });
    });
    meta.put(row);
    row.cell(row.head.name);
    row.cell(row.common(phase));
    row.number(meta.created);
}

void projectNamed(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    json.fields([&](std::string_view key) {
        if (key == "metadata")
            meta.read(json);
    });
    meta.put(row);
    row.cell(row.head.name);
    row.number(meta.created);
}

void projectRole(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    // The server has no printer for roles; its default one shows the creation as a time, not as an age.
    std::string_view created;
    json.fields([&](std::string_view key) {
        if (key != "metadata")
            return;
        const Json::Place place = json.place();
        json.fields([&](std::string_view field) {
            if (field == "creationTimestamp")
                created = json.text();
        });
        json.go(place);
        meta.read(json);
    });
    meta.put(row);
    row.cell(row.head.name);
    row.text(created);
}

void projectRoleBinding(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    std::string_view roleKind, roleName;
    std::string users, groups, accounts;
    const auto add = [](std::string &list, std::string_view ns, std::string_view name) {
        if (!list.empty())
            list += ", ";
        list.append(ns).append(name);
    };
    json.fields([&](std::string_view key) {
        if (key == "metadata") {
            meta.read(json);
        } else if (key == "roleRef") {
            json.fields([&](std::string_view field) {
                if (field == "kind")
                    roleKind = json.text();
                else if (field == "name")
                    roleName = json.text();
            });
        } else if (key == "subjects") {
            json.elements([&] {
                std::string_view kind, name, ns;
                json.fields([&](std::string_view field) {
                    if (field == "kind")
                        kind = json.text();
                    else if (field == "name")
                        name = json.text();
                    else if (field == "namespace")
                        ns = json.text();
                });
                if (kind == "User")
                    add(users, "", name);
                else if (kind == "Group")
                    add(groups, "", name);
                else if (kind == "ServiceAccount")
                    add(accounts, std::string(ns) + "/", name);
            });
        }
    });
    meta.put(row);
    row.cell(row.head.name);
    row.text(row.scratch().append(roleKind).append("/").append(roleName));
    row.number(meta.created);
    row.text(users);
    row.text(groups);
    row.text(accounts);
}

void projectEvent(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    std::string_view type, reason, message, kind, name, path, component, host, controller, instance;
    std::int64_t first = 0, last = 0, at = 0, count = 0, seriesLast = 0, seriesCount = 0;
    bool series = false;
    json.fields([&](std::string_view key) {
        if (key == "metadata") {
            meta.read(json);
        } else if (key == "type") {
            type = json.text();
        } else if (key == "reason") {
            reason = json.text();
        } else if (key == "message") {
            message = json.text();
        } else if (key == "involvedObject") {
            json.fields([&](std::string_view field) {
                if (field == "kind")
                    kind = json.text();
                else if (field == "name")
                    name = json.text();
                else if (field == "fieldPath")
                    path = json.text();
            });
        } else if (key == "source") {
            json.fields([&](std::string_view field) {
                if (field == "component")
                    component = json.text();
                else if (field == "host")
                    host = json.text();
            });
        } else if (key == "reportingComponent") {
            controller = json.text();
        } else if (key == "reportingInstance") {
            instance = json.text();
        } else if (key == "firstTimestamp") {
            first = unixSeconds(json.text());
        } else if (key == "lastTimestamp") {
            last = unixSeconds(json.text());
        } else if (key == "eventTime") {
            at = unixSeconds(json.text());
        } else if (key == "count") {
            count = json.integer();
        } else if (key == "series") {
            series = json.ahead() == '{';
            json.fields([&](std::string_view field) {
                if (field == "count")
                    seriesCount = json.integer();
                else if (field == "lastObservedTime")
                    seriesLast = unixSeconds(json.text());
            });
        }
    });
    first = first != 0 ? first : at;
    last = series ? seriesLast : last != 0 ? last : first;
    count = series ? seriesCount : count == 0 ? 1 : count;
    meta.put(row);
    row.number(last);
    row.cell(row.common(type));
    row.cell(row.common(reason));
    std::string target = lower(kind);
    if (!name.empty())
        target.append("/").append(name);
    row.text(target);
    row.cell(row.common(path));
    std::string &source = row.scratch();
    source = orElse(component, controller);
    if (const std::string_view where = orElse(host, instance); !where.empty())
        source.append(", ").append(where);
    row.cell(row.common(source));
    row.text(trimmed(message));
    row.number(first);
    row.number(count);
    row.cell(row.head.name);
}

} // namespace timonier
