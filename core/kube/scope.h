// Which objects of a kind are meant, and the path that asks a server for them (KEP-2523 resourceVersionMatch).
#pragma once

#include "kube/kind.h"

#include <chrono>
#include <string>
#include <string_view>

namespace timonier {

struct Scope {
    std::string ns{};            // empty: all namespaces
    std::string labelSelector{}; // "app=web,tier!=db"; empty: every one
    std::string fieldSelector{}; // "metadata.name=web-1"
    bool operator==(const Scope &) const = default;
};

// How new a LIST must be.
struct Freshness {
    enum { Any, NotOlderThan, MostRecent } match = Any; // resourceVersion=0 | =N&…Match=NotOlderThan | unset
    std::string resourceVersion{};
};

std::string percentEncoded(std::string_view text); // RFC 3986 unreserved characters stay
std::string listPath(const KindSpec &kind, const Scope &scope, const Freshness &freshness);
std::string watchPath(const KindSpec &kind, const Scope &scope, std::string_view resourceVersion,
                      std::chrono::seconds timeout);

} // namespace timonier
