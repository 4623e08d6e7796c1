// What the parts of a cluster in AWS cost, by the bundled table (resources/prices/aws.json). Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace timonier::amazon {

// US dollars; nothing: the table does not have it. `per`: "hour".
std::optional<double> partPrice(std::string_view per, std::string_view what);
// Of so many GiB of gp3, an hour.
std::optional<double> diskPrice(int gib);
std::string pricesRegion();
std::string pricesAsOf();

} // namespace timonier::amazon
