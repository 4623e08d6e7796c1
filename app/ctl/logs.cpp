#include "ctl/commands.h"

#include "base/paths.h"
#include "base/redact.h"
#include "base/say.h"
#include "kube/fetch.h"
#include "kube/log_buffer.h"
#include "kube/logs.h"
#include "kube/scope.h"

#include <QCoreApplication>

#include <nlohmann/json.hpp>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace timonier::ctl {

namespace {

constexpr std::size_t mostStreams = 50;

struct Source {
    LogOptions options;
    std::string label; // "pod/container"
};

// The containers of a pod object, in the order kubectl shows them.
std::vector<std::string> containersOf(const nlohmann::json &pod)
{
    std::vector<std::string> names;
    const auto spec = pod.find("spec");
    if (spec == pod.end())
        return names;
    for (const char *list : {"initContainers", "containers", "ephemeralContainers"})
        if (const auto containers = spec->find(list); containers != spec->end() && containers->is_array())
            for (const auto &container : *containers)
                names.push_back(container.value("name", std::string()));
    return names;
}

// Which streams the command means: named pods, or those a selector matches; one container each, or all of them.
Result<std::vector<Source>> sources(Invocation &invocation, const OpenContext &connection, LogOptions common)
{
    const QCommandLineParser &options = invocation.options;
    std::vector<nlohmann::json> pods;
    const std::string base = "/api/v1/namespaces/" + percentEncoded(common.ns) + "/pods";
    if (options.isSet(QStringLiteral("selector"))) {
        const std::string selector = options.value(QStringLiteral("selector")).toStdString();
        const Response response = TRY(
            fetch(*connection.transport, {.path = base + "?labelSelector=" + percentEncoded(selector)}, invocation.stop));
        auto list = nlohmann::json::parse(response.body, nullptr, false);
        for (auto &pod : list["items"])
            pods.push_back(std::move(pod));
        if (pods.empty())
            return fail(ErrorKind::NotFound, say("Ctl", "No pod in namespace {} matches {}", common.ns, selector));
    }
    for (QString name : invocation.arguments) {
        if (name.startsWith(QLatin1String("pod/")) || name.startsWith(QLatin1String("pods/")))
            name = name.section(QLatin1Char('/'), 1);
        const Response response =
            TRY(fetch(*connection.transport, {.path = base + "/" + percentEncoded(name.toStdString())}, invocation.stop));
        pods.push_back(nlohmann::json::parse(response.body, nullptr, false));
    }
    const std::string wanted = options.value(QStringLiteral("container")).toStdString();
    std::vector<Source> found;
    for (const nlohmann::json &pod : pods) {
        common.pod = pod.value(nlohmann::json::json_pointer("/metadata/name"), std::string());
        const std::vector<std::string> containers = containersOf(pod);
        std::vector<std::string> chosen;
        if (options.isSet(QStringLiteral("all-containers")))
            chosen = containers;
        else if (!wanted.empty())
            chosen = {wanted};
        else // as kubectl: the annotated default, else the first that is not an init container
            chosen = {pod.value(nlohmann::json::json_pointer("/metadata/annotations/kubectl.kubernetes.io~1default-container"),
                                pod.value(nlohmann::json::json_pointer("/spec/containers/0/name"), std::string()))};
        for (const std::string &container : chosen) {
            if (std::ranges::find(containers, container) == containers.end())
                return fail(ErrorKind::NotFound, say("Ctl", "Pod {} has no container “{}”", common.pod, container),
                            say("Ctl", "It has: {}", fmt::to_string(fmt::join(containers, ", "))));
            common.container = container;
            found.push_back({common, common.pod + "/" + container});
        }
    }
    if (found.size() > mostStreams)
        return fail(ErrorKind::TooLarge, say("Ctl", "{} logs at once are too many", found.size()),
                    say("Ctl", "Choose at most {} with a narrower selector", mostStreams));
    return found;
}

// Many readers, one printer, and between them a bounded buffer: a terminal that is slow, or stopped, costs no memory.
class Fan
{
public:
    explicit Fan(std::filesystem::path folder) : m_buffer(std::move(folder)) {}

