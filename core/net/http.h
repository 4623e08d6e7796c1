// One HTTPS request and its answer, for the clouds' APIs. Blocking; an interface, so that a test plays the other side.
//
// Not for API servers (core/kube has the client of those), nor for files (download.h).
#pragma once

#include "base/environment.h"
#include "base/result.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace timonier {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    std::string method = "GET";
    std::string url{};                          // may hold secrets in its query: errors name it without
    HttpHeaders headers{};
    std::string body{};
    std::chrono::milliseconds connect{10'000};  // for DNS, TCP and TLS
    std::chrono::milliseconds whole{60'000};    // from the first byte to the last
    std::size_t limit = 32u << 20;              // bytes of an answer's body
};

struct HttpAnswer {
    int status = 0;
    HttpHeaders headers{};                      // names in small letters
    std::string body{};
    std::string_view header(std::string_view name) const; // in small letters; "" where there is none
};

struct HttpClient {
    virtual ~HttpClient() = default;
    // Any status is an answer; redirects are not followed: a signature holds for one address. Any thread.
    // Errors: Invalid (no https URL, see mayBePlain), Unreachable (a proxy too), Tls, Timeout, TooLarge, Cancelled.
    virtual Result<HttpAnswer> send(const HttpRequest &request, std::stop_token stop) = 0;
};

// By libcurl, over HTTP/1.1 and TLS >= 1.2, with the proxies and authorities of `environment` (as DownloadOptions has them).
std::unique_ptr<HttpClient> systemHttpClient(Environment environment = processEnvironment());

// RFC 3986: all but A-Z a-z 0-9 - . _ ~, and but "/" where it is to stay.
std::string encoded(std::string_view text, bool keepSlash = false);
// "a=1&b=", in the given order: a query, or a form.
std::string queryOf(const std::vector<std::pair<std::string, std::string>> &parameters);

// Where plain http is let through: this computer, and the clouds' metadata addresses, which a machine cannot reach but at its own
// host (docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html). Neither is ever asked for through a proxy.
bool mayBePlain(std::string_view url);

} // namespace timonier
