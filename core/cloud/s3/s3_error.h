// What an object store refuses, in words. Pure.
#pragma once

#include "base/result.h"
#include "net/http.h"

#include <string>
#include <string_view>

namespace timonier::s3 {

// Of an answer that is not 2xx; `what`: what was asked for, for people ("models/a.onnx"). In the context: "code".
// Kinds: Unauthorized (the keys are unknown, the signature is wrong, a clock is), Forbidden (these keys may not), NotFound, Conflict (the
// bucket's name is somebody else's), TooLarge (it is full, or its quota is), Throttled, Server, Invalid, Protocol (no object store answers there).
Error storeError(const std::string &what, const HttpAnswer &answer);

// The store's own name of it: "NoSuchBucket"; "" where there is none.
std::string_view codeOf(const Error &error);

} // namespace timonier::s3
