#include "cloud/s3/s3_error.h"

#include "base/redact.h"
#include "base/say.h"
#include "cloud/aws/xml.h"

namespace timonier::s3 {

namespace {

struct Refusal {
    std::string code{}, message{};
};

// A HEAD has no body: then the status is all there is.
Refusal readRefusal(const HttpAnswer &answer)
{
    const auto xml = aws::readXml(answer.body);
    return xml && xml->name == "Error" ? Refusal{xml->of("Code"), xml->of("Message")} : Refusal{};
}

bool isOneOf(std::string_view text, std::initializer_list<std::string_view> all) { return std::ranges::find(all, text) != all.end(); }

// MinIO (cmd/api-errors.go) and Ceph have a code for it; SeaweedFS answers InternalError, and its volumes' words stand in the message or nowhere.
bool isFull(const Refusal &refusal, int status)
{
    return status == 507 || isOneOf(refusal.code, {"XMinioStorageFull", "XMinioAdminBucketQuotaExceeded", "QuotaExceeded", "InsufficientStorage", "StorageFull"}) ||
           refusal.message.find("no free volumes") != std::string::npos || refusal.message.find("o writable volumes") != std::string::npos || refusal.message.find("no space left") != std::string::npos;
}

} // namespace

Error storeError(const std::string &what, const HttpAnswer &answer)
{
    const int status = answer.status;
    const Refusal refusal = readRefusal(answer);
    const std::string_view code = refusal.code;
    const std::string said = code.empty() ? say("Core", "status {}", status) : refusal.code + (refusal.message.empty() ? "" : ": " + redact(refusal.message.substr(0, 300)));
    Error error{.kind = ErrorKind::Invalid, .message = say("Core", "the object store refuses {} ({})", what, said), .context = {{"code", refusal.code}}};
    if (isFull(refusal, status)) {
        error.kind = ErrorKind::TooLarge;
        error.message = say("Core", "there is no room for {} in the object store ({})", what, said);
        error.hint = say("Core", "Make room: delete what nobody needs, raise the bucket's quota, or give the store a larger volume. Then run it again: what has arrived is not sent twice.");
    } else if (code == "InvalidAccessKeyId" || code == "SignatureDoesNotMatch" || status == 401) {
        error.kind = ErrorKind::Unauthorized;
        error.message = say("Core", "the object store does not know these keys ({})", code.empty() ? said : refusal.code);
        error.hint = say("Core", "Do they stand in the Secret that the store itself reads? A store reads it when it starts: were they changed since?");
    } else if (code == "RequestTimeTooSkewed") {
        error.kind = ErrorKind::Unauthorized;
        error.hint = say("Core", "The clocks of this computer and of the store differ by more than a quarter of an hour: set the wrong one right.");
    } else if (code == "AccessDenied" || status == 403) {
        error.kind = ErrorKind::Forbidden;
        error.hint = say("Core", "These keys may not do it: give the store's user the right to read, write, list and delete in this bucket, or other keys.");
    } else if (status == 404) {
        error.kind = ErrorKind::NotFound;
        error.message = say("Core", "there is no {} in the object store", what);
    } else if (status == 409) {
        error.kind = ErrorKind::Conflict;
        error.hint = say("Core", "Choose another name for the bucket.");
    } else if (status == 429 || isOneOf(code, {"SlowDown", "TooManyRequests", "ServerBusy"}) || status == 503) {
        error.kind = ErrorKind::Throttled;
        error.message = say("Core", "the object store is too busy for {} ({})", what, said);
        error.hint = say("Core", "Try again in a moment.");
    } else if (status >= 500) {
        error.kind = ErrorKind::Server;
        error.message = say("Core", "the object store failed at {} ({})", what, said);
        error.hint = say("Core", "Is it full, or was it started a moment ago? SeaweedFS tells no other way. Look at its volumes and at the logs of its pods, make room, and run it again: what has arrived is not sent twice.");
    } else if (code.empty()) {
        error.kind = ErrorKind::Protocol;
        error.message = say("Core", "what answers there is no object store: {} is answered with status {}", what, status);
        error.hint = say("Core", "Is it the port that speaks S3, and not its web page?");
    }
    return error;
}

std::string_view codeOf(const Error &error)
{
    for (const auto &[key, value] : error.context)
        if (key == "code")
            return value;
    return {};
}

} // namespace timonier::s3
