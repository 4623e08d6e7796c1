#include "kube/curl_error.h"

#include "base/say.h"

#include <curl/curl.h>
#include <openssl/x509_vfy.h>

#include <fmt/format.h>

#include <cerrno>

namespace timonier {

namespace {

Error make(ErrorKind kind, std::string message, std::string hint = {})
{
    return {.kind = kind, .message = std::move(message), .hint = std::move(hint)};
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

Error certificateError(const CurlFailure &f, const ServerUrl &server)
{
    // curl compares names before it asks OpenSSL for its verdict, which is then still "unspecified" (ossl_connect_step1 sets it,
    // servercert() replaces it): nothing else leaves it so.
    if (f.verifyResult == X509_V_ERR_UNSPECIFIED) {
        std::string message = f.certificateNames.empty()
            ? say("Core", "the certificate of {} is not for the name {}", server.shown, f.nameAsked)
            : say("Core", "the certificate of {} is not for the name {}, only for {}", server.shown, f.nameAsked, f.certificateNames);
        return make(ErrorKind::Tls, std::move(message),
                    say("Core", "Use one of the certificate's names as server, or set tls-server-name in the kubeconfig."));
    }
    switch (f.verifyResult) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return make(ErrorKind::Tls, say("Core", "the certificate of {} has expired", server.shown),
                    say("Core", "Renew the server's certificates, or correct this machine's clock."));
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return make(ErrorKind::Tls, say("Core", "the certificate of {} is not valid yet", server.shown),
                    say("Core", "Correct this machine's clock."));
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        return make(ErrorKind::Tls, say("Core", "the certificate of {} is signed by an authority that is not trusted", server.shown),
                    say("Core", "Put the cluster's authority into certificate-authority-data of the kubeconfig; another server may be answering "
                                "at this address."));
    default: break;
    }
    return make(ErrorKind::Tls, say("Core", "the certificate of {} is not one to trust: {}", server.shown,
                                    f.verifyResult != X509_V_OK ? X509_verify_cert_error_string(f.verifyResult) : f.detail.data()),
                say("Core", "Compare the server's certificate with certificate-authority-data of the kubeconfig."));
}

// The server's alerts about the client's certificate come as whatever curl was doing when they arrived.
bool refusesClientCertificate(std::string_view detail)
{
    for (const char *alert : {"alert certificate required", "alert bad certificate", "alert unknown ca", "alert certificate expired",
                              "alert certificate unknown", "alert certificate revoked", "alert handshake failure"}) {
        if (has(detail, alert))
            return true;
    }
    return false;
}

Error proxyError(const CurlFailure &f, const std::string &proxy)
{
    if (f.proxyStatus == 407) {
        return make(ErrorKind::Unreachable, say("Core", "the proxy {} wants a user and a password", proxy),
                    say("Core", "Write them into proxy-url, as http://user:password@host:port."));
    }
    if (f.proxyStatus != 0) {
        return make(ErrorKind::Unreachable, say("Core", "the proxy {} refuses the connection (status {})", proxy, f.proxyStatus),
                    say("Core", "Ask who runs the proxy, or connect without it."));
    }
    return make(ErrorKind::Unreachable, say("Core", "the proxy {} cannot be reached", proxy),
                say("Core", "Check proxy-url in the kubeconfig, or HTTPS_PROXY in the environment."));
}

Error withoutContext(const CurlFailure &f, const ServerUrl &server)
{
    const std::string proxy = server.proxyShown.empty() ? say("Core", "of the environment") : server.proxyShown;
    if (f.proxyStatus >= 300)
        return proxyError(f, proxy);
    // TLS that fails before the proxy has answered CONNECT is the proxy's own.
    if (f.code == CURLE_PEER_FAILED_VERIFICATION && f.proxyStatus == 0 && server.proxy.starts_with("https:"))
        return make(ErrorKind::Tls,
                    say("Core", "the certificate of the proxy {} is not one to trust: {}", proxy,
                        f.proxyVerifyResult != X509_V_OK ? X509_verify_cert_error_string(f.proxyVerifyResult) : f.detail.data()),
                    say("Core", "The authority that signed it must be the system's, or the cluster's own."));
    if (refusesClientCertificate(f.detail)) {
        return make(ErrorKind::Unauthorized, say("Core", "{} does not accept the client certificate, or wants one", server.shown),
                    say("Core", "Check client-certificate-data and client-key-data of the user in the kubeconfig; it may have expired."));
    }
    switch (f.code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return make(ErrorKind::Unreachable, say("Core", "the name of {} is not known to DNS", server.shown),
                    say("Core", "Check the server's address and the network; is a VPN needed?"));
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY: return proxyError(f, proxy);
    case CURLE_COULDNT_CONNECT:
        if (!server.proxy.empty())
            return proxyError(f, proxy);
        if (f.osError == ECONNREFUSED) {
            return make(ErrorKind::Unreachable, say("Core", "{} refuses connections", server.shown),
                        say("Core", "Is the cluster running? A local one may have to be started."));
        }
        return make(ErrorKind::Unreachable, say("Core", "{} cannot be reached", server.shown),
                    say("Core", "Check the network; is a VPN needed?"));
    case CURLE_OPERATION_TIMEDOUT:
        return make(ErrorKind::Timeout, say("Core", "{} does not answer", server.shown),
                    say("Core", "Check the network; is a VPN needed, or does a firewall drop the packets?"));
    case CURLE_PEER_FAILED_VERIFICATION: return certificateError(f, server);
    case CURLE_SSL_CACERT_BADFILE:
        return make(ErrorKind::Tls, say("Core", "the certificate authority given for {} cannot be read", server.shown),
                    say("Core", "certificate-authority-data must be PEM text, base64-encoded; certificate-authority a PEM file."));
    case CURLE_SSL_CERTPROBLEM:
        return make(ErrorKind::Unauthorized, say("Core", "the client certificate or its key cannot be used"),
                    say("Core", "Check client-certificate-data and client-key-data of the user: both PEM, and made for each other."));
    case CURLE_SSL_CONNECT_ERROR:
        if (has(f.detail, "wrong version number") || has(f.detail, "packet length too long")) {
            return make(ErrorKind::Tls, say("Core", "{} does not speak TLS", server.shown),
                        say("Core", "Check the port; or the server's address begins with http://."));
        }
        if (has(f.detail, "alert protocol version") || has(f.detail, "unsupported protocol")) {
            return make(ErrorKind::Tls, say("Core", "{} speaks no TLS newer than 1.1", server.shown),
                        say("Core", "TLS 1.2 is the least that is accepted."));
        }
        if (has(f.detail, "SSL_ERROR_SYSCALL") || has(f.detail, "eof") || has(f.detail, "Connection reset")) {
            return make(ErrorKind::Unreachable, say("Core", "{} hung up while the connection was made", server.shown),
                        say("Core", "Try again; a load balancer without a living server behind it does this."));
        }
        return make(ErrorKind::Tls, say("Core", "no TLS connection to {}: {}", server.shown, f.detail));
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        return make(ErrorKind::Unreachable,
                    f.answered ? say("Core", "{} cut the connection in the middle of the answer", server.shown)
                               : say("Core", "{} cut the connection before it answered", server.shown),
                    say("Core", "Try again; the server may be restarting."));
    case CURLE_URL_MALFORMAT:
        return make(ErrorKind::Invalid, say("Core", "{} cannot be asked for this: the address is not valid", server.shown));
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return make(ErrorKind::Protocol, say("Core", "{} answers something that is not HTTP", server.shown),
                    say("Core", "Check the address: does another program listen there?"));
    case CURLE_OUT_OF_MEMORY: return make(ErrorKind::Internal, say("Core", "out of memory"));
    default: break;
    }
    return make(ErrorKind::Unreachable, say("Core", "the request to {} failed: {}", server.shown, f.detail));
}

} // namespace

Error curlError(const CurlFailure &failure, const ServerUrl &server)
{
    // curl's own words, for who wants them; they hold hosts and codes, no header
    return withoutContext(failure, server)
        .with("host", server.shown)
        .with("curl", fmt::format("{} ({})", failure.detail, failure.code));
}

} // namespace timonier
