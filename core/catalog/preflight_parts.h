// What the parts of the preflight share. Included by .cpp files only.
#pragma once

#include "base/say.h"
#include "form/check.h"
#include "kube/fetch.h"
#include "kube/object_json.h"
#include "kube/object_ref.h"
#include "manifest/apply_plan.h"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace timonier::catalog {

// An object of the plan, read once for all checks.
struct SentObject {
    ObjectRef ref{};
    nlohmann::json json{};
};

inline bool isOf(const ObjectRef &ref, std::string_view group, std::string_view kind) { return ref.group == group && ref.kind == kind; }

// A list, or nothing where it may not be seen: `checks` then says so, Skipped, unless `id` is null. Errors: those of fetch() otherwise.
inline Result<std::optional<nlohmann::json>> listSeen(Transport &transport, const std::string &path, const char *id, const std::string &title, std::vector<form::Check> &checks, std::stop_token stop)
{
    const auto answer = fetch(transport, {.path = path}, std::move(stop));
    if (answer)
        return std::optional(nlohmann::json::parse(answer->body, nullptr, false));
    if (answer.error().kind != ErrorKind::Forbidden && answer.error().kind != ErrorKind::NotFound)
        return std::unexpected(answer.error());
    if (id)
        checks.push_back({.id = id, .title = title, .state = form::CheckState::Skipped, .words = say("Core", "you may not look at it"), .why = {}, .evidence = answer.error().message});
    return std::optional<nlohmann::json>();
}

// Slips, taken ports, who hands out addresses, ingress and gateway classes (preflight_network.cpp).
Result<std::vector<form::Check>> networkChecks(Transport &transport, const ApplyPlan &plan, const std::vector<SentObject> &objects, std::stop_token stop);

} // namespace timonier::catalog
