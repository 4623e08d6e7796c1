// What is done to a cluster that is there: each a plan, so it goes on where it was cut, and is done or not done as a whole.
#pragma once

#include "plan/plan.h"
#include "provision/kubeadm/cluster_tool.h"

namespace timonier::kubeadm {

// "remove-host h3", "remove-lost-host h3", "renew-certs", "upgrade", "restore 1795724134 /home/me/lab.db": what a run's provider says behind "kubeadm ", so that the journal can resume it.
struct Operation {
    std::string verb{};
    std::string about{};       // a host, a file; empty: nothing
};
Operation operationOf(std::string_view provider); // no verb: the cluster itself is made
std::string providerOf(const Operation &operation);

// Errors: NotFound (no such host in the spec), Unsupported (the only control plane is not removed), Invalid.
Result<plan::Plan> planOf(const Operation &operation, const Spec &spec, std::string specText, const Access &access);

// Drained, reset, taken out of the cluster, brought back to what it was.
Result<plan::Plan> planToRemove(const Spec &spec, std::string specText, const std::string &host, const Access &access);
// One that does not answer and will not: nothing is asked of it, nothing is changed on it. What ran there begins elsewhere, its member of etcd is taken out.
Result<plan::Plan> planToRemoveLost(const Spec &spec, std::string specText, const std::string &host, const Access &access);
// All certificates of the control planes, for another year; the authorities stay. One control plane after the other.
plan::Plan planToRenew(const Spec &spec, std::string specText, const Access &access);
// To the spec's version: the first control plane, the others, the workers, one after the other, each drained.
plan::Plan planToUpgrade(const Spec &spec, std::string specText, const Access &access);

// etcd's data back to a snapshot; what was there is kept until the cluster is well with it, and undo brings it back. `about`: aboutRestore(), one restore as no other.
plan::Plan planToRestore(const Spec &spec, std::string specText, const std::string &about, const Access &access);
std::string aboutRestore(std::int64_t now, const std::string &file);

// A certificate of a control plane.
struct Expiry {
    std::string host{}, name{}, ends{}; // "apiserver", "2027-11-26T15:55:41Z"
    std::int64_t left = 0;              // seconds
    bool missing = false;
};
// `kubeadm certs check-expiration -o json` of one host (kubeadm's output/v1alpha3 CertificateExpirationInfo). Errors: Protocol.
Result<std::vector<Expiry>> readExpiries(std::string_view json, const std::string &host);
Result<std::vector<Expiry>> expiries(const HostTool &host, std::stop_token stop);
Result<std::vector<Expiry>> expiries(const ClusterTool &cluster, std::stop_token stop); // of all control planes

} // namespace timonier::kubeadm
