#include "kube/curl_options.h"

#include "base/say.h"

#include <curl/curl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cstring>

namespace timonier {

namespace {

std::string base64(std::string_view text)
{
    std::string out(4 * ((text.size() + 2) / 3) + 1, '\0');
    const void *bytes = text.data();
    void *target = out.data();
    const int length = EVP_EncodeBlock(static_cast<unsigned char *>(target), static_cast<const unsigned char *>(bytes),
                                       static_cast<int>(text.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

std::string certificateNames(CURL *easy)
{
    curl_certinfo *info = nullptr;
    if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &info) != CURLE_OK || !info || info->num_of_certs < 1)
        return {};
    constexpr std::string_view key = "X509v3 Subject Alternative Name:";
    for (const curl_slist *line = info->certinfo[0]; line; line = line->next) {
        const std::string_view text = line->data;
        if (!text.starts_with(key))
            continue;
        std::string names; // "DNS:a, IP Address:10.0.0.1"
        for (std::string_view rest = text.substr(key.size()); !rest.empty();) {
            const auto comma = rest.find(',');
            std::string_view one = rest.substr(0, comma);
            rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
            if (const auto colon = one.find(':'); colon != std::string_view::npos)
                one.remove_prefix(colon + 1);
            while (one.ends_with('\n') || one.ends_with(' '))
                one.remove_suffix(1);
            names.append(names.empty() ? "" : ", ").append(one);
        }
        return names;
    }
    return {};
}

} // namespace

void wipe(std::string &text)
{
    OPENSSL_cleanse(text.data(), text.size());
}

void wipeList(curl_slist *list)
{
    for (curl_slist *item = list; item; item = item->next)
        OPENSSL_cleanse(item->data, std::strlen(item->data)); // it may hold a token
    curl_slist_free_all(list);
}

void setConnectionOptions(void *easy, const Endpoint &endpoint, const ServerUrl &server, const Credential &credential,
                          curl_slist *&connectTo)
{
    const auto set = [easy](CURLoption option, auto value) { curl_easy_setopt(static_cast<CURL *>(easy), option, value); };
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L); // or removing a handle waits for its DNS look-up
    if (server.tls) {
        set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        set(CURLOPT_SSL_VERIFYPEER, endpoint.insecureSkipTlsVerify ? 0L : 1L);
        set(CURLOPT_SSL_VERIFYHOST, endpoint.insecureSkipTlsVerify ? 0L : 2L);
        set(CURLOPT_CERTINFO, 1L); // the names of a certificate that is for another one
        const auto blob = [&](CURLoption option, const std::string &pem) {
            curl_blob value{const_cast<char *>(pem.data()), pem.size(), CURL_BLOB_COPY};
            set(option, &value);
        };
        if (!endpoint.caPem.empty() && !endpoint.insecureSkipTlsVerify) {
            // The cluster's authority alone, as kubectl has it; without these two the system's would do as well.
            blob(CURLOPT_CAINFO_BLOB, endpoint.caPem);
            set(CURLOPT_CAPATH, nullptr);
            set(CURLOPT_CAINFO, nullptr);
        }
        // kubectl checks the certificate of an https:// proxy against the cluster's authority, people expect the system's:
        // both will do.
        if (!endpoint.caPem.empty())
            blob(CURLOPT_PROXY_CAINFO_BLOB, endpoint.caPem);
        set(CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        if (!credential.certificatePem.empty()) {
            set(CURLOPT_SSLCERTTYPE, "PEM");
            blob(CURLOPT_SSLCERT_BLOB, credential.certificatePem);
            set(CURLOPT_SSLKEYTYPE, "PEM");
            blob(CURLOPT_SSLKEY_BLOB, credential.keyPem.reveal());
        }
    }
    if (!server.connectTo.empty()) {
        connectTo = curl_slist_append(nullptr, server.connectTo.c_str());
        set(CURLOPT_CONNECT_TO, connectTo);
    }
    if (!server.proxy.empty()) {
        set(CURLOPT_PROXY, server.proxy.c_str());
        set(CURLOPT_NOPROXY, ""); // proxy-url is meant for this cluster, whatever NO_PROXY says
        set(CURLOPT_HTTPPROXYTUNNEL, server.tls ? 1L : 0L);
    } else if (server.loopback) {
        set(CURLOPT_NOPROXY, "*");
    }
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

Result<std::vector<std::string>> identityHeaders(const Endpoint &endpoint, const ServerUrl &server,
                                                 const std::string &userAgent, const Credential &credential)
{
    std::vector<std::string> lines;
    bool valid = true;
    const auto add = [&](std::string_view name, std::string_view value) {
        // A line break would begin a header of its own.
        valid = valid && value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
        if (!value.empty())
            lines.push_back(fmt::format("{}: {}", name, value));
    };
    add("Host", server.hostHeader);
    add("User-Agent", userAgent);
    const Impersonation &as = endpoint.impersonate;
    add("Impersonate-User", as.user);
    add("Impersonate-Uid", as.uid);
    for (const std::string &group : as.groups)
        add("Impersonate-Group", group);
    for (const auto &[key, values] : as.extra) {
        for (const std::string &value : values)
            add("Impersonate-Extra-" + key, value);
    }
    if (credential.bearer)
        add("Authorization", "Bearer " + credential.bearer->reveal());
    else if (credential.basic)
        add("Authorization", "Basic " + base64(credential.basic->first + ":" + credential.basic->second.reveal()));
    if (!valid) {
        for (std::string &line : lines)
            wipe(line);
        return fail(ErrorKind::Invalid, say("Core", "the token, or a name to impersonate, has a line break in it"),
                    say("Core", "Check the user of this context in the kubeconfig."));
    }
    return lines;
}

Error connectionError(void *easy, int code, const char *words, bool answered, const Endpoint &endpoint, const ServerUrl &server)
{
    const char *const detail = words && *words ? words : curl_easy_strerror(static_cast<CURLcode>(code));
    CurlFailure failed{.code = code, .detail = detail, .answered = answered};
    long proxyStatus = 0;
    curl_easy_getinfo(static_cast<CURL *>(easy), CURLINFO_SSL_VERIFYRESULT, &failed.verifyResult);
    curl_easy_getinfo(static_cast<CURL *>(easy), CURLINFO_PROXY_SSL_VERIFYRESULT, &failed.proxyVerifyResult);
    curl_easy_getinfo(static_cast<CURL *>(easy), CURLINFO_OS_ERRNO, &failed.osError);
    curl_easy_getinfo(static_cast<CURL *>(easy), CURLINFO_HTTP_CONNECTCODE, &proxyStatus);
    failed.proxyStatus = static_cast<int>(proxyStatus);
    const std::string &host = server.shown;
    const std::string asked = endpoint.tlsServerName.empty() ? host.substr(0, host.rfind(':')) : endpoint.tlsServerName;
    failed.nameAsked = asked;
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        failed.certificateNames = certificateNames(static_cast<CURL *>(easy));
    return curlError(failed, server);
}

} // namespace timonier
