// Signature Version 4: who asks, bound to what is asked, where and when. Pure.
//
// docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html; for S3's way of paths and bodies
// docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html.
#pragma once

#include "base/secret.h"
#include "net/http.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace timonier::aws {

using Time = std::chrono::system_clock::time_point;

struct Keys {
    std::string id{};               // "AKIA…"; no secret, but nobody's business either: redacted in logs
    Secret secret{};
    Secret token{};                 // of a session; empty for long-lived keys
    std::optional<Time> expires{};
    std::string from{};             // for people: "the profile dev", "the environment"
};

struct Scope {
    std::string region{};
    std::string service{};          // as it is signed: "ec2", "eks"
};

// How a service wants it.
struct SigningRules {
    bool encodeTwice = true;        // the path, as it is sent, encoded once more; S3 does not
    bool normalize = true;          // "/a/../b" and "//" of the path; S3 does not
    bool unsignedBody = false;      // UNSIGNED-PAYLOAD in place of the body's hash
    bool namesHash = false;         // x-amz-content-sha256 is sent; S3 wants it
};

// What the signature is made of; all three are kept because a service that refuses it prints what it had expected.
struct Signature {
    std::string canonicalRequest{};
    std::string stringToSign{};
    std::string signedHeaders{};    // "host;x-amz-date"
    std::string hex{};
};

// Of a request whose headers are complete: `headers` with Host, all of them signed but those that proxies change. `query` as it is sent.
Signature signatureOf(const HttpRequest &request, const HttpHeaders &headers, const std::string &query, const std::string &bodyHash, const Keys &keys,
                      const Scope &scope, Time now, const SigningRules &rules);

// Adds X-Amz-Date, X-Amz-Security-Token and Authorization to its headers, in place of those it has. Host is the URL's.
Signature signHeaders(HttpRequest &request, const Keys &keys, const Scope &scope, Time now, const SigningRules &rules = {});

// The URL that says all that signHeaders() would, good for `lifetime`: at most seven days, for STS fifteen minutes. The request's headers
// are signed, and have to be sent with it. It is a secret as long as it is good.
Secret presigned(const HttpRequest &request, const Keys &keys, const Scope &scope, Time now, std::chrono::seconds lifetime, const SigningRules &rules = {});

using timonier::encoded; // net/http.h
using timonier::queryOf;
// "20150830T123600Z"
std::string stamp(Time time);

} // namespace timonier::aws
