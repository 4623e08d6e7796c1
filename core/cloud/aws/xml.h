// A small XML answer as a tree, for the services that speak the query protocol. Pure.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace timonier::aws {

struct Xml {
    std::string name{};
    std::string text{};
    std::vector<Xml> children{};

    // By names and slashes from here: "vpcSet/item". What is not there is an empty element.
    const Xml &at(std::string_view path) const;
    const std::string &of(std::string_view path) const { return at(path).text; }
    // The elements of a list: EC2 calls each "item", the others "member".
    std::vector<const Xml *> items(std::string_view path) const;
};

// Its root. Errors: Protocol (no XML, or nested deeper than any service nests).
Result<Xml> readXml(std::string_view text);

} // namespace timonier::aws
