// Whose price list is asked for a cluster in a cloud, and where it is kept. Blocking; any thread.
#pragma once

#include "cloud/prices/prices.h"

#include <memory>

namespace timonier {

namespace aws {
class Client;
}
namespace azure {
class Arm;
}

// Of the client's region, asked by its account.
prices::Prices amazonPrices(const std::shared_ptr<aws::Client> &client);
// Of a region of Azure, asked without an account.
prices::Prices azurePrices(const std::shared_ptr<azure::Arm> &arm, const std::string &location);

// For a choice of machines: ", 0.088 $/h" as it was asked for some day in that region; ", about 0.083 $/h" by the bundled table; "" where neither knows. Asks nobody.
std::function<std::string(const std::string &type)> machinePriceWords(const std::string &cloud, const std::string &region);

} // namespace timonier
