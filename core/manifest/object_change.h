// What a patch would make of an object, both as YAML, without doing it: the server's own dry run, or on paper for a file.
#pragma once

#include "base/result.h"
#include "kube/transport.h"

#include <stop_token>
#include <string>
#include <string_view>

namespace timonier {

struct ObjectChange {
    std::string before, after; // YAML, without status and the server's book-keeping
};

// `path`: of the object; `patch`: a strategic merge patch. Admission and defaults have their say; nothing is kept (dryRun=All).
// Blocking: worker threads. Errors: those of fetch(), Protocol.
Result<ObjectChange> dryRun(Transport &transport, const std::string &path, const std::string &patch, std::stop_token stop);

// Two states of one object as a change for people; either may be empty: it is not there. The values of Secrets are masked, so that
// one can see which differ, and not what they are. Pure. Errors: Protocol, TooLarge.
Result<ObjectChange> writtenChange(std::string_view before, std::string_view after);

// The same on paper: maps are merged, null takes a field away, the lists "containers" and "env" are merged by name, others replaced.
// Pure. Errors: Protocol.
Result<ObjectChange> mergedOnPaper(std::string_view object, std::string_view patch);

} // namespace timonier
