// What it takes to open a stream to a pod, said when it is missing. Pure; no effects.
#pragma once

#include "base/error.h"

#include <string>

namespace timonier {

// `error` as it is; a Forbidden one with the rights that `subresource` ("exec", "portforward") of pods in `ns` takes.
Error withStreamRights(Error error, const std::string &subresource, const std::string &ns);

} // namespace timonier
