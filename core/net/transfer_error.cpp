#include "net/transfer_error.h"

#include "base/say.h"
#include "net/download.h"

#include <curl/curl.h>

namespace timonier {

std::string ofEnvironment(const Environment &environment, std::initializer_list<const char *> names)
{
    for (const char *name : names)
        if (const auto value = variable(environment, name); !value.empty())
            return std::string(value);
    return {};
}

std::string hostOf(const std::string &url)
{
    const std::string shown = shownUrl(url);
    const std::size_t begin = shown.find("://") == std::string::npos ? 0 : shown.find("://") + 3;
    return shown.substr(begin, shown.find('/', begin) - begin);
}

Error transferError(void *easy, int code, const char *words, const std::string &url)
{
    const std::string host = hostOf(url);
    const std::string detail = *words ? words : curl_easy_strerror(static_cast<CURLcode>(code));
    long proxyStatus = 0;
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &proxyStatus);
    const std::string proxyHint = say("Core", "Check HTTPS_PROXY and NO_PROXY in the environment.");
    if (proxyStatus == 407)
        return {.kind = ErrorKind::Unreachable, .message = say("Core", "the proxy wants a user and a password"), .hint = say("Core", "Write them into HTTPS_PROXY, as http://user:password@host:port.")};
    if (proxyStatus >= 300)
        return {.kind = ErrorKind::Unreachable, .message = say("Core", "the proxy refuses the connection to {} (status {})", host, proxyStatus), .hint = proxyHint};
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return {.kind = ErrorKind::Unreachable, .message = say("Core", "the name {} is not known to DNS", host), .hint = say("Core", "Is this computer on the internet? Behind a proxy, set HTTPS_PROXY.")};
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY: return {.kind = ErrorKind::Unreachable, .message = say("Core", "the proxy cannot be reached: {}", detail), .hint = proxyHint};
    case CURLE_COULDNT_CONNECT:
        return {.kind = ErrorKind::Unreachable, .message = say("Core", "{} cannot be reached", host), .hint = say("Core", "Is this computer on the internet? Behind a proxy, set HTTPS_PROXY.")};
    case CURLE_OPERATION_TIMEDOUT: return {.kind = ErrorKind::Timeout, .message = say("Core", "{} does not answer", host), .hint = proxyHint};
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        return {.kind = ErrorKind::Tls, .message = say("Core", "the certificate of {} is not one to trust: {}", host, detail),
                .hint = say("Core", "A proxy that looks into connections does this: give its authority in SSL_CERT_FILE. Else do not use this address.")};
    case CURLE_SSL_CONNECT_ERROR: return {.kind = ErrorKind::Tls, .message = say("Core", "no TLS connection to {}: {}", host, detail)};
    case CURLE_TOO_MANY_REDIRECTS: return {.kind = ErrorKind::Protocol, .message = say("Core", "{} sends from one address to the next without end", host)};
    case CURLE_UNSUPPORTED_PROTOCOL:
        return {.kind = ErrorKind::Protocol, .message = say("Core", "{} redirects to an address that is not https", host), .hint = say("Core", "Anybody on the way could change what comes; look for another address.")};
    case CURLE_URL_MALFORMAT: return {.kind = ErrorKind::Invalid, .message = say("Core", "the address is not valid")};
    default: break;
    }
    return {.kind = ErrorKind::Unreachable, .message = say("Core", "the connection to {} broke off: {}", host, detail), .hint = say("Core", "Try again.")};
}

} // namespace timonier
