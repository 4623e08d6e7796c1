// One file over HTTPS, for tools and manifests. Not for API servers: core/kube has the client of those.
//
// Plain http is refused, at the start and after a redirect: what comes is run, or sent into a cluster.
#pragma once

#include "base/environment.h"
#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace timonier {

struct DownloadOptions {
    std::uint64_t limit = 1u << 30;                  // bytes; more ends it
    std::chrono::milliseconds connect{15'000};       // for DNS, TCP and TLS
    std::chrono::milliseconds stall{30'000};         // without a byte
    // Proxies (https_proxy, all_proxy, no_proxy, in small or capital letters) and SSL_CERT_FILE, authorities instead of the
    // system's, as Go's programs have them.
    Environment environment = processEnvironment();
    // Bytes received, and of how many, where the server said; a few times a second at most. On the caller's thread.
    std::function<void(std::uint64_t received, std::optional<std::uint64_t> total)> progress{};
};

struct Downloaded {
    std::string url{};                               // after redirects; without user, password and query
    std::string contentType{};
    std::uint64_t bytes = 0;
};

// Hands the bytes to `sink` as they come; an error of `sink` ends it and is returned. Nothing goes to `sink` but a 200's body. Blocks.
// Errors: Invalid (no https URL), NotFound (404, 410), Forbidden (401, 403), Throttled (429), Server (5xx), Protocol (other statuses,
// too many redirects, one to plain http), Tls, Unreachable (a proxy too), Timeout, TooLarge, Cancelled.
Result<Downloaded> download(const std::string &url, const std::function<Result<>(std::string_view)> &sink, const DownloadOptions &options,
                            std::stop_token stop);

// The same into memory.
struct DownloadedText {
    Downloaded from{};
    std::string text{};
};
Result<DownloadedText> downloadText(const std::string &url, const DownloadOptions &options, std::stop_token stop);

bool isUrl(std::string_view text);                   // http:// or https://, whatever the case
// For messages and logs: without user, password, query and fragment, which may be secrets.
std::string shownUrl(std::string_view url);
// The last part of its path: "helm-v4.2.4-linux-amd64.tar.gz". May be empty.
std::string fileNameOf(std::string_view url);

} // namespace timonier