    void add(std::uint32_t source, std::string_view line)
    {
        {
            const std::scoped_lock lock(m_mutex);
            std::ignore = m_buffer.append(source, line); // what cannot be spilled is dropped, and counted
        }
        m_wake.notify_one();
    }
    void ended()
    {
        {
            const std::scoped_lock lock(m_mutex);
            ++m_ended;
        }
        m_wake.notify_one();
    }
    // The next lines (at most 1,000), empty when all readers have ended; `lost`: how many were dropped before them.
    std::vector<LogLine> next(std::size_t readers, std::uint64_t &lost)
    {
        std::unique_lock lock(m_mutex);
        m_wake.wait(lock, [&] { return m_next < m_buffer.end() || m_ended == readers; });
        lost = m_next < m_buffer.first() ? m_buffer.first() - m_next : 0;
        m_next += lost;
        std::vector<LogLine> lines;
        for (; m_next < m_buffer.end() && lines.size() < 1000; ++m_next)
            if (auto line = m_buffer.line(m_next))
                lines.push_back(std::move(*line));
        return lines;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_wake;
    LogBuffer m_buffer;
    std::uint64_t m_next = 0;
    std::size_t m_ended = 0;
};

} // namespace

void declareLogs(QCommandLineParser &parser)
{
    const auto tr = [](const char *text) { return QCoreApplication::translate("Ctl", text); };
    parser.addOption({{QStringLiteral("n"), QStringLiteral("namespace")},
                      tr(QT_TRANSLATE_NOOP("Ctl", "The namespace to look in, instead of the context's.")), QStringLiteral("NS")});
    parser.addOption({{QStringLiteral("l"), QStringLiteral("selector")},
                      tr(QT_TRANSLATE_NOOP("Ctl", "The logs of every pod with these labels.")), QStringLiteral("SEL")});
    parser.addOption({{QStringLiteral("c"), QStringLiteral("container")},
                      tr(QT_TRANSLATE_NOOP("Ctl", "This container of the pod.")), QStringLiteral("NAME")});
    parser.addOption({QStringLiteral("all-containers"), tr(QT_TRANSLATE_NOOP("Ctl", "Every container of the pod."))});
    parser.addOption({{QStringLiteral("f"), QStringLiteral("follow")}, tr(QT_TRANSLATE_NOOP("Ctl", "Go on as lines come."))});
    parser.addOption({{QStringLiteral("p"), QStringLiteral("previous")},
                      tr(QT_TRANSLATE_NOOP("Ctl", "What the container printed before its last restart."))});
    parser.addOption({QStringLiteral("since"), tr(QT_TRANSLATE_NOOP("Ctl", "Only lines younger than this, such as 5m.")),
                      QStringLiteral("TIME")});
    parser.addOption({QStringLiteral("tail"), tr(QT_TRANSLATE_NOOP("Ctl", "Only the last so many lines.")),
                      QStringLiteral("LINES")});
    parser.addOption({QStringLiteral("timestamps"), tr(QT_TRANSLATE_NOOP("Ctl", "The time before each line."))});
}

Outcome runLogs(Invocation &invocation)
{
    const QCommandLineParser &options = invocation.options;
    if (invocation.arguments.isEmpty() == !options.isSet(QStringLiteral("selector")))
        return misused(QCoreApplication::translate("Ctl", "name a pod, or choose pods with -l"));
    LogOptions common;
    common.follow = options.isSet(QStringLiteral("follow"));
    common.previous = options.isSet(QStringLiteral("previous"));
    common.timestamps = options.isSet(QStringLiteral("timestamps"));
    if (options.isSet(QStringLiteral("since"))) {
        const auto since = parseDuration(options.value(QStringLiteral("since")));
        if (!since)
            return misused(QCoreApplication::translate("Ctl", "“%1” is no time: write 10s, 5m or 1h30m")
                               .arg(options.value(QStringLiteral("since"))));
        common.since = std::chrono::duration_cast<std::chrono::seconds>(*since);
    }
    if (options.isSet(QStringLiteral("tail"))) {
        bool number = false;
        common.tail = options.value(QStringLiteral("tail")).toLongLong(&number);
        if (!number || *common.tail < 0)
            return misused(QCoreApplication::translate("Ctl", "--tail takes a number of lines"));
    }
    const OpenContext connection =
        TRY_OUTCOME(invocation.session.connect(options.value(QStringLiteral("context")).toStdString()));
    common.ns = options.isSet(QStringLiteral("namespace")) ? options.value(QStringLiteral("namespace")).toStdString()
                                                           : connection.ns;
    const std::vector<Source> all = TRY_OUTCOME(sources(invocation, connection, common));

    Fan fan(std::filesystem::temp_directory_path());
    std::vector<Result<>> results(all.size());
    std::vector<std::thread> readers;
    for (std::size_t i = 0; i < all.size(); ++i)
        readers.emplace_back([&, i] {
            results[i] = readLog(
                *connection.transport, all[i].options, invocation.stop,
                [&](std::string_view line) { fan.add(static_cast<std::uint32_t>(i), line); },
                [&](const Error &error) {
                    fmt::print(stderr, "timonierctl: {}: {}\n", all[i].label, redact(error.text()));
                });
            fan.ended();
        });
    while (true) {
        std::uint64_t lost = 0;
        const std::vector<LogLine> lines = fan.next(all.size(), lost);
        if (lost)
            fmt::print(stderr, "timonierctl: {}\n", say("Ctl", "{} lines came faster than they could be printed, and were dropped", lost));
        if (lines.empty() && !lost)
            break;
        std::string text;
        for (const LogLine &line : lines) {
            if (all.size() > 1)
                text += "[" + all[line.source].label + "] ";
            text += line.text + "\n";
        }
        std::fwrite(text.data(), 1, text.size(), stdout);
        std::fflush(stdout);
    }
    for (std::thread &reader : readers)
        reader.join();
    if (invocation.stop.stop_requested())
        return Interrupted;
    Outcome outcome = Success;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (results[i])
            continue;
        Error error = std::move(results[i]).error();
        if (all.size() > 1)
            error = std::move(error).because(all[i].label);
        if (outcome)
            outcome = failed(std::move(error));
        else
            fmt::print(stderr, "timonierctl: {}\n", redact(error.text()));
    }
    return outcome;
}

} // namespace timonier::ctl
