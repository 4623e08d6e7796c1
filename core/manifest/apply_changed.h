// Whether a run changed an object, told from what came back, without a GET before each PATCH. Any thread.
#pragma once

#include "kube/transport.h"
#include "manifest/manifest_object.h"

#include <cstdint>
#include <stop_token>
#include <string>

namespace timonier {

// "184": the server's newest revision, which a LIST names; an object whose own is not newer has not been changed by us. 0: it does not say.
std::uint64_t revisionNow(Transport &transport, std::stop_token stop);

// `begun`: of the run, in seconds since 1970.
bool wasChanged(const std::string &json, std::uint64_t revisionBefore, std::int64_t begun);

// A Namespace that is nothing but a name: applied a second time, the server counts its revision up and changes nothing.
bool saysNothing(const ManifestObject &object);

} // namespace timonier
