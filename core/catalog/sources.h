// Where the objects of an entry come from that is no template: files, folders, addresses, overlays, charts. Blocking: worker threads only.
#pragma once

#include "base/result.h"
#include "catalog/template.h"
#include "manifest/manifest_reader.h"

#include <functional>
#include <stop_token>

namespace timonier::catalog {

// One source, its parameters put in, as texts of manifests: what downloads, kustomize and helm are needed for. `name` and `ns`: of the
// application, for charts. Empty: only what lies on this computer can be read.
struct SourceOrder {
    Source source{};
    std::string name{}, ns{};
    std::string local{}; // a folder or file of the person's in place of the address; empty: none
};
using Supplier = std::function<Result<std::vector<ManifestText>>(const SourceOrder &order, std::stop_token stop)>;

// All objects: of the templates, then of the other sources that are used. An object that both bring is the template's: so a password that
// stands in a download is replaced by one's own.
// Errors: those of render(), manifestTexts(), readManifests(), the supplier; Unsupported for what needs one where there is none.
Result<Rendered> objectsOf(const Entry &entry, const Filling &filling, const Supplier &supplier, std::stop_token stop);

} // namespace timonier::catalog
