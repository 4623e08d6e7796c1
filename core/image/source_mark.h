// What a build would be made of, as a short text: the same while nothing of it changes. Pure but for reading the folder.
#pragma once

#include "image/image_spec.h"

#include <stop_token>
#include <string>

namespace timonier::image {

// SHA-256 over the names, sizes, modes and times of all files of the context, the Dockerfile's content and the arguments: what make would
// look at. Errors: Io (a folder that may not be read), Cancelled.
Result<std::string> sourceMark(const Spec &spec, std::stop_token stop);

} // namespace timonier::image
