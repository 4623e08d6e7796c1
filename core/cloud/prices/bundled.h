// The price tables that come with the program (resources/prices): one of each cloud, of one region, noted down once. The last resort. Any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace timonier::prices {

struct Bundled {
    std::string cloud{}, region{}, asOf{}; // "aws", "us-east-1", "2024"
    std::map<std::string, double, std::less<>> hour{};    // US dollars; of machines by their type, of parts by the names of README.md
    std::vector<std::string> machines{};   // those of them that are machines
    std::optional<double> of(std::string_view what) const;
};

// Of a table's text. What cannot be read of it is left out, its whole where it is no JSON: then nothing has a price.
Bundled readBundled(const std::string &json);
// "aws", "azure", "google"; empty where there is none.
const Bundled &bundled(std::string_view cloud);

// A machine's, whichever cloud has that type.
std::optional<double> bundledMachine(std::string_view type);
// When the tables were noted down: "2024".
std::string bundledAsOf();
std::vector<std::string> bundledMachines();

} // namespace timonier::prices
