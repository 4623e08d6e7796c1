// A value or an Error. TRY(expr) gives the value, or returns the error from the function it stands in.
#pragma once

#include "base/error.h"

#include <expected>

namespace timonier {

template <class T = void>
using Result = std::expected<T, Error>;

// fail(ErrorKind::Invalid, "message", "hint"): the short way to return an error.
inline std::unexpected<Error> fail(ErrorKind kind, std::string message, std::string hint = {})
{
    return std::unexpected(Error{.kind = kind, .message = std::move(message), .hint = std::move(hint)});
}

} // namespace timonier

// A statement expression (GCC, clang, mingw): GCC 12 has no std::expected::and_then, and chains hide the straight line.
#define TRY(...)                                                                                                       \
    (__extension__({                                                                                                   \
        auto tryResult_ = (__VA_ARGS__);                                                                               \
        if (!tryResult_)                                                                                               \
            return std::unexpected(std::move(tryResult_).error());                                                     \
        std::move(tryResult_).value();                                                                                 \
    }))
