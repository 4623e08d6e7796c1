// What a roll-out changes in the Deployment itself, as a patch. Pure; any thread.
#pragma once

#include "strategy/application.h"

namespace timonier::strategy {

// A strategic merge patch (JSON) from the Deployment as it was read to what `parameters` say of it: replicas, the way it rolls, how
// its pods leave, and the image of its first container (`image` empty: the same). What was not changed is not in it.
std::string patchFor(const Application &application, const Parameters &parameters, Strategy strategy, const std::string &image);

} // namespace timonier::strategy
