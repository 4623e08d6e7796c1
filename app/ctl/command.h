// One command of timonierctl, and what every command works with. The contract (exit codes, output) is in main.cpp.
#pragma once

#include "base/result.h"
#include "session/session.h"

#include <QCommandLineParser>
#include <QStringList>

#include <functional>
#include <span>
#include <stop_token>
#include <string_view>

namespace timonier::ctl {

enum ExitCode { Success = 0, Failure = 1, Usage = 2, WaitRanOut = 3, Interrupted = 130 };

// A wrong call: said on stderr with the usage of the command; exit 2.
struct UsageError {
    QString text;
};

using Outcome = std::expected<ExitCode, std::variant<Error, UsageError>>;

struct Invocation {
    QCommandLineParser &options;
    QStringList arguments;          // after the command's name
    Session &session;
    std::stop_token stop;           // Ctrl+C
};

struct Command {
    std::string_view name;
    std::string_view synopsis;      // "get KIND [NAME]"
    const char *summary;            // marked for translation, context "Ctl"
    void (*declare)(QCommandLineParser &);
    Outcome (*run)(Invocation &);
};

std::span<const Command> commands();
const Command *findCommand(QStringView name);

// Options that several commands share.
void declareScope(QCommandLineParser &parser);   // -n, -A, -l
void declareOutput(QCommandLineParser &parser, const QString &formats);
void declareStats(QCommandLineParser &parser);

Outcome failed(Error error);
Outcome misused(const QString &text);

// "90s", "5m", "1h30m", "250ms", or plain seconds; what Go's time.ParseDuration reads, as far as people type it.
std::optional<std::chrono::milliseconds> parseDuration(QStringView text);

} // namespace timonier::ctl

// TRY for functions that give an Outcome.
#define TRY_OUTCOME(...)                                                                                               \
    (__extension__({                                                                                                   \
        auto tryResult_ = (__VA_ARGS__);                                                                               \
        if (!tryResult_)                                                                                               \
            return ::timonier::ctl::failed(std::move(tryResult_).error());                                             \
        std::move(tryResult_).value();                                                                                 \
    }))
