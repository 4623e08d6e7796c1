// Child processes, as an effect: a test brings its own runner.
//
// Every child runs with LC_ALL=C.UTF-8 and without LANGUAGE unless told otherwise: what tools print is read by us.
#pragma once

#include "base/environment.h"
#include "base/result.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace timonier {

enum class ProcessStream { Out, Err };

struct Command {
    std::string program;                       // a name, looked for in the child's PATH, or a path
    std::vector<std::string> arguments{};      // never a secret: every process can read them
    std::optional<Environment> environment{};  // none: this process's
    Environment set{};                         // added to it
    std::vector<std::string> unset{};          // taken from it
    bool ownLocale = false;                    // LC_ALL and LANGUAGE stay as they are
    std::string folder{};                      // the working directory; empty: ours
    std::string input{};                       // its standard input
    std::size_t outLimit = 16u << 20;          // bytes kept of its output: the first ones
    std::size_t errLimit = 256u << 10;         // bytes kept of its errors: the last ones, where the reason is
    std::chrono::milliseconds timeout{0};      // for the whole run; zero: none
    std::chrono::milliseconds stall{0};        // without a byte on either stream; zero: none
    std::chrono::milliseconds grace{1'000};    // between asking it to end and killing it
    // It has our terminal: reads our standard input, and its errors (prompts) are shown on ours as well as kept. Without
    // this it runs in a session of its own, where no question can be asked, and dies with all its children.
    bool interactive = false;
    // Hears what the child prints while it runs, in pieces of any size (base/lines.h cuts them), also what is beyond the limits above;
    // the order between the two streams is not kept. On the thread of run(), which it should not keep for long.
    std::function<void(ProcessStream, std::string_view)> heard{};
};

struct ProcessOutput {
    int exitCode = 0;
    std::string out;
    std::string err;
    std::uint64_t outDropped = 0;              // bytes beyond outLimit
    std::uint64_t errDropped = 0;
};

struct ProcessRunner {
    virtual ~ProcessRunner() = default;
    // Blocks until the child has ended, or was ended because of `stop` or a limit. Any thread without an event loop.
    // An exit code is a result, not an error. Errors: Process (not found: "program" and "searched" are in the context;
    // crashed; could not be started), Timeout, Cancelled.
    virtual Result<ProcessOutput> run(const Command &command, std::stop_token stop) = 0;
};

// The machine's own processes. They end with this one, however it ends (base/leash.h).
struct SystemProcessRunner final : ProcessRunner {
    Result<ProcessOutput> run(const Command &command, std::stop_token stop) override;
};

// The variables the child of `command` is to get.
Environment childEnvironment(const Command &command);

} // namespace timonier
