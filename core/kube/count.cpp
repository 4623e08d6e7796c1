#include "kube/count.h"

#include "base/say.h"
#include "kube/fetch.h"

#include <nlohmann/json.hpp>

namespace timonier {

Result<std::int64_t> countObjects(Transport &transport, const KindSpec &kind, const std::string &ns, std::stop_token stop)
{
    // Only metadata: one item may be a Secret of a megabyte.
    Request request{.path = kind.resource.path(ns) + "?limit=1",
                    .accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"};
    const Response response = TRY(fetch(transport, std::move(request), stop, {.attempts = 1}));
    const auto list = nlohmann::json::parse(response.body, nullptr, false);
    const auto items = list.is_object() ? list.find("items") : list.end();
    if (!list.is_object() || items == list.end() || !(items->is_array() || items->is_null()))
        return fail(ErrorKind::Protocol, say("Core", "The server's list cannot be understood"));
    std::int64_t count = items->is_array() ? static_cast<std::int64_t>(items->size()) : 0;
    if (const auto metadata = list.find("metadata"); metadata != list.end() && metadata->is_object())
        count += metadata->value("remainingItemCount", std::int64_t{0});
    return count;
}

} // namespace timonier
