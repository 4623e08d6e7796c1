// What the parts of a plan cost: by the cloud's own price list, asked at most once a week, or what was kept of it, or the table that comes with the program.
// Blocking, for some seconds at most; any thread.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "cloud/prices/cache.h"
#include "form/cost.h"

#include <functional>
#include <stop_token>

namespace timonier::prices {

// Whom to ask. The names of what is asked for are in README.md.
struct Seller {
    std::string cloud{}, region{}; // "aws", "eu-west-3"
    std::string title{};           // "AWS"
    // What the list has of each of these, in US dollars an hour; nothing: it has no such thing. Not set: there is no list to ask.
    std::function<std::map<std::string, Result<std::optional<double>>>(const std::vector<std::string> &what, std::stop_token stop)> ask{};
};

struct Terms {
    std::chrono::hours good{7 * 24};           // how long a kept price is not asked for again
    std::chrono::milliseconds patience{4'000}; // with the cloud: a plan is not kept waiting
};

class Prices
{
public:
    Prices(Seller seller, Cache cache, std::shared_ptr<const Clock> clock, Terms terms = {}) : m_seller(std::move(seller)), m_cache(std::move(cache)), m_clock(std::move(clock)), m_terms(terms) {}

    // `costs` is called twice: to learn what is wanted, and with its prices. Of what cannot be had the price is not known; there are no errors, `source` tells them.
    form::Costs of(const std::function<form::Costs(const form::PriceOf &)> &costs, std::stop_token stop) const;

private:
    Result<> ask(KeptPrices &kept, const std::vector<std::string> &missing, std::stop_token stop) const;

    const Seller m_seller;
    const Cache m_cache;
    const std::shared_ptr<const Clock> m_clock;
    const Terms m_terms;
};

} // namespace timonier::prices
