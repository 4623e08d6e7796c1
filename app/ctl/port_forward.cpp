#include "ctl/commands.h"

#include "base/redact.h"
#include "base/say.h"
#include "ctl/pods.h"
#include "kube/kind.h"
#include "kube/port_forward.h"

#include <QCoreApplication>

#include <nlohmann/json.hpp>

#include <condition_variable>
#include <cstdio>
#include <mutex>

namespace timonier::ctl {

namespace {

struct Wanted {
    std::uint16_t local = 0;
    std::string remote;
};

// "5555", "8080:80", ":80" (any free port here), "http": as kubectl reads them.
std::optional<Wanted> wanted(const QString &text)
{
    const qsizetype colon = text.indexOf(QLatin1Char(':'));
    const QString remote = text.mid(colon + 1);
    bool isNumber = false;
    const uint number = remote.toUInt(&isNumber);
    if (remote.isEmpty() || (isNumber && (number == 0 || number > 65535)))
        return {};
    Wanted made{.remote = remote.toStdString()};
    if (colon < 0) {
        made.local = static_cast<std::uint16_t>(isNumber ? number : 0);
    } else if (colon > 0) {
        bool good = false;
        const uint local = text.left(colon).toUInt(&good);
        if (!good || local > 65535)
            return {};
        made.local = static_cast<std::uint16_t>(local);
    }
    return made;
}

class Bell
{
public:
    void ring()
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_rung = true;
        }
        m_wake.notify_one();
    }
    // False when asked to stop.
    bool wait(std::stop_token stop)
    {
        std::unique_lock lock(m_mutex);
        const bool rung = m_wake.wait(lock, stop, [this] { return m_rung; });
        m_rung = false;
        return rung;
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    bool m_rung = false;
};

void printJson(nlohmann::json line)
{
    fmt::print("{}\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    std::fflush(stdout);
}

class Printer
{
public:
    explicit Printer(bool json) : m_json(json) {}
    void begun(const PortForward &forward, const std::string &remote)
    {
        const std::string host = forward.address().find(':') == std::string::npos ? forward.address() : "[" + forward.address() + "]";
        if (m_json)
            printJson({{"type", "LISTENING"}, {"address", forward.address()}, {"port", forward.port()}, {"remote", remote}, {"pod", forward.status().pod.pod}});
        else
            fmt::print("{}\n", say("Ctl", "Forwarding from {}:{} -> {}", host, forward.port(), remote));
        std::fflush(stdout);
    }
    void status(const PortForward &forward, const ForwardStatus &now, ForwardStatus &before)
    {
        const bool sameProblem = now.problem.has_value() == before.problem.has_value() && (!now.problem || now.problem->message == before.problem->message);
        if (m_json && (now.state != before.state || now.active != before.active || now.pod != before.pod || !sameProblem)) {
            nlohmann::json line = {{"type", "STATE"}, {"port", forward.port()}, {"state", name(now.state)}, {"active", now.active},
                                   {"connections", now.connections}, {"pod", now.pod.pod}, {"podPort", now.pod.port}, {"received", now.received}, {"sent", now.sent}};
            if (now.problem)
                line["problem"] = redact(now.problem->text());
            printJson(std::move(line));
        }
        if (!m_json && now.problem && !sameProblem) {
            fmt::print(stderr, "timonierctl: {}\n", redact(now.problem->text()));
            if (!now.problem->hint.empty())
                fmt::print(stderr, "  {}\n", redact(now.problem->hint));
        } else if (!m_json && now.pod.pod != before.pod.pod && !before.pod.pod.empty()) {
            fmt::print(stderr, "timonierctl: {}\n", say("Ctl", "connections go to the pod {} now", now.pod.pod));
        }
        before = now;
    }

private:
    const bool m_json;
};

} // namespace

void declarePortForward(QCommandLineParser &parser)
{
    declareNamespace(parser);
    parser.addOption({QStringLiteral("address"),
                      QCoreApplication::translate("Ctl", "The address of this computer to listen on; 127.0.0.1 if none is given."), QStringLiteral("IP")});
    declareOutput(parser, QStringLiteral("text, json"));
}

Outcome runPortForward(Invocation &invocation)
{
    const QCommandLineParser &options = invocation.options;
    const QString format = options.value(QStringLiteral("output"));
    if (!format.isEmpty() && format != QLatin1String("text") && format != QLatin1String("json"))
        return misused(QCoreApplication::translate("Ctl", "there is no output format “%1”").arg(format));
    if (invocation.arguments.size() < 2)
        return misused(QCoreApplication::translate("Ctl", "name a pod, a service or a workload, and a port"));
    const QString object = invocation.arguments.front();
    const qsizetype slash = object.indexOf(QLatin1Char('/'));
    const std::string kindName = slash < 0 ? std::string("pods") : object.left(slash).toStdString();
    const KindSpec *kind = typedKind(kindName);
    if (!kind || !canForwardTo(kind->resource.name))
        return misused(QCoreApplication::translate("Ctl", "no port can be forwarded to a “%1”").arg(QString::fromStdString(kindName)));
    std::vector<Wanted> ports;
    for (const QString &text : invocation.arguments.mid(1)) {
        const auto port = wanted(text);
        if (!port)
            return misused(QCoreApplication::translate("Ctl", "“%1” is no port: write 5555, 8080:80 or :80").arg(text));
        ports.push_back(*port);
    }
    const OpenContext connection = TRY_OUTCOME(invocation.session.connect(options.value(QStringLiteral("context")).toStdString()));
    ForwardOptions how;
    if (options.isSet(QStringLiteral("address")))
        how.address = options.value(QStringLiteral("address")).toStdString();

    Bell bell;
    Printer printer(format == QLatin1String("json"));
    std::vector<std::unique_ptr<PortForward>> forwards;
    for (const Wanted &port : ports) {
        how.port = port.local;
        const PortTarget target{.ns = namespaceOf(invocation, connection), .kind = kind->resource.name, .name = object.mid(slash + 1).toStdString(), .port = port.remote};
        forwards.push_back(TRY_OUTCOME(forwardPort(connection.transport, connection.streams, target, how, [&bell] { bell.ring(); }, invocation.stop)));
    }
    std::vector<ForwardStatus> last;
    for (std::size_t i = 0; i < forwards.size(); ++i) {
        printer.begun(*forwards[i], ports[i].remote);
        last.push_back(forwards[i]->status());
    }
    while (bell.wait(invocation.stop))
        for (std::size_t i = 0; i < forwards.size(); ++i)
            printer.status(*forwards[i], forwards[i]->status(), last[i]);
    return Interrupted;
}

} // namespace timonier::ctl
