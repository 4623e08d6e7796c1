// What a cluster is and has room for, held against what an application needs: for the page that chooses one.
#pragma once

#include "catalog/entry.h"
#include "session/session.h"

#include <QString>

namespace timonier {

struct ClusterRoom {
    std::string version{};      // "v1.36.3"
    int minor = 0;              // of 1.MINOR; 0: not known
    std::int64_t cpuMilli = 0, memoryBytes = 0; // free on all nodes that take pods
    int nodes = 0;
};

// Blocking; worker threads. Errors: those of connect() and fetch().
Result<ClusterRoom> roomOf(Session &session, const std::string &context);

// "Kubernetes 1.36.3, 3 nodes, 5.2 CPUs and 9.8 GiB of memory free"
QString wordsOf(const ClusterRoom &room);
// Why the application cannot be put there; empty: it may.
QString refusalOf(const catalog::Entry &entry, const ClusterRoom &room);
QString gibWords(std::int64_t bytes);

} // namespace timonier
