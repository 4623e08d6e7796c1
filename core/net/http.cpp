#include "net/http.h"

#include "base/say.h"
#include "net/download.h"
#include "net/transfer_error.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <optional>

namespace timonier {

namespace {

struct Exchange {
    HttpAnswer answer{};
    std::size_t limit = 0;
    bool tooLarge = false;

    static std::size_t body(char *bytes, std::size_t, std::size_t size, void *self)
    {
        auto &exchange = *static_cast<Exchange *>(self);
        exchange.tooLarge = exchange.answer.body.size() + size > exchange.limit;
        if (exchange.tooLarge)
            return CURL_WRITEFUNC_ERROR;
        exchange.answer.body.append(bytes, size);
        return size;
    }

    static std::size_t header(char *bytes, std::size_t, std::size_t size, void *self)
    {
        auto &headers = static_cast<Exchange *>(self)->answer.headers;
        std::string_view line(bytes, size);
        while (line.ends_with('\n') || line.ends_with('\r') || line.ends_with(' '))
            line.remove_suffix(1);
        if (line.starts_with("HTTP/")) // "100 Continue" has headers of its own
            headers.clear();
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || headers.size() > 500)
            return size;
        std::string name(line.substr(0, colon));
        std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        line.remove_prefix(colon + 1);
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        headers.emplace_back(std::move(name), line);
        return size;
    }
};

// They carry sessions' tokens: nothing of them is left in freed memory.
struct HeaderList {
    curl_slist *first = nullptr;
    HeaderList() = default;
    HeaderList(const HeaderList &) = delete;
    HeaderList &operator=(const HeaderList &) = delete;
    ~HeaderList()
    {
        for (curl_slist *one = first; one; one = one->next)
            for (volatile char *c = one->data; *c; ++c)
                *c = 0;
        curl_slist_free_all(first);
    }
};

CURLcode perform(CURLM *multi, std::stop_token stop)
{
    const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
    for (int running = 1; !stop.stop_requested();) {
        if (curl_multi_perform(multi, &running) != CURLM_OK)
            return CURLE_FAILED_INIT;
        if (!running) {
            int left = 0;
            const CURLMsg *message = curl_multi_info_read(multi, &left);
            return message ? message->data.result : CURLE_FAILED_INIT;
        }
        curl_multi_poll(multi, nullptr, 0, 1'000, nullptr);
    }
    return CURLE_ABORTED_BY_CALLBACK;
}

class CurlHttpClient final : public HttpClient
{
public:
    explicit CurlHttpClient(Environment environment) : m_environment(std::move(environment)) {}
    Result<HttpAnswer> send(const HttpRequest &request, std::stop_token stop) override;

private:
    const Environment m_environment;
};

Result<HttpAnswer> CurlHttpClient::send(const HttpRequest &request, std::stop_token stop)
{
    static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (once != CURLE_OK)
        return fail(ErrorKind::Internal, say("Core", "libcurl cannot be used"));
    const std::string shown = shownUrl(request.url);
    const bool plain = mayBePlain(request.url);
    if (!isUrl(request.url))
        return fail(ErrorKind::Invalid, say("Core", "{} is no web address", shown));
    if (!plain && (request.url[4] | 0x20) != 's')
        return fail(ErrorKind::Invalid, say("Core", "{} is not an https address", shown), say("Core", "Keys and tokens would be readable by anybody on the way; plain http is for this computer only."));
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy(curl_easy_init(), curl_easy_cleanup);
    const std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi(curl_multi_init(), curl_multi_cleanup);
    Exchange exchange{.limit = request.limit};
    HeaderList list;
    const auto header = [&](const std::string &line) { list.first = curl_slist_append(list.first, line.c_str()); };
    for (const auto &[name, value] : request.headers) {
        if (std::ranges::any_of(value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; }))
            return fail(ErrorKind::Invalid, say("Core", "the header {} holds what no header may hold", name));
        header(value.empty() ? name + ";" : name + ": " + value);
    }
    header("Expect:"); // it would wait a second for a "100 Continue" that some never send
    std::array<char, CURL_ERROR_SIZE> words{};
    const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(easy.get(), option, value); };
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, plain ? "http,https" : "https");
    set(CURLOPT_PATH_AS_IS, 1L); // what was signed is what is sent
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_USERAGENT, "timonier/" TIMONIER_VERSION);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.whole.count()));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_ERRORBUFFER, words.data());
    set(CURLOPT_WRITEFUNCTION, Exchange::body);
    set(CURLOPT_WRITEDATA, &exchange);
    set(CURLOPT_HEADERFUNCTION, Exchange::header);
    set(CURLOPT_HEADERDATA, &exchange);
    set(CURLOPT_ACCEPT_ENCODING, "");
    if (request.method == "HEAD") {
        set(CURLOPT_NOBODY, 1L);
    } else {
        if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
            set(CURLOPT_POST, 1L);
            set(CURLOPT_POSTFIELDS, request.body.data());
            set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        }
        set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
    set(CURLOPT_HTTPHEADER, list.first);
    // Set even where they are empty: curl would read this process's environment, which is not always the person's.
    set(CURLOPT_PROXY, plain ? "" : ofEnvironment(m_environment, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}).c_str());
    set(CURLOPT_NOPROXY, ofEnvironment(m_environment, {"no_proxy", "NO_PROXY"}).c_str());
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (const auto authorities = ofEnvironment(m_environment, {"SSL_CERT_FILE"}); !authorities.empty()) {
        set(CURLOPT_CAINFO, authorities.c_str());
        set(CURLOPT_CAPATH, nullptr);
        set(CURLOPT_PROXY_CAINFO, authorities.c_str());
    }
    curl_multi_add_handle(multi.get(), easy.get());
    const CURLcode code = perform(multi.get(), stop);
    curl_multi_remove_handle(multi.get(), easy.get());
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
    if (exchange.tooLarge)
        return fail(ErrorKind::TooLarge, say("Core", "the answer of {} is larger than {} MB", hostOf(request.url), request.limit >> 20));
    if (code != CURLE_OK)
        return std::unexpected(transferError(easy.get(), code, words.data(), request.url).with("url", shown));
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    exchange.answer.status = static_cast<int>(status);
    return std::move(exchange.answer);
}

} // namespace

std::string_view HttpAnswer::header(std::string_view name) const
{
    const auto found = std::ranges::find(headers, name, &std::pair<std::string, std::string>::first);
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::unique_ptr<HttpClient> systemHttpClient(Environment environment) { return std::make_unique<CurlHttpClient>(std::move(environment)); }

std::string encoded(std::string_view text, bool keepSlash)
{
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~' || (keepSlash && c == '/');
        if (plain)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string queryOf(const std::vector<std::pair<std::string, std::string>> &parameters)
{
    std::string out;
    for (const auto &[key, value] : parameters)
        out += (out.empty() ? "" : "&") + encoded(key) + "=" + encoded(value);
    return out;
}

bool mayBePlain(std::string_view url)
{
    if (url.size() < 8 || (url[4] | 0x20) == 's' || !isUrl(url))
        return false;
    std::string_view host = url.substr(7, url.substr(7).find_first_of("/?#"));
    if (host.find('@') != std::string_view::npos)
        return false;
    host = host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
    constexpr std::array exact{"localhost", "[::1]", "169.254.169.254", "[fd00:ec2::254]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"};
    if (std::ranges::find(exact, host) != exact.end())
        return true;
    return host.starts_with("127.") && std::ranges::count(host, '.') == 3 && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

} // namespace timonier
