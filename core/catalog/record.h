// What the cluster remembers of a deployed application: a ConfigMap beside the set's list, and one of its objects: which entry it is,
// in which version, and the values that were asked for; never a secret. Blocking: worker threads only.
#pragma once

#include "base/result.h"
#include "catalog/entry.h"
#include "kube/transport.h"
#include "manifest/apply_set.h"

#include <optional>
#include <stop_token>

namespace timonier::catalog {

struct Record {
    std::string entry{};
    SetName set{};                 // its name and namespace
    std::map<std::string, std::string> values{};
};

ManifestObject recordObject(const Record &record, const Entry &entry);

// Nothing where there is none. Errors: those of fetch(), Protocol for a ConfigMap that is none of ours.
Result<std::optional<Record>> readRecord(Transport &transport, const SetName &set, std::stop_token stop);
// `ns` empty: of all namespaces. `entry` empty: of all entries.
Result<std::vector<Record>> listRecords(Transport &transport, const std::string &ns, const std::string &entry, std::stop_token stop);

} // namespace timonier::catalog
