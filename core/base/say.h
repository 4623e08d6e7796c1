// Words for people, from code that knows no widgets: say("Core", "{} refused", host) is translated (translations/collect
// finds the literal, for lupdate overlooks it) and filled in by libfmt. Any thread. Never say() what a machine reads.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

namespace timonier {

std::string translated(const char *context, const char *text);

template <class... Args>
std::string say(const char *context, const char *text, const Args &...args)
{
    return fmt::format(fmt::runtime(translated(context, text)), args...);
}

} // namespace timonier
