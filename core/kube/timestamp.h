// Times as Kubernetes writes them: RFC 3339 ("2024-05-01T12:34:56Z", with or without a fraction, any offset). Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace timonier {

// Unix seconds, the fraction dropped; 0 for what is not a time.
std::int64_t unixSeconds(std::string_view rfc3339);

} // namespace timonier
