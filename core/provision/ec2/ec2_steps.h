// What the steps of an EC2 plan share. For this folder.
#pragma once

#include "provision/amazon/ec2_step.h"
#include "provision/ec2/ec2_spec.h"
#include "provision/kubeadm/access.h"

#include <chrono>
#include <memory>
#include <string>

namespace timonier::ec2 {

using amazon::idOf;
using plan::StepContext;

inline constexpr std::string_view keyFileResource = "ssh-key";

struct World {
    Spec spec{};
    std::shared_ptr<aws::Client> client{};
    kubeadm::Access hosts{};        // already through this account: a machine's name is enough

    amazon::Owner owner() const { return {.client = client, .name = spec.name, .target = spec.target(), .more = spec.tags}; }
};

// On this computer, for its owner only: the key that opens the machines, and whose keys theirs are.
std::string folderOf(const Spec &spec);
inline std::string keyFileOf(const Spec &spec) { return folderOf(spec) + "/key"; }
inline std::string knownHostsOf(const Spec &spec) { return folderOf(spec) + "/known_hosts"; }

// The machine of that name, as it is now. Errors: NotFound (it is not there).
Result<aws::Instance> machineOf(const World &world, const std::string &name, std::stop_token stop);
// Those of the plan, also of an earlier spec; by the part's tag.
Result<std::vector<aws::Instance>> machinesOf(const Spec &spec, aws::Client &client, std::stop_token stop);
std::string partOf(const aws::Instance &instance);

// Of those that are there, the ones that the spec has not: an earlier one had more workers.
std::vector<std::string> surplusOf(const Spec &spec, const std::vector<aws::Instance> &there);

// Hosts by their names: where they are now, with the plan's own key and known_hosts. Some seconds old at most.
kubeadm::Access accessThrough(const Spec &spec, std::shared_ptr<aws::Client> client, kubeadm::Access plain);
// The control plane's public address.
kubeadm::Outside outsideOf(const Spec &spec, std::shared_ptr<aws::Client> client);

// In the order in which they may begin.
void addNetwork(plan::Plan &plan, const World &world);
void addMachines(plan::Plan &plan, const World &world);
void addReached(plan::Plan &plan, const World &world); // "reached NAME"
// All of these: machines that let us in, and nothing on them.
plan::Plan groundOf(const World &world, std::string specText);
// kubeadm's steps behind them; undo leaves alone what goes with its machine.
void addOnHosts(plan::Plan &plan, const Spec &spec, std::vector<plan::Step> steps);

// Workers of an earlier spec are drained, terminated, taken out of the cluster.
plan::Step surplusStep(const World &world, std::vector<std::string> needs);
// When their machines are gone: the ledger has them no more.
Result<> forgetSurplus(const Spec &spec, StepContext &context);

// Its host keys as cloud-init prints them between "BEGIN SSH HOST KEY KEYS" and "END"; none: they are not there yet. Pure.
std::vector<std::pair<std::string, std::string>> hostKeysIn(std::string_view console);

} // namespace timonier::ec2
