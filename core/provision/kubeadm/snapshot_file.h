// A snapshot of etcd as a file of this computer: whether it is whole, and how far it goes. Read here, so that nothing is sent, or lost, for a file that is none. Any thread.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

namespace timonier::kubeadm {

struct SnapshotFile {
    std::uint64_t size = 0;      // bytes, with the sum
    std::int64_t revision = 0;   // of the newest key in it
    std::int64_t taken = 0;      // seconds since 1970: when the file was written
    std::string sum{};           // SHA-256 in hexadecimal, as etcd put it behind the data (etcd, server/etcdserver/api/v3rpc/maintenance.go)
};

// Errors: NotFound, Io, Invalid (no snapshot of etcd; cut short or changed: its sum is another).
Result<SnapshotFile> readSnapshotFile(const std::string &file);

} // namespace timonier::kubeadm
