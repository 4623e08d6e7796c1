// etcd's data brought to this computer, and what is lost when it is put back. The way back is planToRestore() (operations.h).
#pragma once

#include "provision/kubeadm/etcd_tool.h"
#include "provision/kubeadm/snapshot_file.h"

#include <functional>
#include <optional>
#include <stop_token>

namespace timonier::kubeadm {

struct Backup {
    std::string file{}, host{}; // where it lies now; whose etcd it was
    SnapshotFile snapshot{};
    std::int64_t keys = 0;      // that etcd counts in it
};

// "NAME-20261126-201500.db", in UTC.
std::string backupName(const std::string &cluster, std::int64_t now);

// Of the first control plane that can. The file is new, whole when it has its name, and only its owner reads it: it holds every Secret of the cluster. `progress`: bytes that came.
// Errors: Conflict (there is such a file already: nothing was done), Io, Invalid (what arrived is not what etcd sent), those of etcd and the session.
Result<Backup> backup(const ClusterTool &cluster, const std::string &file, const std::function<void(std::uint64_t)> &progress, std::stop_token stop);

struct Loss {
    SnapshotFile snapshot{};
    std::optional<EtcdStatus> now{}; // none: etcd does not answer
    std::string silence{};           // why
};
// What a restore of `file` means. Errors: those of the file.
Result<Loss> lossOf(const ClusterTool &cluster, const std::string &file, std::stop_token stop);

} // namespace timonier::kubeadm
