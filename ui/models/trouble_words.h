// What a pod's status means, in people's words. Pure.
#pragma once

#include <QString>

#include <string_view>

namespace timonier {

// "the image cannot be pulled"; empty for a status that says enough by itself, or that is not known.
QString troubleWords(std::string_view status);

} // namespace timonier
