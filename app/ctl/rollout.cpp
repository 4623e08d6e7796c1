// timonierctl rollout: a strategy run on a live cluster, seen, steered and taken back.
#include "ctl/commands.h"
#include "ctl/rollout_printer.h"

#include "base/pause.h"
#include "base/say.h"
#include "strategy/executor/driver.h"
#include "strategy/executor/history.h"

#include <QCoreApplication>
#include <QFile>

#include <nlohmann/json.hpp>

#include <atomic>
#include <functional>
#include <optional>
#include <stop_token>
#include <thread>

namespace timonier::ctl {

namespace {

using namespace rollout;

struct Aim {
    OpenContext connection;
    std::string ns{}, deployment{};
};

// The namespace, and the Deployment that the arguments name ("web", "deployment/web", "deploy/web").
Result<Aim> aim(Invocation &invocation, QString name)
{
    Aim aim{.connection = TRY(invocation.session.connect(invocation.options.value(QStringLiteral("context")).toStdString()))};
    aim.ns = invocation.options.isSet(QStringLiteral("namespace")) ? invocation.options.value(QStringLiteral("namespace")).toStdString() : aim.connection.ns;
    if (aim.ns.empty())
        aim.ns = "default";
    aim.deployment = name.mid(name.indexOf(QLatin1Char('/')) + 1).toStdString();
    return aim;
}

// The plan of a file, or of NAME, --strategy and --to; --set changes a field of either ("checks.http.path=/healthz").
std::expected<Plan, std::variant<Error, UsageError>> planOf(Invocation &invocation, const std::string &ns)
{
    const QCommandLineParser &options = invocation.options;
    const auto wrong = [](Error error) { return std::unexpected(std::variant<Error, UsageError>(std::move(error))); };
    nlohmann::json plan = nlohmann::json::object();
    std::string file = "the arguments";
    if (options.isSet(QStringLiteral("filename"))) {
        file = options.value(QStringLiteral("filename")).toStdString();
        QFile source(options.value(QStringLiteral("filename")));
        const bool opened = file == "-" ? source.open(stdin, QIODevice::ReadOnly) : source.open(QIODevice::ReadOnly);
        if (!opened)
            return wrong({.kind = ErrorKind::Io, .message = say("Ctl", "{} cannot be read: {}", file, source.errorString().toStdString())});
        const std::string text = source.read(1 << 20).toStdString();
        auto read = readPlan(text, file);
        if (!read)
            return wrong(std::move(read).error());
        if (!options.isSet(QStringLiteral("set")) && !options.isSet(QStringLiteral("to")) && !options.isSet(QStringLiteral("strategy"))) {
            if (read->ns.empty())
                read->ns = ns;
            return *read;
        }
        plan = nlohmann::json::parse(planText(*read));
    } else {
        const QString name = invocation.arguments.at(1);
        plan["deployment"] = name.mid(name.indexOf(QLatin1Char('/')) + 1).toStdString();
    }
    if (options.isSet(QStringLiteral("strategy")))
        plan["strategy"] = options.value(QStringLiteral("strategy")).toStdString();
    for (const QString &change : options.values(QStringLiteral("to"))) {
        const qsizetype equals = change.indexOf(QLatin1Char('='));
        const QString container = change.left(equals);
        if (equals < 1 || change.size() == equals + 1)
            return std::unexpected(misused(QCoreApplication::translate("Ctl", "--to takes image=NAME, or CONTAINER=NAME")).error());
        if (container == QLatin1String("image"))
            plan["image"] = change.mid(equals + 1).toStdString();
        else
            plan["images"][container.toStdString()] = change.mid(equals + 1).toStdString();
    }
    for (const QString &change : options.values(QStringLiteral("set"))) {
        const qsizetype equals = change.indexOf(QLatin1Char('='));
        if (equals < 1)
            return std::unexpected(misused(QCoreApplication::translate("Ctl", "--set takes KEY=VALUE, and “%1” is none").arg(change)).error());
        nlohmann::json::json_pointer where("/" + change.left(equals).replace(QLatin1Char('.'), QLatin1Char('/')).toStdString());
        const std::string value = change.mid(equals + 1).toStdString();
        const bool isList = where.back() == "steps";
        try {
            if (!isList) {
                plan[where] = value;
            } else {
                plan[where] = nlohmann::json::array();
                for (const QString &one : change.mid(equals + 1).split(QLatin1Char(',')))
                    plan[where].push_back(one.toStdString());
            }
        } catch (const nlohmann::json::exception &) {
            return std::unexpected(misused(QCoreApplication::translate("Ctl", "--set: “%1” is no field of a plan").arg(change.left(equals))).error());
        }
    }
    auto read = readPlan(plan.dump(), file);
    if (!read)
        return wrong(std::move(read).error());
    if (read->ns.empty() || options.isSet(QStringLiteral("namespace")))
        read->ns = ns;
    return *read;
}

// The invocation's stop, and also one after --wait: a roll-out is then left where it stands.
class Patience
{
public:
    Patience(std::stop_token stop, std::optional<std::chrono::milliseconds> wait) : m_forward(std::move(stop), [this] { m_source.request_stop(); })
    {
        if (wait)
            m_timer = std::jthread([this, wait = *wait](std::stop_token ended) {
                if (pause(wait, ended)) {
                    m_ranOut = true;
                    m_source.request_stop();
                }
            });
    }
    std::stop_token stop() const { return m_source.get_token(); }
    bool ranOut() const { return m_ranOut; }

private:
    std::stop_source m_source;
    std::atomic<bool> m_ranOut = false;
    std::stop_callback<std::function<void()>> m_forward;
    std::jthread m_timer;
};

Outcome ended(Result<End> end, const Patience &patience, const RolloutPrinter &printer, const std::string &history, bool backIsGood, const std::string &deployment)
{
    if (!end)
        return failed(std::move(end).error());
    if (!history.empty())
        fmt::print(stderr, "{}\n", say("Ctl", "What it told is kept in {}", history));
    switch (*end) {
    case End::Finished: return Success;
    case End::WentBack:
        if (backIsGood)
            return Success;
        return failed({.kind = ErrorKind::Conflict, .message = say("Ctl", "the roll-out went back: {}", printer.why()),
                       .hint = say("Ctl", "The old version runs; nothing was left behind.")});
    case End::LeftStanding:
        fmt::print(stderr, "timonierctl: {}\n  {}\n", say("Ctl", "the roll-out is left where it stands"),
                   say("Ctl", "Go on with `timonierctl rollout resume {0}`, or back with `timonierctl rollout abort {0}`.", deployment));
        return patience.ranOut() ? WaitRanOut : Interrupted;
    }
    return Failure;
}

std::optional<std::chrono::milliseconds> waitOf(const Invocation &invocation)
{
    return parseDuration(invocation.options.value(QStringLiteral("wait")));
}

Outcome runPrepared(Invocation &invocation, const Aim &aim, const Prepared &prepared)
{
    RolloutPrinter printer(invocation.options.value(QStringLiteral("output")) == QLatin1String("json"));
    printer.prepared(prepared, invocation.options.isSet(QStringLiteral("dry-run")));
    if (!prepared.ok())
        return failed(prepared.refusal());
    if (invocation.options.isSet(QStringLiteral("dry-run")))
        return Success;
    History history([&](const Progress &progress) { printer.progress(progress); });
    const Patience patience(invocation.stop, waitOf(invocation));
    auto end = start(*aim.connection.transport, prepared, whoIAm(), history.sink(), patience.stop());
    printer.finish();
    return ended(std::move(end), patience, printer, history.path(), false, prepared.plan.deployment);
}

Outcome drive(Invocation &invocation, const Aim &aim, bool backIsGood)
{
    RolloutPrinter printer(invocation.options.value(QStringLiteral("output")) == QLatin1String("json"));
    History history([&](const Progress &progress) { printer.progress(progress); });
    Self self = whoIAm();
    self.takeOver = invocation.options.isSet(QStringLiteral("take-over"));
    const Patience patience(invocation.stop, waitOf(invocation));
    auto end = resume(*aim.connection.transport, aim.ns, aim.deployment, self, history.sink(), patience.stop());
    printer.finish();
    return ended(std::move(end), patience, printer, history.path(), backIsGood, aim.deployment);
}

Outcome giveOrder(Invocation &invocation, const Aim &aim, Order order)
{
    const bool takeOver = invocation.options.isSet(QStringLiteral("take-over"));
    const bool taken = TRY_OUTCOME(give(*aim.connection.transport, aim.ns, aim.deployment, order, invocation.stop));
    if (taken && !takeOver) {
        fmt::print("{}\n", say("Ctl", "whoever drives the roll-out has taken the order"));
        return Success;
    }
    fmt::print(stderr, "{}\n", say("Ctl", "nobody drives this roll-out: this program does it now"));
    return drive(invocation, aim, order == Order::Abort);
}

Outcome showStatus(Invocation &invocation)
{
    const bool json = invocation.options.value(QStringLiteral("output")) == QLatin1String("json");
    const Aim where = TRY_OUTCOME(aim(invocation, invocation.arguments.value(1)));
    RolloutPrinter printer(json);
    if (!where.deployment.empty()) {
        printer.status(TRY_OUTCOME(status(*where.connection.transport, where.ns, where.deployment, invocation.stop)));
        return Success;
    }
    const auto all = TRY_OUTCOME(underWay(*where.connection.transport, invocation.options.isSet(QStringLiteral("all-namespaces")) ? std::string() : where.ns, invocation.stop));
    for (const auto &[ns, deployment] : all)
        printer.status(TRY_OUTCOME(status(*where.connection.transport, ns, deployment, invocation.stop)));
    if (all.empty() && !json)
        fmt::print(stderr, "{}\n", say("Ctl", "no roll-out is under way"));
    return Success;
}

} // namespace

void declareRollout(QCommandLineParser &parser)
{
    parser.addOption({{QStringLiteral("f"), QStringLiteral("filename")}, QCoreApplication::translate("Ctl", "A file with the plan, YAML or JSON; - for the standard input."), QStringLiteral("PLAN")});
    parser.addOption({{QStringLiteral("n"), QStringLiteral("namespace")}, QCoreApplication::translate("Ctl", "The namespace to look in, instead of the context's."), QStringLiteral("NS")});
    parser.addOption({{QStringLiteral("A"), QStringLiteral("all-namespaces")}, QCoreApplication::translate("Ctl", "Look in every namespace.")});
    parser.addOption({QStringLiteral("strategy"), QCoreApplication::translate("Ctl", "recreate, rolling, blue-green, canary, ab or shadow."), QStringLiteral("NAME")});
    parser.addOption({QStringLiteral("to"), QCoreApplication::translate("Ctl", "The new version: image=NAME, or CONTAINER=NAME. May be given again."), QStringLiteral("CHANGE")});
    parser.addOption({QStringLiteral("set"), QCoreApplication::translate("Ctl", "A field of the plan, such as steps=10,50 or pause=manual or checks.http.path=/healthz. May be given again."), QStringLiteral("KEY=VALUE")});
    parser.addOption({QStringLiteral("dry-run"), QCoreApplication::translate("Ctl", "Check everything and say what would be done; change nothing.")});
    parser.addOption({QStringLiteral("full"), QCoreApplication::translate("Ctl", "promote: all the way, not only to the next step.")});
    parser.addOption({QStringLiteral("take-over"), QCoreApplication::translate("Ctl", "The program that drove it is known to be no more: do not wait to see.")});
    parser.addOption({QStringLiteral("wait"), QCoreApplication::translate("Ctl", "Leave it where it stands after this time, such as 10m, and exit 3."), QStringLiteral("TIME")});
    declareOutput(parser, QStringLiteral("text, json"));
}

Outcome runRollout(Invocation &invocation)
{
    const QString verb = invocation.arguments.value(0);
    const QString format = invocation.options.value(QStringLiteral("output"));
    if (!QStringList{{}, QStringLiteral("text"), QStringLiteral("json")}.contains(format))
        return misused(QCoreApplication::translate("Ctl", "a roll-out cannot be told as “%1”").arg(format));
    if (invocation.options.isSet(QStringLiteral("wait")) && !waitOf(invocation))
        return misused(QCoreApplication::translate("Ctl", "--wait takes a time such as 90s or 5m"));
    const qsizetype names = invocation.arguments.size() - 1;
    if (verb == QLatin1String("status") && names <= 1)
        return showStatus(invocation);
    const bool fromFile = verb == QLatin1String("start") && invocation.options.isSet(QStringLiteral("filename"));
    if (names != (fromFile ? 0 : 1))
        return misused(QCoreApplication::translate("Ctl", "say start, status, promote, pause, resume, abort or undo, and a Deployment (or start -f PLAN)"));
    const Aim where = TRY_OUTCOME(aim(invocation, invocation.arguments.value(1)));
    if (verb == QLatin1String("start")) {
        const auto plan = planOf(invocation, where.ns);
        if (!plan)
            return std::unexpected(plan.error());
        return runPrepared(invocation, where, TRY_OUTCOME(prepare(*where.connection.transport, *plan, invocation.stop)));
    }
    if (verb == QLatin1String("resume")) {
        const Progress now = TRY_OUTCOME(status(*where.connection.transport, where.ns, where.deployment, invocation.stop));
        return now.phase == "paused" ? giveOrder(invocation, where, Order::Resume) : drive(invocation, where, true);
    }
    if (verb == QLatin1String("pause"))
        return giveOrder(invocation, where, Order::Pause);
    if (verb == QLatin1String("promote"))
        return giveOrder(invocation, where, invocation.options.isSet(QStringLiteral("full")) ? Order::PromoteAll : Order::Promote);
    if (verb == QLatin1String("abort"))
        return giveOrder(invocation, where, Order::Abort);
    if (verb == QLatin1String("undo")) {
        // One that is under way is taken back; one that is over is rolled back to the version before.
        if (status(*where.connection.transport, where.ns, where.deployment, invocation.stop))
            return giveOrder(invocation, where, Order::Abort);
        return runPrepared(invocation, where, TRY_OUTCOME(prepareUndo(*where.connection.transport, where.ns, where.deployment, invocation.stop)));
    }
    return misused(QCoreApplication::translate("Ctl", "there is no “rollout %1”").arg(verb));
}

} // namespace timonier::ctl
