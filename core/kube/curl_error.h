// What curl and OpenSSL say went wrong, as an Error that a person can act on. Pure; no effects.
#pragma once

#include "base/error.h"
#include "kube/server_url.h"

#include <string>
#include <string_view>

namespace timonier {

struct CurlFailure {
    int code = 0;                      // CURLcode
    std::string_view detail;           // curl's words, never empty
    long verifyResult = 0;             // X509_V_ERR_…
    long proxyVerifyResult = 0;        // the same of an https:// proxy
    long osError = 0;                  // errno of the connection
    int proxyStatus = 0;               // of a CONNECT that was answered
    std::string certificateNames{};    // of the server's certificate, "a, b", where they could be had
    std::string_view nameAsked{};      // that the certificate should have had
    bool answered = false;             // the head of an answer had come
};

// Kinds: Unreachable, Tls, Timeout, Unauthorized (a client certificate refused), Protocol, Invalid, Internal.
Error curlError(const CurlFailure &failure, const ServerUrl &server);

} // namespace timonier
