// The few calls the executor makes, as JSON in and out. Every change of something that is there names the revision it was read
// at, so that what somebody else did meanwhile is a Conflict and never overwritten. Blocking: worker threads only.
// Included by the executor's own files only (nlohmann's header is large).
#pragma once

#include "base/result.h"
#include "kube/object_json.h"
#include "kube/transport.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <stop_token>
#include <string>

namespace timonier::rollout {

using Json = nlohmann::json;

class Api
{
public:
    Api(Transport &transport, std::stop_token stop) : m_transport(transport), m_stop(std::move(stop)) {}

    Result<Json> get(const std::string &path) const;
    // Nothing where there is no such object.
    Result<std::optional<Json>> find(const std::string &path) const;
    // Items of a list.
    Result<Json> list(const std::string &path) const { return TRY(get(path)).value("items", Json::array()); }
    Result<Json> create(const std::string &collection, const Json &object, bool dryRun = false) const;
    // Puts `object` (as it was read, changed) in the place of what it was. Conflict if that has changed meanwhile.
    Result<Json> replace(const std::string &path, const Json &object, bool dryRun = false) const;
    // Only these fields (JSON Patch, RFC 6902), of the object that was read at `revision`.
    Result<Json> patch(const std::string &path, const std::string &revision, Json operations, bool dryRun = false) const;
    // What a strategic merge patch would make of it; nothing is changed.
    Result<Json> tryMerge(const std::string &path, const Json &merge) const;
    // This very object goes, or has gone. `owned`: not before what it owns, so that it is seen until then.
    Result<> remove(const std::string &path, const std::string &uid, bool owned = false) const;
    // An answer's text and status, whatever they are: for probes.
    struct Answer {
        int status = 0;
        std::string body;
    };
    Result<Answer> ask(const std::string &path, std::chrono::milliseconds patience) const;
    Result<Json> post(const std::string &path, const Json &object) const;

    std::stop_token stop() const { return m_stop; }

private:
    Result<Json> send(const char *method, const std::string &path, const char *type, const std::string &body) const;
    Transport &m_transport;
    std::stop_token m_stop;
};

inline std::string revisionOf(const Json &object) { return textAt(object, "/metadata/resourceVersion"); }
inline std::string nameOf(const Json &object) { return textAt(object, "/metadata/name"); }

} // namespace timonier::rollout
