// What a node of a cloud's instance type costs an hour, by the table in resources/prices/nodes.json. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace timonier::form {

// US dollars an hour; nothing: the table does not have it.
std::optional<double> nodePrice(std::string_view instanceType);
// When the table was noted down: "2024".
std::string nodePricesAsOf();
std::vector<std::string> pricedTypes();

} // namespace timonier::form
