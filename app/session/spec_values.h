// A spec file and the values of a form, one made from the other. What the form does not ask for stays word for word in the parameter
// "more", so that a file that is loaded and saved again loses nothing. Pure.
#pragma once

#include "base/result.h"
#include "form/parameter.h"

#include <string>
#include <vector>

namespace timonier {

// How a parameter stands in the file, where that is not simply "id: value".
struct SpecField {
    std::string parameter{};
    enum class Shape {
        Text,      // quoted where it must be
        Number,    // as it stands: numbers, true, false
        List,      // an item for each line
        PortList,  // "HOST:CONTAINER" a line <-> {host: …, container: …}
    } shape = Shape::Text;
};

// Those that are empty, not asked or at their initial value are left out, but for those in `always`.
std::string specText(const std::string &provider, const std::vector<form::Parameter> &parameters, const std::vector<SpecField> &fields,
                     const std::vector<std::string> &always, const form::Values &values);

// Errors: Invalid, with "file" and "line": no YAML, another provider's.
Result<form::Values> specValues(const std::string &provider, const std::vector<SpecField> &fields, const std::string &text, const std::string &file);

} // namespace timonier
