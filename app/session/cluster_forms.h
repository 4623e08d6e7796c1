// What a wizard asks for a cluster of each provider, and how that becomes the spec that timonierctl takes. One entry for each provider in
// clusterForms(); the plan itself comes from planOfSpec(). Functions that get a runner block; worker threads only.
#pragma once

#include "base/process.h"
#include "form/check.h"
#include "form/parameter.h"
#include "provision/kubeadm/access.h"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace timonier {

struct ClusterForm {
    using Facts = std::vector<std::pair<std::string, std::string>>; // label and value
    using Tell = std::function<void(form::Check)>;

    std::string provider{};
    std::string title{}, what{}, warning{};
    Facts gets{}, takes{};
    std::vector<std::string> within{}; // kinds of the ledger that go with another thing: it is enough to name that
    std::string price{}; // "nothing"
    std::vector<form::Parameter> parameters{};
    std::function<std::string(const form::Values &)> text{};
    std::function<Result<form::Values>(const std::string &text, const std::string &file)> values{};
    // "dev", "1 control plane, 2 workers".
    std::function<std::pair<std::string, std::string>(const form::Values &)> subject{};
    std::function<std::string(const form::Values &)> context{}; // its name in the kubeconfig
    // What makes it that version ("1.34"), with room for so much: parameters and their values.
    std::function<Facts(const std::string &version, int cpus, double memoryGib)> forVersion{};
    // The parameters with what this computer can do now. Asks programs.
    std::function<std::vector<form::Parameter>(ProcessRunner &, std::stop_token)> look{};
    // The parameters with what there is for these values: prices of the region that was chosen, as far as they are kept; what the account really offers. May
    // ask the network, once for each. Not set: nothing.
    std::function<void(std::vector<form::Parameter> &, const form::Values &, std::stop_token)> offer{};
    // Each check when it begins and when it is over; all of them, waiting, first.
    std::function<void(const form::Values &, ProcessRunner &, std::stop_token, const Tell &)> check{};
    std::function<Result<form::Values>(form::Values, const form::Check &, const form::Fix &, ProcessRunner &, std::stop_token)> fix{};

    // Of what is done to a cluster that is there (host_operations.h); not set: it is made.
    struct Change {
        std::function<std::string(const form::Values &)> provider{}; // who makes the plan, as its runs say it: "kubeadm remove-host h3"
        std::function<std::string(const form::Values &)> done{};     // "h3 is no longer in the cluster lab"
        std::function<std::string(const form::Values &)> words{};    // timonierctl's, before "-f FILE": "remove-host h3"
    };
    std::optional<Change> change{};
};

// `hosts`: how those of one's own are reached.
std::vector<ClusterForm> clusterForms(const kubeadm::Access &hosts);

// What the forms of providers are made from; one file each.
ClusterForm kindForm();
ClusterForm minikubeForm();
ClusterForm desktopForm();
ClusterForm kubeadmForm(kubeadm::Access hosts);
ClusterForm eksForm();
ClusterForm aksForm();
ClusterForm ec2Form();

// "1 control plane, 2 workers".
std::string nodesWords(int controlPlanes, int workers);

} // namespace timonier
