#include "strategy/executor/api.h"

#include "base/say.h"
#include "kube/fetch.h"

namespace timonier::rollout {

namespace {

Result<Json> parsed(const std::string &body)
{
    Json json = Json::parse(body, nullptr, false);
    if (!json.is_object())
        return fail(ErrorKind::Protocol, say("Core", "The server's answer is no JSON object"));
    return json;
}

std::string withQuery(const std::string &path, bool dryRun)
{
    return path + (path.find('?') == path.npos ? "?" : "&") + "fieldManager=timonier&fieldValidation=Strict" + (dryRun ? "&dryRun=All" : "");
}

} // namespace

Result<Json> Api::send(const char *method, const std::string &path, const char *type, const std::string &body) const
{
    return parsed(TRY(fetch(m_transport, {.method = method, .path = path, .contentType = type, .body = body}, m_stop)).body);
}

Result<Json> Api::get(const std::string &path) const { return parsed(TRY(fetch(m_transport, {.path = path}, m_stop)).body); }

Result<std::optional<Json>> Api::find(const std::string &path) const
{
    auto found = get(path);
    if (!found && found.error().kind == ErrorKind::NotFound)
        return std::optional<Json>();
    return std::optional(TRY(std::move(found)));
}

Result<Json> Api::create(const std::string &collection, const Json &object, bool dryRun) const
{
    return send("POST", withQuery(collection, dryRun), "application/json", object.dump());
}

Result<Json> Api::post(const std::string &path, const Json &object) const { return send("POST", path, "application/json", object.dump()); }

Result<Json> Api::replace(const std::string &path, const Json &object, bool dryRun) const
{
    return send("PUT", withQuery(path, dryRun), "application/json", object.dump());
}

Result<Json> Api::patch(const std::string &path, const std::string &revision, Json operations, bool dryRun) const
{
    operations.push_back({{"op", "replace"}, {"path", "/metadata/resourceVersion"}, {"value", revision}});
    return send("PATCH", withQuery(path, dryRun), "application/json-patch+json", operations.dump());
}

Result<Json> Api::tryMerge(const std::string &path, const Json &merge) const
{
    return send("PATCH", withQuery(path, true), "application/strategic-merge-patch+json", merge.dump());
}

Result<> Api::remove(const std::string &path, const std::string &uid, bool owned) const
{
    const Json options = {{"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", owned ? "Foreground" : "Background"}, {"preconditions", {{"uid", uid}}}};
    const auto removed = fetch(m_transport, {.method = "DELETE", .path = path, .contentType = "application/json", .body = options.dump()}, m_stop);
    // A Conflict: another object of the same name has taken its place, and ours is gone.
    if (removed || removed.error().kind == ErrorKind::NotFound || removed.error().kind == ErrorKind::Conflict)
        return {};
    return std::unexpected(removed.error());
}

Result<Api::Answer> Api::ask(const std::string &path, std::chrono::milliseconds patience) const
{
    const Response response = TRY(fetch(m_transport, {.path = path, .accept = "*/*", .stall = patience}, m_stop,
                                        {.limit = 1u << 20, .attempts = 1, .anyStatus = true}));
    return Answer{response.head.status, response.body};
}

} // namespace timonier::rollout
