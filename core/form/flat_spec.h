// A flat spec file (YAML, a field for each parameter) and the values of a form, one made from the other. Pure.
#pragma once

#include "base/result.h"
#include "form/parameter.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace timonier::form {

// How a parameter stands in the file, where that is not simply "id: value". "ssh.host" stands as `ssh: {host: value}`; those of one map follow each other.
struct SpecField {
    std::string parameter{};
    enum class Shape {
        Text,      // quoted where it must be
        Number,    // as it stands: numbers, true, false
        List,      // an item for each line
        PortList,  // "HOST:CONTAINER" a line <-> {host: …, container: …}
    } shape = Shape::Text;
};

// A file as it was read: what the form does not know is said, and kept.
struct FlatSpec {
    std::string provider{};                   // whose spec it is; empty: it does not say
    Values values{};
    std::map<std::string, int> lines{};       // of each field, from 1; of "" the whole
    std::vector<std::string> unknown{}, odd{}; // fields that there are none of; that have another shape than asked
    std::string rest{};                       // both of them, as YAML
};
// Errors: Invalid, with "file" and "line": no YAML, no map.
Result<FlatSpec> readFlatSpec(std::string_view yaml, const std::string &file, const std::vector<SpecField> &fields);
// An Invalid error that points at a field, or at the whole where it is not there.
Error wrongField(const FlatSpec &spec, const std::string &file, const std::string &field, std::string words, std::string hint = {});
// Of the first field that is unknown (with the nearest that is not) or odd.
Result<> mustBeKnown(const FlatSpec &spec, const std::string &file, const std::vector<SpecField> &fields);

// Of a spec of `provider`. What is not asked for stays word for word in the parameter "more", so that a file that is loaded and saved again loses nothing.
// Parameters that are empty, not asked or at their initial value are left out, but for those in `always`.
std::string specText(const std::string &provider, const std::vector<Parameter> &parameters, const std::vector<SpecField> &fields, const std::vector<std::string> &always, const Values &values);
// Errors: as readFlatSpec(); another provider's.
Result<Values> specValues(const std::string &provider, const std::vector<SpecField> &fields, const std::string &text, const std::string &file);

} // namespace timonier::form
