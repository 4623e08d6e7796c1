#include "cloud/prices/prices.h"

#include "base/pause.h"
#include "base/say.h"
#include "cloud/prices/bundled.h"

#include <fmt/ranges.h>

#include <set>
#include <thread>

namespace timonier::prices {

namespace {

// Every price that a plan asks for, once.
std::vector<std::string> wantedBy(const std::function<form::Costs(const form::PriceOf &)> &costs)
{
    std::set<std::string> names;
    (void)costs([&names](const std::string &what) -> std::optional<double> {
        names.insert(what);
        return std::nullopt;
    });
    return {names.begin(), names.end()};
}

// A machine's name is the same everywhere.
std::string titleOf(const std::string &what)
{
    const std::size_t comma = what.find(", ");
    const std::string kind = what.substr(0, comma), tier = comma == std::string::npos ? std::string() : " " + what.substr(comma + 2);
    return (kind == "control plane"         ? say("Core", "control plane")
            : kind == "NAT gateway"         ? say("Core", "NAT gateway")
            : kind == "public IPv4 address" ? say("Core", "public IPv4 address")
            : kind == "load balancer"       ? say("Core", "load balancer")
            : kind == "registry"            ? say("Core", "registry")
            : kind == "GiB of gp3"          ? say("Core", "disk (gp3)")
            : kind.starts_with("disk ")     ? say("Core", "disk {}", kind.substr(5))
                                            : kind) +
           tier;
}

std::string bundledWords(const Bundled &table, const std::string &region)
{
    return table.region == region ? say("Core", "List prices of {} as of {}, not verified since.", table.region, table.asOf)
                                  : say("Core", "List prices of {} as of {}, not verified since; other regions cost up to a third more.", table.region, table.asOf);
}

} // namespace

Result<> Prices::ask(KeptPrices &kept, const std::vector<std::string> &missing, std::stop_token stop) const
{
    if (!m_seller.ask)
        return fail(ErrorKind::Unsupported, say("Core", "it has no list in US dollars"));
    std::stop_source limited;
    const std::stop_callback chained(stop, [&limited] { limited.request_stop(); });
    std::jthread alarm([&limited, patience = m_terms.patience](std::stop_token over) {
        if (pause(patience, over))
            limited.request_stop();
    });
    const auto answers = m_seller.ask(missing, limited.get_token());
    alarm.request_stop();
    KeptPrices fresh;
    Result<> whole;
    for (const auto &[what, answer] : answers)
        if (answer)
            fresh[what] = {.hour = *answer, .asked = std::chrono::floor<std::chrono::seconds>(m_clock->wall())};
        else if (whole)
            whole = std::unexpected(answer.error());
    if (!whole && limited.stop_requested() && !stop.stop_requested())
        whole = fail(ErrorKind::Timeout, say("Core", "it did not answer within {} s", std::chrono::ceil<std::chrono::seconds>(m_terms.patience).count()));
    if (!fresh.empty())
        m_cache.add(m_seller.cloud, m_seller.region, fresh);
    for (const auto &[what, one] : fresh)
        kept[what] = one;
    return whole;
}

form::Costs Prices::of(const std::function<form::Costs(const form::PriceOf &)> &costs, std::stop_token stop) const
{
    const std::vector<std::string> wanted = wantedBy(costs);
    const Day now = std::chrono::floor<std::chrono::seconds>(m_clock->wall());
    KeptPrices kept = m_cache.read(m_seller.cloud, m_seller.region);
    std::vector<std::string> missing;
    for (const std::string &what : wanted) // of tomorrow: a clock was wrong then, or is now
        if (const auto found = kept.find(what); found == kept.end() || found->second.asked + m_terms.good <= now || found->second.asked > now + std::chrono::hours(24))
            missing.push_back(what);
    const auto asked = missing.empty() ? Result<>() : ask(kept, missing, stop);

    const Bundled &table = bundled(m_seller.cloud);
    std::set<std::string> byTable;
    std::optional<Day> oldest;
    form::Costs made = costs([&](const std::string &what) -> std::optional<double> {
        if (const auto found = kept.find(what); found != kept.end() && found->second.hour) {
            oldest = std::min(oldest.value_or(found->second.asked), found->second.asked);
            return found->second.hour;
        }
        const auto price = table.of(what);
        if (price)
            byTable.insert(titleOf(what));
        return price;
    });

    std::string words;
    if (oldest) {
        const bool isNew = !missing.empty() && (asked || *oldest >= now); // of all that is told, where some did not come
        made.from = isNew ? "list" : "kept";
        made.asOf = dayOf(*oldest);
        words = !isNew && asked ? say("Core", "List prices of {} for {}, kept since {}.", m_seller.title, m_seller.region, made.asOf)
                : asked         ? say("Core", "List prices of {} for {}, asked on {}.", m_seller.title, m_seller.region, made.asOf)
                : isNew         ? say("Core", "List prices of {} for {}, asked on {}; some did not come: {}.", m_seller.title, m_seller.region, made.asOf, asked.error().message)
                                : say("Core", "List prices of {} for {}, kept since {}; the list could not be asked again: {}.", m_seller.title, m_seller.region, made.asOf, asked.error().message);
        if (!byTable.empty())
            words += " " + say("Core", "Not in them, and by the table of {} as of {} that comes with Timonier: {}.", table.region, table.asOf, fmt::join(byTable, ", "));
    } else {
        made.from = "bundled";
        made.asOf = table.asOf;
        words = bundledWords(table, m_seller.region);
        if (!asked)
            words += " " + say("Core", "The price list of {} could not be asked: {}.", m_seller.title, asked.error().message);
    }
    made.source = words + (made.source.empty() ? "" : " " + made.source);
    return made;
}

} // namespace timonier::prices
