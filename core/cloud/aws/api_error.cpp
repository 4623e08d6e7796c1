#include "cloud/aws/api_error.h"

#include "base/redact.h"
#include "base/say.h"
#include "cloud/aws/quota_calls.h"
#include "cloud/aws/xml.h"

#include <array>

#include <QCoreApplication>

#include <nlohmann/json.hpp>

namespace timonier::aws {

namespace {

using Json = nlohmann::json;

struct Refusal {
    std::string code{}, message{}, requestId{};
    std::string zones{}; // that EKS would take, where it refuses one
};

std::string textOf(const Json &json, std::initializer_list<const char *> names)
{
    for (const char *name : names)
        if (const auto at = json.find(name); at != json.end() && at->is_string())
            return at->get<std::string>();
    return {};
}

Refusal readJson(const HttpAnswer &answer)
{
    const Json json = Json::parse(answer.body, nullptr, false);
    Refusal refusal;
    if (json.is_object()) {
        refusal.code = textOf(json, {"__type", "code", "Code"});
        refusal.message = textOf(json, {"message", "Message", "errorMessage"});
        if (const auto zones = json.find("validZones"); zones != json.end() && zones->is_array())
            for (const Json &zone : *zones)
                if (zone.is_string())
                    refusal.zones += (refusal.zones.empty() ? "" : ", ") + zone.get<std::string>();
    }
    if (const auto type = answer.header("x-amzn-errortype"); !type.empty())
        refusal.code = std::string(type);
    // "com.amazonaws.eks#ResourceInUseException", "ResourceInUseException:http://…"
    refusal.code = refusal.code.substr(0, refusal.code.find(':'));
    if (const std::size_t hash = refusal.code.rfind('#'); hash != std::string::npos)
        refusal.code.erase(0, hash + 1);
    return refusal;
}

Refusal readQuery(const HttpAnswer &answer)
{
    const auto xml = readXml(answer.body);
    if (!xml)
        return {};
    const Xml &error = xml->at("Error").children.empty() ? xml->at("Errors/Error") : xml->at("Error"); // EC2's is in a list of one
    Refusal refusal{.code = error.of("Code"), .message = error.of("Message"), .requestId = xml->of("RequestId")};
    if (refusal.requestId.empty())
        refusal.requestId = xml->of("RequestID");
    return refusal;
}

bool ends(std::string_view text, std::initializer_list<std::string_view> all)
{
    return std::ranges::any_of(all, [&](std::string_view one) { return text.ends_with(one); });
}

bool isOneOf(std::string_view text, std::initializer_list<std::string_view> all) { return std::ranges::find(all, text) != all.end(); }

// It is the account's, not these keys': docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html.
bool isNoCustomer(std::string_view code) { return isOneOf(code, {"OptInRequired", "SubscriptionRequiredException", "SubscriptionRequired", "PendingVerification", "Blocked", "NotSignedUp"}); }

ErrorKind kindOf(std::string_view code, int status)
{
    // botocore, retries/standard.py; without LimitExceededException, which is a quota here.
    if (status == 429 || isOneOf(code, {"Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "TooManyRequestsException", "RequestLimitExceeded",
                                        "BandwidthLimitExceeded", "RequestThrottled", "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException"}))
        return ErrorKind::Throttled;
    if (isExpired(code) || mayBeClock(code) || isOneOf(code, {"InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "MissingAuthenticationToken", "IncompleteSignature"}))
        return ErrorKind::Unauthorized;
    if (isOneOf(code, {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "Forbidden"}) || isNoCustomer(code) || code.find("LimitExceeded") != std::string_view::npos)
        return ErrorKind::Forbidden;
    if (ends(code, {"NotFound", "NotFoundException", "NoSuchEntity"}) || status == 404)
        return ErrorKind::NotFound;
    if (isOneOf(code, {"DependencyViolation", "DeleteConflict", "IncorrectState", "OperationAborted", "ResourceInUseException", "EntityAlreadyExists", "Resource.AlreadyAssociated", "RouteAlreadyExists"}) ||
        ends(code, {"InUse", ".Duplicate", "AlreadyExists", "AlreadyExistsException"}) || status == 409)
        return ErrorKind::Conflict;
    if (status >= 500)
        return ErrorKind::Server;
    return ErrorKind::Invalid;
}

// "User: arn:… is not authorized to perform: eks:CreateCluster on resource: …"
std::string after(const std::string &text, std::string_view words)
{
    const std::size_t at = text.find(words);
    if (at == std::string::npos)
        return {};
    const std::size_t begin = at + words.size();
    std::string found = text.substr(begin, text.find_first_of(" \n", begin) - begin);
    while (found.ends_with('.') || found.ends_with(','))
        found.pop_back();
    return found;
}

struct Quota {
    std::string_view code;   // of the error
    std::string_view service, quota; // as Service Quotas knows it
    const char *words;
};

constexpr std::array quotas{
    Quota{"VpcLimitExceeded", "vpc", "L-F678F1CE", QT_TRANSLATE_NOOP("Core", "VPCs in a region")},
    Quota{"InternetGatewayLimitExceeded", "vpc", "L-A4707A72", QT_TRANSLATE_NOOP("Core", "internet gateways in a region")},
    Quota{"NatGatewayLimitExceeded", "vpc", "L-FE5A380F", QT_TRANSLATE_NOOP("Core", "NAT gateways in a zone")},
    Quota{"AddressLimitExceeded", "ec2", "L-0263D0A3", QT_TRANSLATE_NOOP("Core", "elastic IP addresses in a region")},
    Quota{"VcpuLimitExceeded", "ec2", "L-1216C47A", QT_TRANSLATE_NOOP("Core", "vCPUs of running instances")},
    Quota{"InstanceLimitExceeded", "ec2", "L-1216C47A", QT_TRANSLATE_NOOP("Core", "vCPUs of running instances")},
    Quota{"ResourceLimitExceededException", "eks", "L-1194D53C", QT_TRANSLATE_NOOP("Core", "clusters in a region")},
};

void sayQuota(Error &error, std::string_view code, const Service &service)
{
    const auto known = std::ranges::find(quotas, code, &Quota::code);
    const std::string_view place = known == quotas.end() ? service.id : known->service;
    error.hint = say("Core", "Delete what is not used any more, or have the quota raised: {}", quotaPage(std::string(place), known == quotas.end() ? std::string() : std::string(known->quota)));
    if (known != quotas.end())
        error.message = say("Core", "a quota of this account is used up ({}): {}", translated("Core", known->words), error.message);
    else
        error.message = say("Core", "a quota of this account is used up: {}", error.message);
}

void sayRight(Error &error, const std::string &words, const std::string &action)
{
    const std::string perform = after(words, "to perform: "), who = after(words, "User: ");
    const std::string permission = perform.find(':') == std::string::npos ? action : perform;
    error.message = who.empty() ? say("Core", "these AWS keys lack the permission {}", permission) : say("Core", "{} lacks the permission {}", who, permission);
    error.hint = words.find("explicit deny") != std::string::npos ? say("Core", "A policy denies it outright: whoever manages this AWS account has to change that, or another profile be used.")
                                                                  : say("Core", "Have {} allowed in IAM by whoever manages this AWS account, or use another profile.", permission);
    error.context.emplace_back("permission", permission);
}

void sayAccount(Error &error, const Service &service)
{
    error.message = say("Core", "this AWS account may not use {} there: {}", service.id, error.message);
    error.hint = say("Core", "Look in the account's pages whether the region is switched on (Account, AWS Regions), billing is set up, and AWS has looked the account over: that takes up to a day.");
}

void sayKeys(Error &error, std::string_view code)
{
    if (isExpired(code)) {
        error.message = say("Core", "the AWS keys have expired");
        error.hint = say("Core", "Sign in again (aws sso login, or new keys in ~/.aws/credentials).");
    } else if (isOneOf(code, {"InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId"})) {
        error.message = say("Core", "AWS does not know these keys");
        error.hint = say("Core", "They were deleted or mistyped, belong to another part of AWS (China, GovCloud), or lack their session token; or the region is not switched on in the account.");
    } else if (mayBeClock(code)) {
        error.message = say("Core", "AWS does not accept the signature");
        error.hint = say("Core", "The secret key is mistyped, or this computer's clock is wrong: compare it with another.");
    }
}

} // namespace

bool mayBeClock(std::string_view code)
{
    return isOneOf(code, {"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure"});
}

bool isExpired(std::string_view code) { return isOneOf(code, {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"}); }

std::string_view codeOf(const Error &error)
{
    const auto found = std::ranges::find(error.context, "code", &std::pair<std::string, std::string>::first);
    return found == error.context.end() ? std::string_view() : std::string_view(found->second);
}

Error apiError(const Service &service, const std::string &action, const HttpAnswer &answer)
{
    Refusal refusal = service.protocol == Protocol::Query ? readQuery(answer) : readJson(answer);
    for (const char *header : {"x-amzn-requestid", "x-amz-request-id"})
        if (const auto id = answer.header(header); refusal.requestId.empty() && !id.empty())
            refusal.requestId = std::string(id);
    const std::string permission = std::string(service.id) + ":" + action;
    Error error{.kind = kindOf(refusal.code, answer.status), .message = {}, .context = {{"action", permission}, {"status", std::to_string(answer.status)}}};
    if (!refusal.code.empty())
        error.context.emplace_back("code", refusal.code);
    if (!refusal.requestId.empty())
        error.context.emplace_back("request id", refusal.requestId);
    // A refused signature is told with the whole request that was expected, session token included.
    if (mayBeClock(refusal.code))
        refusal.message = refusal.message.substr(0, refusal.message.find_first_of("\n."));
    if (const std::size_t encodedAt = refusal.message.find(" Encoded authorization failure message"); encodedAt != std::string::npos)
        refusal.message.erase(encodedAt);
    std::string words = redact(refusal.message.substr(0, 2000));
    while (words.ends_with('.') || words.ends_with(' ') || words.ends_with('\n'))
        words.pop_back();
    if (refusal.code.empty() && answer.status < 500) {
        error.kind = ErrorKind::Protocol;
        error.message = say("Core", "what answers for {} is not AWS (status {})", permission, answer.status);
        error.hint = say("Core", "A proxy or an AWS_ENDPOINT_URL may lead elsewhere.");
        return error;
    }
    error.message = say("Core", "{} failed: {}", permission, words.empty() ? refusal.code.empty() ? say("Core", "status {}", answer.status) : refusal.code : words);
    if (refusal.code.find("LimitExceeded") != std::string::npos && error.kind == ErrorKind::Forbidden)
        sayQuota(error, refusal.code, service);
    else if (isNoCustomer(refusal.code))
        sayAccount(error, service);
    else if (error.kind == ErrorKind::Forbidden)
        sayRight(error, words, permission);
    else if (error.kind == ErrorKind::Unauthorized)
        sayKeys(error, refusal.code);
    else if (error.kind == ErrorKind::Throttled)
        error.hint = say("Core", "AWS wants to be asked less often: try again in a minute.");
    else if (error.kind == ErrorKind::Server)
        error.hint = say("Core", "Look at https://health.aws.amazon.com, and try again in some minutes.");
    else if (!refusal.zones.empty())
        error.hint = say("Core", "Use these zones: {}", refusal.zones);
    return error;
}

} // namespace timonier::aws
