#include "net/download.h"

#include "base/say.h"
#include "net/transfer_error.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

namespace timonier {

namespace {

using Clock = std::chrono::steady_clock;

// A scheme, whatever its case; and something after it.
bool begins(std::string_view url, std::string_view scheme)
{
    constexpr auto small = [](char c) { return static_cast<char>(c | 0x20); };
    return url.size() > scheme.size() && std::ranges::equal(url.substr(0, scheme.size()), scheme, {}, small, small);
}

// One download: what curl's callbacks need, all on the caller's thread.
struct Run {
    const std::function<Result<>(std::string_view)> &sink;
    const DownloadOptions &options;
    CURL *easy = nullptr;
    std::optional<Error> failure{};      // of the sink, or of a limit
    std::uint64_t received = 0;
    std::uint64_t moved = 0;             // what curl counts: heads and proxies' answers too
    Clock::time_point started = Clock::now();
    Clock::time_point last = started;    // something moved
    Clock::time_point told{};            // progress

    long status() const
    {
        long status = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        return status;
    }

    static std::size_t body(char *bytes, std::size_t, std::size_t size, void *self)
    {
        auto &run = *static_cast<Run *>(self);
        if (run.status() != 200)
            return size; // an error's page
        run.received += size;
        if (run.received > run.options.limit)
            run.failure = Error{.kind = ErrorKind::TooLarge, .message = say("Core", "it is larger than {} MB", run.options.limit >> 20)};
        else if (auto taken = run.sink({bytes, size}); !taken)
            run.failure = std::move(taken).error();
        return run.failure ? CURL_WRITEFUNC_ERROR : size;
    }

