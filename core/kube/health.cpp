#include "kube/health.h"

#include "kube/decode.h"
#include "kube/fetch.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace timonier {

namespace {

// "[+]ping ok", "[-]etcd failed: reason withheld", and a last line that sums up (k8s.io/apiserver, healthz.go).
std::vector<HealthCheck> readChecks(std::string_view text)
{
    std::vector<HealthCheck> checks;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.size() < 4 || line[0] != '[' || line[2] != ']')
            continue;
        HealthCheck check{.name = {}, .good = line[1] == '+'};
        line.remove_prefix(3);
        const std::size_t blank = std::min(line.find(' '), line.size());
        check.name = line.substr(0, blank);
        if (!check.good)
            check.reason = line.substr(std::min(blank + 1, line.size()));
        checks.push_back(std::move(check));
    }
    return checks;
}

} // namespace

Health readHealth(Transport &transport, std::stop_token stop)
{
    Health health;
    if (const auto version = fetch(transport, {.path = "/version"}, stop, {.attempts = 1})) {
        const auto json = nlohmann::json::parse(version->body, nullptr, false);
        if (json.is_object())
            health.version = json.value("gitVersion", "");
    }
    auto ready = fetch(transport, {.path = "/readyz?verbose", .accept = "text/plain"}, stop, {.attempts = 1, .anyStatus = true});
    if (!ready) {
        health.unknown = std::move(ready).error();
        return health;
    }
    health.checks = readChecks(ready->body);
    if (health.checks.empty())
        health.unknown = statusError(ready->head.status, ready->body);
    return health;
}

} // namespace timonier
