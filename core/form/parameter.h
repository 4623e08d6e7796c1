// What is asked before something is made: a number of replicas, a driver, a password. Plain data, from a catalogue entry or a provider; the
// wizard makes fields of it, the command line takes them as --set id=value.
#pragma once

#include "base/secret.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace timonier::form {

enum class Type {
    Text,
    Integer,
    Number,
    Boolean,  // "true", "false"
    Choice,   // one of `choices`
    Choices,  // any of `choices`, one a line
    Lines,    // texts, one a line
    Quantity, // Kubernetes' own: 500m, 2, 512Mi (apimachinery/pkg/api/resource/quantity.go)
    Port,     // 1 to 65535
    Name,     // a DNS label, RFC 1123: what most objects may be called
    Image,    // of a container
    File,     // on this computer; must be there
    Folder,
    Path,     // a file or a folder
    Secret,   // never shown, never written into a spec or a values file
};

struct Choice {
    std::string value{};
    std::string title{};
    std::string help{};
    std::string refused{}; // why it cannot be taken here; empty: it can
};

struct Parameter {
    std::string id{};
    std::string title{};
    std::string help{};                // one or two sentences: what it does, and when to change it
    std::string group{};               // those of one group stand together, under this heading
    Type type = Type::Text;
    std::string initial{};
    bool required = false;             // it may not be empty
    bool advanced = false;             // folded away at first
    std::vector<Choice> choices{};     // of Choice and Choices; of a Text: what there is, to be taken or not
    std::optional<double> least{}, most{};
    std::string unit{};                // shown behind the field: "GiB", "s"
    std::string pattern{};             // an ECMAScript regular expression that the whole text matches
    std::string patternWords{};        // what that means: "lower-case letters, digits and -"
    std::string onlyIf{};              // a condition (holds()): asked only while that is so
    int generate = 0;                  // of a Secret that is not given: made up, of so many letters and digits; 0: it is not
};

// Whether its value is a place on this computer: of no use to another one.
bool isPath(Type type);

// By parameter id. What is missing has its initial value.
struct Values {
    std::map<std::string, std::string> texts{};
    std::map<std::string, Secret> secrets{};
};

struct Problem {
    std::string parameter{}; // its id
    std::string message{};   // one sentence, without the parameter's name
};

// The text that counts: what was given, or the initial one. Of a Secret: empty.
const std::string &valueOf(const Parameter &parameter, const Values &values);

// "expose=NodePort|LoadBalancer", "host!=", several with "; " between: all of them. Of Choices and Lines, "=" means that one of the words is
// among them. Of a Secret only whether it is given can be asked: "password!=". One that names no parameter does not hold, and a parameter
// that is not asked has no value.
bool holds(std::string_view condition, const std::vector<Parameter> &all, const Values &values);

// Whether its onlyIf holds; those that are not asked are not checked either.
bool isAsked(const Parameter &parameter, const std::vector<Parameter> &all, const Values &values);

// What is wrong with one value by itself; empty: nothing.
std::string problemOf(const Parameter &parameter, const Values &values);

// Of all that are asked, in their order; then values for which there is no parameter, with the nearest name.
std::vector<Problem> problemsOf(const std::vector<Parameter> &parameters, const Values &values);

// A file that was given is wanted: a truth that it hangs on, and of which nothing was said, is switched on.
void switchOnForFiles(const std::vector<Parameter> &parameters, Values &values);

// "text", "integer", … as catalogue files write them.
std::optional<Type> typeOf(std::string_view name);

} // namespace timonier::form
