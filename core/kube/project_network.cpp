// Services, endpoint slices, ingresses.
#include "kube/project.h"

#include <algorithm>

#include <fmt/format.h>

namespace timonier {

namespace {

// Addresses of status.loadBalancer, sorted, each once (loadBalancerStatusStringer).
std::string readLoadBalancer(Json &json)
{
    std::vector<std::string_view> found;
    json.fields([&](std::string_view key) {
        if (key != "loadBalancer")
            return;
        json.fields([&](std::string_view field) {
            if (field != "ingress")
                return;
            json.elements([&] {
                std::string_view ip, host;
                json.fields([&](std::string_view part) {
                    if (part == "ip")
                        ip = json.text();
                    else if (part == "hostname")
                        host = json.text();
                });
                if (!ip.empty() || !host.empty())
                    found.push_back(orElse(ip, host));
            });
        });
    });
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    std::string out;
    for (const std::string_view address : found)
        listed(out, address);
    return out;
}

struct ServiceFields {
    std::string_view type, clusterIp, firstClusterIp, externalName;
    std::string externalIps, ports, targetPorts;
    StringMap selector;
};

void readPort(Json &json, ServiceFields &service)
{
    std::int64_t port = 0, nodePort = 0;
    std::string_view protocol, target;
    json.fields([&](std::string_view key) {
        if (key == "port")
            port = json.integer();
        else if (key == "nodePort")
            nodePort = json.integer();
        else if (key == "protocol")
            protocol = json.text();
        else if (key == "targetPort" && json.ahead() != 'n')
            target = json.ahead() == '"' ? json.text() : json.raw();
    });
    listed(service.ports, nodePort > 0 ? fmt::format("{}:{}/{}", port, nodePort, protocol) : fmt::format("{}/{}", port, protocol));
    listed(service.targetPorts, target.empty() || target == "0" ? fmt::format("{}/{}", port, protocol)
                                                               : fmt::format("{}/{}", target, protocol));
}

void readServiceSpec(Json &json, ServiceFields &service)
{
    json.fields([&](std::string_view key) {
        if (key == "type") {
            service.type = json.text();
        } else if (key == "clusterIP") {
            service.clusterIp = json.text();
        } else if (key == "clusterIPs") {
            json.elements([&] {
                const std::string_view ip = json.text();
                if (service.firstClusterIp.empty())
                    service.firstClusterIp = ip;
            });
        } else if (key == "externalIPs") {
            json.elements([&] { listed(service.externalIps, json.text()); });
        } else if (key == "externalName") {
            service.externalName = json.text();
        } else if (key == "ports") {
            json.elements([&] { readPort(json, service); });
        } else if (key == "selector") {
            service.selector.read(json);
        }
    });
}

// getServiceExternalIP. (The 16 bytes that a load balancer's address is cut to never show: the server prints wide.)
std::string externalAddress(const ServiceFields &service, const std::string &balancer)
{
    if (service.type == "ClusterIP" || service.type == "NodePort")
        return service.externalIps.empty() ? "<none>" : service.externalIps;
    if (service.type == "LoadBalancer") {
        std::string all = balancer;
        if (!service.externalIps.empty())
            listed(all, service.externalIps);
        return all.empty() ? "<pending>" : all;
    }
    if (service.type == "ExternalName")
        return std::string(service.externalName);
    return "<unknown>";
}

// At most three of them (listWithMoreString).
struct ShortList {
    std::string text;
    int count = 0;

