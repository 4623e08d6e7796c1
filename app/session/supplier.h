// What an application's objects come from beyond files: archives fetched and kustomized, charts rendered.
#pragma once

#include "catalog/sources.h"
#include "session/session.h"

namespace timonier {

// `session` and `transport` outlive the supplier. Archives are kept in cacheDir()/catalog, by their address: a release does not change. Errors of
// a call: those of download(), readArchive(), kustomized(), Helm::templated(), of the tools.
catalog::Supplier supplierOf(Session &session, std::shared_ptr<Transport> transport);

} // namespace timonier
