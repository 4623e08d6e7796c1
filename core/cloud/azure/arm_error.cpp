#include "cloud/azure/arm_error.h"

#include "base/redact.h"
#include "base/say.h"
#include "cloud/azure/json.h"

#include <algorithm>
#include <array>
#include <regex>

#include <QCoreApplication>

namespace timonier::azure {

namespace {

struct Refusal {
    std::string code{}, message{};
};

// {"error": {code, message, details: [{code, message}]}}, or without the outer one. What is inside says more than "BadRequest" around it.
Refusal read(const Json &body)
{
    const Json &error = fieldOf(body, "error").is_object() ? fieldOf(body, "error") : body;
    Refusal refusal{.code = textOf(error, "code"), .message = textOf(error, "message")};
    const Json &details = fieldOf(error, "details");
    if (details.is_array() && !details.empty() && !textOf(details[0], "message").empty() && refusal.message.find(textOf(details[0], "message")) == std::string::npos) {
        refusal.message += (refusal.message.empty() ? "" : ": ") + textOf(details[0], "message");
        if (refusal.code == "BadRequest" || refusal.code == "DeploymentFailed" || refusal.code.empty())
            refusal.code = textOf(details[0], "code");
    }
    return refusal;
}

bool isOneOf(std::string_view text, std::initializer_list<std::string_view> all) { return std::ranges::find(all, text) != all.end(); }

ErrorKind kindOf(std::string_view code, int status)
{
    if (status == 429 || isOneOf(code, {"TooManyRequests", "OperationThrottled", "SubscriptionRequestsThrottled"}))
        return ErrorKind::Throttled;
    if (status == 401)
        return ErrorKind::Unauthorized;
    if (status == 403 || code.ends_with("QuotaExceeded") || code.ends_with("VCPUQuota") || isOneOf(code, {"AuthorizationFailed", "LinkedAuthorizationFailed", "RequestDisallowedByPolicy", "RequestDisallowedByAzure"}))
        return ErrorKind::Forbidden;
    if (status == 404)
        return ErrorKind::NotFound;
    if (status == 409 || status == 412)
        return ErrorKind::Conflict;
    return status >= 500 ? ErrorKind::Server : ErrorKind::Invalid;
}

std::string part(const std::string &text, const char *expression)
{
    std::smatch found;
    return std::regex_search(text, found, std::regex(expression)) ? found[1].str() : std::string();
}

int number(const std::string &text, const char *expression)
{
    const std::string digits = part(text, expression);
    return digits.empty() || digits.size() > 8 ? 0 : std::stoi(digits);
}

// "The client 'x' with object id 'y' does not have authorization to perform action 'Microsoft.…/write' over scope '/subscriptions/…' or the scope is invalid."
void sayRight(Error &error, const std::string &words, const std::string &action)
{
    const std::string found = part(words, "perform action[s]? '([^']+)'"), who = part(words, "client '([^']+)'");
    std::string scope = part(words, "scope[s]?(?:\\(s\\))? '([^']+)'");
    scope = scope.substr(0, scope.find("/providers/Microsoft.Authorization/")); // of an assignment the thing that it is for
    const std::string permission = found.empty() ? action : found;
    error.message = who.empty() ? say("Core", "this sign-in lacks the permission {}", permission) : say("Core", "{} lacks the permission {}", who, permission);
    // What a Contributor may not do (learn.microsoft.com/azure/role-based-access-control/built-in-roles).
    const bool grants = permission.starts_with("Microsoft.Authorization/");
    const std::string role = grants ? "User Access Administrator, Owner" : "Contributor";
    error.hint = say("Core", "Have an owner of {} give it a role that has it ({}). A role that was given a moment ago counts after some minutes.", scope.empty() ? say("Core", "the subscription") : scope, role);
    error.context.emplace_back("permission", permission);
    if (!scope.empty())
        error.context.emplace_back("scope", scope);
}

struct Advice {
    std::string_view code;
    const char *hint;
};

constexpr std::array advices{
    Advice{"MissingSubscriptionRegistration", QT_TRANSLATE_NOOP("Core", "The subscription has to be registered for this kind of thing: run the plan again, or have an owner register it.")},
    Advice{"SubscriptionNotFound", QT_TRANSLATE_NOOP("Core", "It is another tenant's, or mistyped: timonierctl azure subscriptions shows those that this sign-in has.")},
    Advice{"InvalidAuthenticationTokenTenant", QT_TRANSLATE_NOOP("Core", "The subscription is another tenant's: name that in the spec (tenant).")},
    Advice{"ReadOnlyDisabledSubscription", QT_TRANSLATE_NOOP("Core", "The subscription is switched off (its credit may be used up): look at it in the portal.")},
    Advice{"RequestDisallowedByPolicy", QT_TRANSLATE_NOOP("Core", "A policy of the subscription forbids it; those of students allow some regions only. Choose another region or size.")},
    Advice{"RequestDisallowedByAzure", QT_TRANSLATE_NOOP("Core", "A policy of the subscription forbids it; those of students allow some regions only. Choose another region or size.")},
    Advice{"SkuNotAvailable", QT_TRANSLATE_NOOP("Core", "Azure has no machines of this size there now: choose another size, zone or region.")},
    Advice{"AllocationFailed", QT_TRANSLATE_NOOP("Core", "Azure has no machines of this size there now: choose another size, zone or region.")},
    Advice{"ZonalAllocationFailed", QT_TRANSLATE_NOOP("Core", "Azure has no machines of this size there now: choose another size, zone or region.")},
    Advice{"K8sVersionNotSupported", QT_TRANSLATE_NOOP("Core", "timonierctl azure versions shows those that are offered there.")},
    Advice{"AlreadyInUse", QT_TRANSLATE_NOOP("Core", "Names of registries are unique in all of Azure: choose another one.")},
    Advice{"ScopeLocked", QT_TRANSLATE_NOOP("Core", "A lock keeps it from being changed: take that off in the portal first.")},
};

void tidy(std::string &words)
{
    words = redact(words.substr(0, 2000));
    for (char &c : words)
        c = c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
    while (words.ends_with('.') || words.ends_with(' '))
        words.pop_back();
}

Error inWords(const Cloud &cloud, const std::string &action, Refusal refusal, int status, const HttpAnswer &answer)
{
    tidy(refusal.message);
    Error error{.kind = kindOf(refusal.code, status), .message = say("Core", "{} failed: {}", action, refusal.message.empty() ? refusal.code.empty() ? say("Core", "status {}", status) : refusal.code : refusal.message),
                .context = {{"action", action}, {"status", std::to_string(status)}}};
    if (!refusal.code.empty())
        error.context.emplace_back("code", refusal.code);
    for (const auto &[header, name] : {std::pair("x-ms-correlation-request-id", "correlation id"), std::pair("x-ms-request-id", "request id")})
        if (const auto id = answer.header(header); !id.empty())
            error.context.emplace_back(name, id);
    if (const auto quota = quotaIn(refusal.message)) {
        error.kind = ErrorKind::Forbidden;
        error.message = say("Core", "the quota {} in {} is too small: {} of {} are used, and {} more are asked for", quota->what, quota->location, quota->used, quota->limit, quota->asked);
        error.hint = say("Core", "Take fewer or smaller machines or another region, or have the quota raised: {}", cloud.portal + "/#view/Microsoft_Azure_Capacity/QuotaMenuBlade/~/myQuotas");
    } else if (isOneOf(refusal.code, {"AuthorizationFailed", "LinkedAuthorizationFailed"})) {
        sayRight(error, refusal.message, action);
    } else if (const auto known = std::ranges::find(advices, refusal.code, &Advice::code); known != advices.end()) {
        error.hint = translated("Core", known->hint);
    } else if (error.kind == ErrorKind::Unauthorized) {
        error.message = say("Core", "Azure does not accept this sign-in: {}", refusal.message.empty() ? refusal.code : refusal.message);
        error.hint = say("Core", "Sign in again (timonierctl azure login), or compare AZURE_TENANT_ID and AZURE_CLIENT_ID.");
    } else if (error.kind == ErrorKind::Throttled) {
        error.hint = say("Core", "Azure wants to be asked less often: try again in some minutes.");
    } else if (error.kind == ErrorKind::Server) {
        error.hint = say("Core", "Look at https://status.azure.com, and try again in some minutes.");
    }
    return error;
}

} // namespace

std::optional<Quota> quotaIn(const std::string &words)
{
    Quota quota;
    // Of Compute (Azure/azure-cli#15013), and of AKS itself before it asks Compute.
    if (quota.what = part(words, "exceeding approved (.+?) quota"); !quota.what.empty()) {
        quota.location = part(words, "Location: (\\w+)");
        quota.limit = number(words, "Current Limit: (\\d+)");
        quota.used = number(words, "Current Usage: (\\d+)");
        quota.asked = number(words, "Additional Required: (\\d+)");
        return quota;
    }
    if (words.find("Insufficient") == std::string::npos || words.find("quota") == std::string::npos)
        return std::nullopt;
    // "Insufficient vcpu quota requested 8, remaining 4 for family standardDSv3Family for region uksouth", "Insufficient regional vcpu quota left for location uksouth. left regional vcpu quota 4, requested quota 8"
    quota.asked = number(words, "requested(?: quota)? (\\d+)");
    quota.limit = number(words, "(?:remaining|left regional vcpu quota) (\\d+)"); // what is used is not said: what is left counts as all there is
    quota.what = part(words, "family (\\w+)");
    quota.location = part(words, "(?:region|location) (\\w+)");
    if (quota.what.empty())
        quota.what = "Total Regional vCPUs";
    return quota.asked > 0 ? std::optional(quota) : std::nullopt;
}

std::string_view codeOf(const Error &error)
{
    const auto found = std::ranges::find(error.context, "code", &std::pair<std::string, std::string>::first);
    return found == error.context.end() ? std::string_view() : std::string_view(found->second);
}

bool isBusy(const Error &error)
{
    if (error.kind != ErrorKind::Conflict)
        return false;
    const std::string_view code = codeOf(error);
    return isOneOf(code, {"ConflictingOperation", "AnotherOperationInProgress", "ConcurrentOperation", "ResourceGroupBeingDeleted", "ResourceGroupDeletionInProgress", "EtagMismatch", "OperationPreempted"}) ||
           (isOneOf(code, {"OperationNotAllowed", "Conflict", "InProgress"}) && error.message.find("rogress") != std::string::npos);
}

Error armError(const Cloud &cloud, const std::string &action, const HttpAnswer &answer)
{
    Refusal refusal = read(readJson(answer.body));
    if (refusal.code.empty() && answer.status < 500 && answer.status != 429)
        return {.kind = answer.status == 404 ? ErrorKind::NotFound : ErrorKind::Protocol, .message = say("Core", "what answers for {} is not Azure (status {})", action, answer.status),
                .hint = say("Core", "A proxy or AZURE_RESOURCE_MANAGER_ENDPOINT may lead elsewhere."), .context = {{"action", action}, {"status", std::to_string(answer.status)}}};
    return inWords(cloud, action, std::move(refusal), answer.status, answer);
}

Error operationError(const Cloud &cloud, const std::string &action, const HttpAnswer &answer)
{
    const Json json = readJson(answer.body);
    Refusal refusal = fieldOf(json, "error").is_object() ? read(json) : Refusal{.code = textOf(json, "properties", "status", "provisioningError", "code"), .message = textOf(json, "properties", "status", "provisioningError", "message")};
    if (refusal.message.empty() && refusal.code.empty())
        refusal.message = say("Core", "it ended as “{}”", textOf(json, "status").empty() ? textOf(json, "properties", "provisioningState") : textOf(json, "status"));
    return inWords(cloud, action, std::move(refusal), 400, answer);
}

} // namespace timonier::azure