    static int progress(void *self, curl_off_t total, curl_off_t down, curl_off_t, curl_off_t)
    {
        auto &run = *static_cast<Run *>(self);
        const auto now = Clock::now();
        if (const auto moved = static_cast<std::uint64_t>(down); moved != run.moved) {
            run.moved = moved;
            run.last = now;
        }
        const bool whole = total > 0 && down == total;
        if (run.options.progress && run.received && (whole || now - run.told > std::chrono::milliseconds(200))) {
            run.told = now;
            run.options.progress(run.received, total > 0 ? std::optional(static_cast<std::uint64_t>(total)) : std::nullopt);
        }
        return 0;
    }
};

Error ofStatus(long status, const std::string &host)
{
    switch (status) {
    case 404:
    case 410: return {.kind = ErrorKind::NotFound, .message = say("Core", "{} has no such file (status {})", host, status), .hint = say("Core", "Compare the address with the page it comes from; a release may have been renamed.")};
    case 401:
    case 403: return {.kind = ErrorKind::Forbidden, .message = say("Core", "{} does not give it to everybody (status {})", host, status), .hint = say("Core", "Download it in a browser, and give the file.")};
    case 429: return {.kind = ErrorKind::Throttled, .message = say("Core", "{} wants to be asked less often (status {})", host, status), .hint = say("Core", "Try again in some minutes.")};
    default: break;
    }
    if (status >= 500)
        return {.kind = ErrorKind::Server, .message = say("Core", "{} fails (status {})", host, status), .hint = say("Core", "Try again in some minutes.")};
    return {.kind = ErrorKind::Protocol, .message = say("Core", "{} answers with status {}", host, status)};
}

// Until the transfer has ended. A stop is noticed at once: it wakes the poll.
CURLcode perform(CURLM *multi, Run &run, std::stop_token stop)
{
    const std::stop_callback wake(stop, [multi] { curl_multi_wakeup(multi); });
    for (int running = 1;;) {
        if (curl_multi_perform(multi, &running) != CURLM_OK)
            return CURLE_FAILED_INIT;
        if (!running)
            break;
        if (stop.stop_requested()) {
            run.failure = Error{.kind = ErrorKind::Cancelled, .message = say("Core", "cancelled")};
            return CURLE_ABORTED_BY_CALLBACK;
        }
        if (Clock::now() - run.last > run.options.stall)
            return CURLE_OPERATION_TIMEDOUT;
        curl_multi_poll(multi, nullptr, 0, 250, nullptr);
    }
    int left = 0;
    const CURLMsg *message = curl_multi_info_read(multi, &left);
    return message ? message->data.result : CURLE_FAILED_INIT;
}

} // namespace

Result<Downloaded> download(const std::string &url, const std::function<Result<>(std::string_view)> &sink, const DownloadOptions &options, std::stop_token stop)
{
    static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (once != CURLE_OK)
        return fail(ErrorKind::Internal, say("Core", "libcurl cannot be used"));
    const std::string shown = shownUrl(url);
    if (!isUrl(url))
        return fail(ErrorKind::Invalid, say("Core", "{} is no web address", shown));
    if (!begins(url, "https://"))
        return fail(ErrorKind::Invalid, say("Core", "{} is not an https address", shown), say("Core", "Anybody on the way could change what comes over plain http; use https, or download it yourself and give the file."));

    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy(curl_easy_init(), curl_easy_cleanup);
    const std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi(curl_multi_init(), curl_multi_cleanup);
    Run run{.sink = sink, .options = options, .easy = easy.get()};
    std::array<char, CURL_ERROR_SIZE> words{};
    const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(easy.get(), option, value); };
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "https");
    set(CURLOPT_FOLLOWLOCATION, 1L); // what a release is, is known by its sum; what a manifest is, is seen in the plan
    set(CURLOPT_MAXREDIRS, 10L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_USERAGENT, "timonier/" TIMONIER_VERSION);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect.count()));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_ERRORBUFFER, words.data());
    set(CURLOPT_WRITEFUNCTION, Run::body);
    set(CURLOPT_WRITEDATA, &run);
    set(CURLOPT_XFERINFOFUNCTION, Run::progress);
    set(CURLOPT_XFERINFODATA, &run);
    set(CURLOPT_NOPROGRESS, 0L);
    // Set even where they are empty: curl would read this process's environment, which is not always the person's.
    set(CURLOPT_PROXY, ofEnvironment(options.environment, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}).c_str());
    set(CURLOPT_NOPROXY, ofEnvironment(options.environment, {"no_proxy", "NO_PROXY"}).c_str());
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (const auto authorities = variable(options.environment, "SSL_CERT_FILE"); !authorities.empty()) {
        set(CURLOPT_CAINFO, std::string(authorities).c_str());
        set(CURLOPT_CAPATH, nullptr);
        set(CURLOPT_PROXY_CAINFO, std::string(authorities).c_str());
    }

    curl_multi_add_handle(multi.get(), easy.get());
    const CURLcode code = perform(multi.get(), run, stop);
    const char *finalUrl = nullptr, *contentType = nullptr;
    curl_easy_getinfo(easy.get(), CURLINFO_EFFECTIVE_URL, &finalUrl);
    curl_easy_getinfo(easy.get(), CURLINFO_CONTENT_TYPE, &contentType);
    const std::string where = finalUrl ? finalUrl : url;
    const long status = run.status();
    curl_multi_remove_handle(multi.get(), easy.get());

    std::optional<Error> error = std::move(run.failure);
    if (!error && code != CURLE_OK)
        error = transferError(easy.get(), code, words.data(), where);
    else if (!error && status != 200)
        error = ofStatus(status, hostOf(where));
    if (!error)
        return Downloaded{.url = shownUrl(where), .contentType = contentType ? contentType : "", .bytes = run.received};
    const ErrorKind kind = error->kind;
    if (kind == ErrorKind::Cancelled)
        return std::unexpected(std::move(*error));
    return std::unexpected(std::move(*error).because(say("Core", "{} cannot be downloaded", shown)).with("url", shown));
}

Result<DownloadedText> downloadText(const std::string &url, const DownloadOptions &options, std::stop_token stop)
{
    DownloadedText text;
    text.from = TRY(download(url, [&](std::string_view bytes) -> Result<> {
        text.text += bytes;
        return {};
    }, options, stop));
    return text;
}

bool isUrl(std::string_view text) { return begins(text, "https://") || begins(text, "http://"); }

std::string shownUrl(std::string_view url)
{
    std::string shown(url.substr(0, url.find_first_of("?#")));
    const std::size_t begin = shown.find("://");
    if (begin == std::string::npos)
        return shown;
    const std::size_t path = shown.find('/', begin + 3);
    if (const std::size_t at = shown.substr(0, path).rfind('@'); at != std::string::npos && at > begin)
        shown.erase(begin + 3, at - begin - 2);
    return shown;
}

std::string fileNameOf(std::string_view url)
{
    const std::string shown = shownUrl(url);
    const std::size_t begin = shown.find("://");
    const std::size_t slash = shown.rfind('/');
    return begin == std::string::npos || slash <= begin + 2 ? std::string() : shown.substr(slash + 1);
}

} // namespace timonier
