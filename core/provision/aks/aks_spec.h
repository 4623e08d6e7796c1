// What an AKS cluster is to be: read from YAML and checked. Pure.
#pragma once

#include "base/result.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace timonier::aks {

struct Pool {
    std::string name = "main";
    std::string size = "Standard_D4s_v3";
    int count = 1;
    int least = 0, most = 0;    // of the autoscaler; most 0: there is none
    bool system = false;        // runs what AKS itself needs; the first of a spec does, where none is said to
    std::vector<std::string> zones{};
    int disk = 128;             // GiB
    int maxPods = 0;            // 0: what the network has by itself
    bool spot = false;
    std::map<std::string, std::string> labels{};
};

struct Network {
    std::string plugin = "overlay"; // "overlay" and "subnet" are Azure's own plugin, "kubenet" the old one
    std::string policy{};           // "azure", "calico", "cilium"; empty: none
    std::string pods = "10.244.0.0/16", services = "10.0.0.0/16";
    std::string subnet{};           // the resource id of one that is there; empty: AKS makes its own
    std::string dnsAddress() const; // the tenth of the services'
};

struct Registry {
    std::string name{};         // of one that is made, in the cluster's group
    std::string tier = "Basic";
    std::string id{};           // or the resource id of one that is there
};

struct Spec {
    std::string name{}, subscription{}, group{}, location{};
    std::string version{};      // "1.35", or with a patch; empty: what AKS takes by itself
    std::string account{}, tenant{}, cloud{}; // who signs in, and where; all may be empty
    std::string tier = "Free";
    std::string identity{};     // the resource id of one that is there; empty: one of its own
    bool admin = false;         // the kubeconfig is the cluster's administrator's, not the caller's
    std::vector<std::string> allowed{}; // who may reach the API server; empty: everybody
    Network network{};
    Registry registry{};        // both empty: none
    std::vector<Pool> pools{};
    std::map<std::string, std::string> tags{};
    std::string kubeconfig{};
    bool current = false;

    std::string context() const { return name + "." + group + ".aks"; }
    std::string target() const { return "aks/" + subscription + "/" + group + "/" + name; }
    bool hasRegistry() const { return !registry.name.empty() || !registry.id.empty(); }
    std::string nodeGroup() const; // where AKS puts machines, disks, addresses
    std::string dnsPrefix() const;
};

// Invalid: no YAML, an unknown field, a wrong value; "file" and "line" are in the context.
Result<Spec> readSpec(std::string_view yaml, const std::string &file);

} // namespace timonier::aks
