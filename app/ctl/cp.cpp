#include "ctl/commands.h"

#include "base/say.h"
#include "ctl/pods.h"
#include "kube/upload.h"

#include <QCoreApplication>

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>

#ifndef _WIN32
#include <unistd.h>
#endif

namespace timonier::ctl {

namespace {

// One line that is written over, for a person who waits; nothing where nobody looks.
std::function<void(std::uint64_t, std::uint64_t)> progressLine()
{
#ifndef _WIN32
    if (isatty(STDERR_FILENO) == 1)
        return [last = std::chrono::steady_clock::time_point()](std::uint64_t sent, std::uint64_t total) mutable {
            const auto now = std::chrono::steady_clock::now();
            if (sent < total && now - last < std::chrono::milliseconds(100))
                return;
            last = now;
            fmt::print(stderr, "\r{:3} %  {:.1f} / {:.1f} MB{}", sent * 100 / total, double(sent) / 1e6, double(total) / 1e6, sent == total ? "\n" : "");
            std::fflush(stderr);
        };
#endif
    return {};
}

} // namespace

void declareCp(QCommandLineParser &parser)
{
    declareNamespace(parser);
    declareContainer(parser);
    declareOutput(parser, QStringLiteral("text, json"));
}

Outcome runCp(Invocation &invocation)
{
    const QString format = invocation.options.value(QStringLiteral("output"));
    if (!format.isEmpty() && format != QLatin1String("text") && format != QLatin1String("json"))
        return misused(QCoreApplication::translate("Ctl", "there is no output format “%1”").arg(format));
    const QString to = invocation.arguments.size() == 2 ? invocation.arguments[1] : QString();
    const qsizetype colon = to.indexOf(QLatin1Char(':'));
    if (colon < 1 || colon + 1 == to.size())
        return misused(QCoreApplication::translate("Ctl", "name a file of this computer, and POD:PATH"));
    const OpenContext connection =
        TRY_OUTCOME(invocation.session.connect(invocation.options.value(QStringLiteral("context")).toStdString()));
    Upload what{.ns = namespaceOf(invocation, connection),
                      .pod = podName(to.left(colon)).toStdString(),
                      .file = invocation.arguments[0].toStdString(),
                      .target = to.mid(colon + 1).toStdString(),
                      .progress = progressLine()};
    what.container = TRY_OUTCOME(containerOf(invocation, connection, what.ns, what.pod));
    const Uploaded done = TRY_OUTCOME(upload(connection.streams, what, invocation.stop));
    if (format == QLatin1String("json")) {
        const nlohmann::json line = {{"pod", what.pod}, {"path", done.path}, {"bytes", done.bytes}, {"sha256", done.sha256}, {"compared", done.compared}};
        fmt::print("{}\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    } else {
        fmt::print("{}\n", done.compared ? say("Ctl", "{} is in {}: {} bytes, checked by SHA-256", done.path, what.pod, done.bytes)
                                         : say("Ctl", "{} is in {}: {} bytes, checked by size", done.path, what.pod, done.bytes));
    }
    return Success;
}

} // namespace timonier::ctl
