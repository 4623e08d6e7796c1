// The plan that makes a cluster of bare hosts: each prepared, the first one initialised, the others joined.
#pragma once

#include "plan/plan.h"
#include "provision/kubeadm/cluster_tool.h"

#include <memory>

namespace timonier::kubeadm {

// `specText`: what was read as `spec`, for the journal. What was on a host before is not ours, and is brought back by undo.
plan::Plan planOf(const Spec &spec, std::string specText, const Access &access, const Outside &outside = {});

// Of the ledger: what steps of this provider make. `name` is the host's.
inline constexpr std::string_view recordKind = "host-record", kernelKind = "host-kernel", packagesKind = "host-packages", runtimeKind = "host-runtime", imagesKind = "host-images", nodeKind = "kubeadm-node", snapshotKind = "etcd-snapshot", dataKind = "etcd-data";

} // namespace timonier::kubeadm
