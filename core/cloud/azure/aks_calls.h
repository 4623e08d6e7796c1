// What is asked of AKS. Blocking; any thread. Errors: those of Arm.
#pragma once

#include "base/secret.h"
#include "cloud/azure/calls.h"

namespace timonier::azure {

struct AksPool {
    std::string name{}, size{};
    int count = 1;
    bool system = false;               // mode: System, or User
    std::vector<std::string> zones{};
    int disk = 0;                      // GiB; 0: what the size has by itself
    int maxPods = 0;                   // 0: what the network has by itself
    bool spot = false;
    int least = 0, most = 0;           // of the autoscaler; most 0: there is none
    std::map<std::string, std::string> labels{};
    std::string subnet{};
    std::string version{};             // of an answer: what its nodes run
    std::string state{};               // of an answer: "Succeeded", "Creating" …
    Tags tags{};
};

struct AksCluster {
    std::string id{}, state{}, power{}; // "Succeeded", "Creating" …; "Running", "Stopped"
    std::string version{};              // that it runs
    std::string address{}, nodeGroup{}, location{};
    std::string identity{}, kubelet{};  // object ids of the cluster's identity and of its nodes'
    Tags tags{};
    std::vector<AksPool> pools{};
};

struct NewAksCluster {
    std::string location{}, version{}, dnsPrefix{}, nodeGroup{};
    std::string tier = "Free";          // or Standard
    std::string identity{};             // the resource id of one that is there; empty: one of its own
    std::string plugin{}, mode{}, policy{}; // "azure", "overlay"; "" or "azure", "calico", "cilium"
    std::string podCidr{}, serviceCidr{}, dnsAddress{};
    std::vector<std::string> allowed{}; // who may reach the API server; empty: everybody
    std::vector<AksPool> pools{};
    Tags tags{};
};

struct AksVersion {
    std::string minor{};
    std::vector<std::string> patches{};
    bool isDefault = false, isPreview = false;
};

class Aks
{
public:
    Aks(Calls calls, std::string group, std::string name) : m_calls(std::move(calls)), m_group(std::move(group)), m_name(std::move(name)) {}

    Result<std::optional<AksCluster>> cluster() const;
    // All that change something come back when it is over.
    Result<AksCluster> put(const NewAksCluster &what) const;
    // The control plane alone, or with its nodes, is brought to that version; all else stays as it is.
    Result<> upgrade(const std::string &version) const;
    Result<> put(const AksPool &pool) const;
    Result<> removePool(const std::string &pool) const;
    Result<> stop() const;
    Result<> start() const;
    Result<> remove() const;
    // A kubeconfig: with the rights of the caller, or with all. A secret.
    Result<Secret> kubeconfig(bool admin) const;
    // What its control plane may be upgraded to.
    Result<std::vector<std::string>> upgrades() const;

private:
    ArmCall call(const std::string &method, const std::string &below, const std::string &action) const;
    const Calls m_calls;
    const std::string m_group, m_name;
};

// On offer in a region.
Result<std::vector<AksVersion>> aksVersions(const Calls &calls, const std::string &location);

} // namespace timonier::azure
