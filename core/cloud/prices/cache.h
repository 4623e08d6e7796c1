// Prices that a cloud's own list had, each with the day on which it was asked for: a file for each region, under the person's cache folder. Blocking; any thread.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace timonier::prices {

using Day = std::chrono::sys_seconds;

struct Kept {
    std::optional<double> hour{}; // US dollars; nothing: the list had no such thing
    Day asked{};
};
using KeptPrices = std::map<std::string, Kept>;

class Cache
{
public:
    // `folder` is made when something is kept.
    explicit Cache(std::filesystem::path folder) : m_folder(std::move(folder)) {}
    // What cannot be read (broken, another format, none at all) is empty: it is asked for again.
    KeptPrices read(const std::string &cloud, const std::string &region) const;
    // Beside what is there, in one rename. What cannot be written is logged: next time it is asked for again.
    void add(const std::string &cloud, const std::string &region, const KeptPrices &more) const;

private:
    std::filesystem::path fileOf(const std::string &cloud, const std::string &region) const;

    const std::filesystem::path m_folder;
};

// "2026-11-27"
std::string dayOf(Day day);

} // namespace timonier::prices