    void add(std::string_view item)
    {
        if (count < 3)
            text.append(count ? "," : "").append(item);
        ++count;
    }
    std::string done() const
    {
        if (count > 3)
            return fmt::format("{} + {} more...", text, count - 3);
        return text.empty() ? "<unset>" : text;
    }
};

} // namespace

void projectService(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    ServiceFields service;
    std::string balancer;
    json.fields([&](std::string_view key) {
        if (key == "metadata")
            meta.read(json);
        else if (key == "spec")
            readServiceSpec(json, service);
        else if (key == "status")
            balancer = readLoadBalancer(json);
    });
    meta.put(row);
    std::string &selector = row.scratch();
    service.selector.join(selector);
    const auto selectorPiece = row.own(selector);
    row.link(Relation::Selector, selectorPiece);
    row.cell(row.head.name);
    row.cell(row.common(service.type));
    const std::string_view ip = orElse(service.firstClusterIp, service.clusterIp);
    row.cell(ip.empty() ? RowBuilder::fixed("<none>") : row.own(ip));
    row.text(externalAddress(service, balancer));
    row.text(orElse(service.ports, "<none>"));
    row.number(meta.created);
    row.cell(selectorPiece.size == 0 ? RowBuilder::fixed("<none>") : selectorPiece);
    row.cell(row.common(service.targetPorts));
}

void projectEndpointSlice(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    std::string_view addressType;
    ShortList ports, addresses;
    std::vector<std::string_view> targets;
    std::int64_t ready = 0, total = 0;
    json.fields([&](std::string_view key) {
        if (key == "metadata") {
            meta.read(json);
        } else if (key == "addressType") {
            addressType = json.text();
        } else if (key == "ports") {
            json.elements([&] {
                std::string_view name, number;
                bool named = false;
                json.fields([&](std::string_view field) {
                    if (field == "port" && json.ahead() != 'n') {
                        number = json.raw();
                    } else if (field == "name" && json.ahead() == '"') {
                        named = true;
                        name = json.text();
                    }
                });
                ports.add(!number.empty() ? number : named ? name : "*");
            });
        } else if (key == "endpoints") {
            json.elements([&] {
                bool isReady = true, terminating = false; // what is not said counts as ready
                json.fields([&](std::string_view field) {
                    if (field == "conditions") {
                        json.fields([&](std::string_view part) {
                            if (part == "ready" && json.ahead() != 'n')
                                isReady = json.boolean();
                            else if (part == "terminating")
                                terminating = json.boolean();
                        });
                    } else if (field == "addresses") {
                        json.elements([&] { addresses.add(json.text()); });
                    } else if (field == "targetRef") {
                        std::string_view kind, uid;
                        json.fields([&](std::string_view part) {
                            if (part == "kind")
                                kind = json.text();
                            else if (part == "uid")
                                uid = json.text();
                        });
                        if (kind == "Pod")
                            targets.push_back(uid);
                    }
                });
                total += terminating && !isReady ? 0 : 1;
                ready += isReady ? 1 : 0;
            });
        }
    });
    meta.put(row);
    row.link(Relation::Service, row.own(meta.labels.value("kubernetes.io/service-name")));
    for (const std::string_view uid : targets)
        row.link(Relation::Target, row.own(uid));
    row.cell(row.head.name);
    row.cell(row.common(addressType));
    row.cell(row.common(ports.done()));
    row.text(addresses.done());
    row.number(meta.created);
    row.fraction(ready, total);
}

void projectIngress(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    std::string_view className = "<none>";
    std::string hosts, address;
    int hostCount = 0, rules = 0;
    bool more = false, tls = false;
    json.fields([&](std::string_view key) {
        if (key == "metadata") {
            meta.read(json);
        } else if (key == "spec") {
            json.fields([&](std::string_view field) {
                if (field == "ingressClassName" && json.ahead() == '"') {
                    className = json.text();
                } else if (field == "tls") {
                    json.elements([&] { tls = true; });
                } else if (field == "rules") {
                    json.elements([&] {
                        ++rules;
                        more = more || hostCount == 3;
                        std::string_view host;
                        json.fields([&](std::string_view part) {
                            if (part == "host")
                                host = json.text();
                        });
                        if (!more && !host.empty()) {
                            listed(hosts, host);
                            ++hostCount;
                        }
                    });
                }
            });
        } else if (key == "status") {
            address = readLoadBalancer(json);
        }
    });
    meta.put(row);
    row.cell(row.head.name);
    row.cell(row.common(className));
    row.text(hostCount == 0 ? "*" : more ? fmt::format("{} + {} more...", hosts, rules - 3) : hosts);
    row.text(address);
    row.cell(RowBuilder::fixed(tls ? "80, 443" : "80"));
    row.number(meta.created);
}

} // namespace timonier
