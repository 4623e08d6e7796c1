// From the whole JSON of one object to what a person wants to know of it: what is wrong, facts, conditions in words,
// containers, what it belongs to and what belongs to it, and its YAML. Plain data that a view shows without knowing
// Kubernetes. Pure; any thread.
#pragma once

#include "base/result.h"
#include "describe/tone.h"
#include "kube/object_ref.h"
#include "kube/scope.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace timonier {

struct DescribeOptions {
    std::chrono::system_clock::time_point now;
    bool revealSecrets = false;     // the values of a Secret, which are masked otherwise
};

// What is wrong, or on its way. Times are Unix seconds, 0: none.
struct Verdict {
    Tone tone = Tone::None;
    std::string sentence;           // "The image cannot be pulled"
    std::string reason{};           // "Container web: the registry asks for other credentials"
    std::string evidence{};         // the server's own words
    std::int64_t since = 0;
    bool operator==(const Verdict &) const = default;
};

// One thing that is said of an object; a line of a fact.
struct Value {
    std::string text{};
    std::string note{};             // behind the text, less loud
    std::optional<ObjectRef> to{};  // the text is the way there
    bool mono = false;              // an address, an image: what is typed or compared letter by letter
    Tone tone = Tone::None;         // a dot before the text
    std::int64_t time = 0;          // when not 0 this is shown, as an age, in place of the text
    bool operator==(const Value &) const = default;
};

struct Fact {
    std::string label;
    std::vector<Value> values;      // never empty
    bool operator==(const Fact &) const = default;
};

struct Condition {
    std::string type;               // "MemoryPressure"
    Tone tone = Tone::None;         // None: neither good nor bad
    std::string sentence;           // "The node is short of memory"
    std::string reason{};           // "KubeletHasInsufficientMemory"
    std::string message{};          // the server's own words
    std::int64_t since = 0;
    bool operator==(const Condition &) const = default;
};

struct ContainerFacts {
    std::string name;
    std::string role{};             // in words: "init", "sidecar", "debug"; empty: an ordinary one
    std::string image{};
    Tone tone = Tone::None;
    std::string state{};            // "waiting: ImagePullBackOff"; empty in a template
    std::string message{};          // the server's own words on that
    std::int64_t since = 0;         // it runs, or has ended, since then
    std::int64_t restarts = 0;
    std::string lastExit{};         // "OOMKilled, exit code 137"
    std::int64_t lastExitAt = 0;
    std::string ports{};            // "8080/TCP http, 9090/TCP"
    std::string requests{};         // "250m CPU, 64Mi memory"
    std::string limits{};
    bool operator==(const ContainerFacts &) const = default;
};

struct Label {
    std::string key;
    std::string value;              // shortened when it is long
    std::size_t bytes = 0;          // its real size, when it has been shortened
    bool operator==(const Label &) const = default;
};

// Objects that belong to this one, to be listed live.
struct Related {
    std::string title;              // "Pods"
    std::string kind;               // "pods", "replicasets": a name that typedKind() knows
    Scope scope;
    bool operator==(const Related &) const = default;
};

struct Description {
    ObjectRef object;
    std::string uid{};
    std::int64_t created = 0;
    std::int64_t deleting = 0;      // deletionTimestamp
    std::optional<Verdict> verdict{};
    std::vector<Fact> facts{};
    std::vector<Condition> conditions{};
    std::vector<ContainerFacts> containers{};
    std::vector<Label> labels{};
    std::vector<Label> annotations{};
    std::vector<ObjectRef> owners{};     // the controller first
    std::vector<std::string> finalizers{};
    std::vector<Related> related{};
    std::string yaml{};             // without managedFields; values of Secrets masked unless revealed; long texts cut
    bool hasSecrets = false;        // there is something to reveal
    bool revealed = false;          // and it stands in the YAML
    bool operator==(const Description &) const = default;
};

// Errors: Protocol (no JSON object), TooLarge (nested too deeply).
Result<Description> describe(std::string_view json, const DescribeOptions &options);

} // namespace timonier
