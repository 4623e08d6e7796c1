// What a cluster on this computer needs, held against what the computer has: pure.
#pragma once

#include "form/check.h"
#include "provision/local/facts.h"

namespace timonier::local {

struct Need {
    std::string tool{};          // "kind"
    std::string leastVersion{};  // of it, "0.20"; empty: any
    std::string engine{};        // "docker", "podman"; empty: none
    int cpus = 2;                // for all nodes
    std::uint64_t memory = 2ull << 30; // bytes, for all nodes
    std::uint64_t disk = 10ull << 30;
    std::vector<int> ports{};    // of this computer
    int nodes = 1;
    bool isSized = false;        // "cpus" and "memory" of each node are parameters, and how many "nodes"
    int workers = 0;             // of the nodes those that could be left out: the parameter "workers"
};

// Processor, memory, disk, engine, tool, ports, VPN or proxy, and what many nodes ask of the kernel. Only what matters for `need`.
std::vector<form::Check> preflight(const Need &need, const Facts &facts);

// Less, equal or greater than zero, as the versions' numbers are; "v", what follows "-" or "+" and missing parts count as nothing.
int compareVersions(std::string_view left, std::string_view right);

} // namespace timonier::local
