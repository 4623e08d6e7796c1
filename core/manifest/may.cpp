#include "manifest/may.h"

#include "kube/fetch.h"

#include <nlohmann/json.hpp>

namespace timonier {

Result<bool> mayDo(Transport &transport, const Deed &deed, std::stop_token stop)
{
    using Json = nlohmann::json;
    Json attributes = {{"group", deed.group}, {"resource", deed.resource}, {"verb", deed.verb}, {"namespace", deed.ns}};
    if (!deed.subresource.empty())
        attributes["subresource"] = deed.subresource;
    const Json review = {{"apiVersion", "authorization.k8s.io/v1"}, {"kind", "SelfSubjectAccessReview"}, {"spec", {{"resourceAttributes", std::move(attributes)}}}};
    const auto answer = fetch(transport, {.method = "POST", .path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", .contentType = "application/json", .body = review.dump()}, std::move(stop));
    if (!answer) {
        const ErrorKind kind = answer.error().kind;
        if (kind == ErrorKind::NotFound || kind == ErrorKind::Forbidden || kind == ErrorKind::Unsupported)
            return true;
        return std::unexpected(answer.error());
    }
    const Json read = Json::parse(answer->body, nullptr, false);
    const Json::json_pointer where("/status/allowed");
    return !read.contains(where) || read[where] != Json(false);
}

} // namespace timonier
