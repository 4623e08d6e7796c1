// One call to a service of AWS: addressed, signed, sent, tried again, its refusal put into words. Blocking; any thread.
//
// Tried again as the SDKs' standard mode does (docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html): what is throttled,
// 5xx and broken connections, with a growing, random pause. A clock that is off is corrected by the service's own (Date).
#pragma once

#include "base/clock.h"
#include "base/pause.h"
#include "cloud/aws/service.h"
#include "cloud/aws/sigv4.h"
#include "cloud/aws/xml.h"
#include "net/http.h"

#include <atomic>
#include <memory>
#include <stop_token>

namespace timonier::aws {

struct KeySource {
    virtual ~KeySource() = default;
    // Keys that are good for some minutes at least. `afterRejection`: the service said that the last ones have expired.
    // Errors: Unauthorized (none are to be had, with where was looked), those of ProcessRunner and HttpClient.
    virtual Result<Keys> keys(bool afterRejection, std::stop_token stop) = 0;
};

using Parameters = std::vector<std::pair<std::string, std::string>>;

struct Call {
    Service service{};
    std::string action{};         // "CreateVpc": the permission is called after it, with the service before
    Parameters parameters{};      // Query: of the form. RestJson: of the URL
    std::string method = "POST";  // RestJson
    std::string path = "/";       // RestJson, encoded
    std::string body{};           // JSON
    // Sending it twice does no more than once: it reads, or carries a client token. Else it is not sent again where the answer was lost.
    bool repeatable = true;
};

struct ClientSettings {
    std::shared_ptr<HttpClient> http{};
    std::shared_ptr<KeySource> keys{};
    std::shared_ptr<const Clock> clock{};
    std::string region{};
    Endpoints endpoints{};
    int attempts = 5;
    std::chrono::milliseconds firstPause{500}; // its double is the limit of the second
};

class Client
{
public:
    explicit Client(ClientSettings settings) : m_settings(std::move(settings)) {}
    const std::string &region() const { return m_settings.region; }
    const ClientSettings &settings() const { return m_settings; }

    // The answer's body. Errors: those of apiError(), HttpClient, KeySource.
    Result<std::string> send(const Call &call, std::stop_token stop);
    // Of the query protocol, read.
    Result<Xml> query(const Service &service, const std::string &action, Parameters parameters, bool repeatable, std::stop_token stop);
    // What the service's clock shows, as far as is known.
    Time now() const;

private:
    Result<HttpRequest> requestOf(const Call &call, const Address &address) const;
    bool correctClock(const HttpAnswer &answer, std::int64_t signedWith);

    const ClientSettings m_settings;
    std::atomic<std::int64_t> m_skew{0}; // seconds
};

using timonier::waitUntil; // base/pause.h

} // namespace timonier::aws
