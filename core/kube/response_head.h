// The head of an HTTP answer, line by line as curl hands it over. Pure; no effects.
#pragma once

#include "kube/transport.h"

#include <string_view>

namespace timonier {

class HeadParser
{
public:
    // One line with its line end. True when it ends the head of the final answer (not of a 1xx). What comes after that
    // (trailers) is ignored.
    bool line(std::string_view text);
    const ResponseHead &head() const { return m_head; }
    bool complete() const { return m_complete; }

private:
    void field(std::string_view name, std::string_view value);

    ResponseHead m_head;
    bool m_complete = false;
};

// The texts of a Warning header's 299 entries, unquoted (RFC 9111 5.5, as kube-apiserver writes it).
std::vector<std::string> warningTexts(std::string_view value);
// Retry-After: seconds, or an HTTP date counted from `now`; nothing when it is neither. Never negative.
std::optional<std::chrono::seconds> retryAfter(std::string_view value, std::chrono::system_clock::time_point now);

} // namespace timonier
