#include "kube/server_url.h"

#include "base/say.h"

#include <curl/curl.h>

#include <memory>

namespace timonier {

namespace {

struct UrlDeleter {
    void operator()(CURLU *url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, UrlDeleter>;

std::string part(const Url &url, CURLUPart which, unsigned flags = 0)
{
    char *text = nullptr;
    if (curl_url_get(url.get(), which, &text, flags) != CURLUE_OK || !text)
        return {};
    std::string copy = text;
    curl_free(text);
    return copy;
}

Url parsed(const std::string &text)
{
    Url url(curl_url());
    if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
        return nullptr;
    return url;
}

std::string bracketed(const std::string &host)
{
    return host.find(':') != std::string::npos && !host.starts_with('[') ? "[" + host + "]" : host;
}

bool isLoopback(const std::string &host)
{
    return host == "localhost" || host.starts_with("127.") || host == "[::1]";
}

} // namespace

Result<ServerUrl> ServerUrl::of(const Endpoint &endpoint)
{
    const Url url = parsed(endpoint.server);
    const std::string scheme = url ? part(url, CURLUPART_SCHEME) : std::string();
    if (scheme != "https" && scheme != "http") {
        return fail(ErrorKind::Invalid, say("Core", "{} is not the address of an API server", endpoint.server),
                    say("Core", "Write it as https://host:6443 in the kubeconfig's cluster."));
    }
    const std::string host = part(url, CURLUPART_HOST);
    const std::string port = part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    std::string prefix = part(url, CURLUPART_PATH);
    while (prefix.ends_with('/'))
        prefix.pop_back();

    ServerUrl server;
    server.tls = scheme == "https";
    server.shown = host + ":" + port;
    server.loopback = isLoopback(host);
    std::string name = host;
    if (server.tls && !endpoint.tlsServerName.empty() && endpoint.tlsServerName != host) {
        // SNI and verification follow the host of the URL; where the connection goes is said apart.
        name = bracketed(endpoint.tlsServerName);
        server.connectTo = "::" + host + ":" + port;
        server.hostHeader = server.shown;
    }
    server.base = scheme + "://" + name + ":" + port + prefix;

    if (!endpoint.proxyUrl.empty()) {
        const Url proxy = parsed(endpoint.proxyUrl);
        const std::string kind = proxy ? part(proxy, CURLUPART_SCHEME) : std::string();
        if (kind != "http" && kind != "https" && kind != "socks5" && kind != "socks5h") {
            // The address itself is not repeated: it may hold a password.
            return fail(ErrorKind::Invalid, say("Core", "the proxy-url of {} is not one of http, https or socks5", server.shown),
                        say("Core", "Correct proxy-url in the kubeconfig's cluster."));
        }
        // socks5h: the proxy looks the name up, as kubectl has it; it may not be known here.
        server.proxy = kind == "socks5" ? "socks5h" + endpoint.proxyUrl.substr(6) : endpoint.proxyUrl;
        server.proxyShown = part(proxy, CURLUPART_HOST);
        if (const std::string proxyPort = part(proxy, CURLUPART_PORT, CURLU_DEFAULT_PORT); !proxyPort.empty())
            server.proxyShown += ":" + proxyPort;
    }
    return server;
}

} // namespace timonier
