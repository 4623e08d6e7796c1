// What kubeadm is told, in its own format: kubeadm.k8s.io/v1beta4 (cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go). Pure.
//
// These texts hold secrets (token, certificate key): they go to a file only root reads, below /run, and only for as long as kubeadm runs.
#pragma once

#include "base/secret.h"
#include "provision/kubeadm/joining.h"
#include "provision/kubeadm/kubeadm_spec.h"

#include <string>
#include <vector>

namespace timonier::kubeadm {

// What a host is called and where it is, once it was asked.
struct NodeFacts {
    std::string name{};          // of the node
    std::string address{};       // others reach it there
    std::string criSocket{};     // "unix:///run/containerd/containerd.sock"
    bool cgroupV1 = false;
};

struct InitFacts {
    NodeFacts node{};
    std::string version{};       // "v1.36.3"
    std::string endpoint{};      // "name:6443"
    std::vector<std::string> names{}; // of the certificate
    bool schedulable = false;    // no taint on the control plane: there is no worker
    bool several = false;        // control planes: certificates are uploaded for those that come
};

Secret initConfig(const Spec &spec, const InitFacts &facts, const Token &token, const Secret &certificateKey);

struct JoinFacts {
    NodeFacts node{};
    bool controlPlane = false;
    bool schedulable = false;
    std::string endpoint{};
    std::string pin{};           // publicKeyPin() of the cluster's authority
};

Secret joinConfig(const JoinFacts &facts, const Token &token, const Secret &certificateKey);

// What kubeadm may not stop at here: SystemVerification, which calls cgroup v1 an error from 1.35 on.
std::vector<std::string> ignoredChecks(const NodeFacts &node);

// Secret "bootstrap-token-ID" (k8s.io/cluster-bootstrap): what `kubeadm token create` makes, without a token in an argument. `ends`: seconds since 1970.
Secret tokenObject(const Token &token, std::int64_t ends);

} // namespace timonier::kubeadm
