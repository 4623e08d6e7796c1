// What a kind is called in the window, and which group of the rail it stands in.
#pragma once

#include "kube/kind.h"

#include <QString>

#include <vector>

namespace timonier {

enum class KindGroup { Cluster, Workloads, Network, Configuration, Storage, Access, Other };

QString titleOf(KindGroup group);
// "Pods"; kinds that are not known by heart are called what the server calls them.
QString titleOf(const Resource &resource);
KindGroup groupOf(const Resource &resource);

// The heading above a kind in the rail: its group, or for a custom resource its API group.
QString groupTitleOf(const Resource &resource);
// The kinds in the order of the rail: by group, within it the way people look for them; the others by API group and name.
std::vector<KindSpec> inRailOrder(std::span<const KindSpec> kinds);

} // namespace timonier
