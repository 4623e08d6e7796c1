// An endpoint that moves: an address that the control planes hold by kube-vip (kube-vip.io), a static pod on each of them, in ARP mode: one holds it, and when it is lost another takes it.
#pragma once

#include "provision/kubeadm/cluster_tool.h"

namespace timonier::kubeadm {

// What tests/lab runs.
inline constexpr std::string_view vipImage = "ghcr.io/kube-vip/kube-vip:v0.9.2";

// Its manifest, for the network interface `interface`. `access`: the kubeconfig by which it asks for its lease. Pure.
std::string vipManifest(const Spec &spec, const std::string &interface, const std::string &access);

// Before kubeadm init has made the administrator's rights, only super-admin.conf has any (from 1.29 on; kube-vip/kube-vip#684); afterwards it is not left to a pod.
enum class VipAccess { First, Lasting };

// It is written as it is to be: true also where there is no virtual address.
Result<bool> holdsAddress(const ClusterTool &cluster, const HostTool &host, std::stop_token stop);
// Lasting also waits until the API server answers there. Nothing, where there is no virtual address. Errors: Invalid (the host has no interface in that network), Process.
Result<> holdAddress(const ClusterTool &cluster, const HostTool &host, VipAccess access, std::stop_token stop);

} // namespace timonier::kubeadm
