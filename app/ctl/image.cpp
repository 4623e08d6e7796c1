// timonierctl image: an image of one's own, built and brought to where it runs; and the password of its registry.
#include "ctl/commands.h"
#include "ctl/password.h"
#include "ctl/plan_commands.h"

#include "base/say.h"
#include "image/image_spec.h"
#include "image/registry_login.h"
#include "session/images.h"

#include <QCoreApplication>

#include <nlohmann/json.hpp>

namespace timonier::ctl {

namespace {

using namespace plan;

Outcome logIn(Invocation &invocation, const std::string &registry)
{
    const std::string user = invocation.options.value(QStringLiteral("user")).toStdString();
    if (user.empty())
        return misused(QCoreApplication::translate("Ctl", "image login needs --user"));
    const Secret password = TRY_OUTCOME(askPassword(say("Ctl", "Password of {} at {}: ", user, registry)));
    const auto store = systemSecretStore();
    TRY_OUTCOME(store->write(image::passwordKey(registry, user), password));
    fmt::print("{}\n", say("Ctl", "the password of {} at {} is kept in the system's own store", user, registry));
    return Success;
}

Outcome tell(Invocation &invocation, const Plan &plan)
{
    const auto journal = TRY_OUTCOME(journalIfAny());
    const auto steps = TRY_OUTCOME(foresee(plan, journal.get(), invocation.stop));
    if (wantsJson(invocation)) {
        const nlohmann::ordered_json document = {{"title", plan.title}, {"target", plan.target}, {"steps", nlohmann::ordered_json::parse(stepsJson(plan, steps))}};
        fmt::print("{}\n", document.dump());
    } else {
        fmt::print("{}\n", plan.title);
        printSteps(plan, steps);
    }
    return Success;
}

Outcome logOut(Invocation &invocation, const std::string &registry)
{
    const std::string user = invocation.options.value(QStringLiteral("user")).toStdString();
    if (user.empty())
        return misused(QCoreApplication::translate("Ctl", "image logout needs --user"));
    TRY_OUTCOME(systemSecretStore()->remove(image::passwordKey(registry, user)));
    return Success;
}

} // namespace

void declareImage(QCommandLineParser &parser)
{
    declareOutput(parser, QStringLiteral("text, json"));
    parser.addOption({{QStringLiteral("f"), QStringLiteral("filename")}, QCoreApplication::translate("Ctl", "The spec of the image."), QStringLiteral("SPEC.yaml")});
    parser.addOption({QStringLiteral("user"), QCoreApplication::translate("Ctl", "login, logout: whose password it is."), QStringLiteral("NAME")});
}

Outcome runImage(Invocation &invocation)
{
    const QString verb = invocation.arguments.value(0);
    const bool signs = verb == QLatin1String("login") || verb == QLatin1String("logout");
    if (signs && invocation.arguments.size() == 2) {
        const std::string registry = invocation.arguments[1].toStdString();
        return verb == QLatin1String("login") ? logIn(invocation, registry) : logOut(invocation, registry);
    }
    if ((verb != QLatin1String("plan") && verb != QLatin1String("build")) || invocation.arguments.size() != 1 || !invocation.options.isSet(QStringLiteral("filename")))
        return misused(QCoreApplication::translate("Ctl", "say plan or build and -f SPEC.yaml, or login or logout, a registry and --user"));
    const SpecFile file = TRY_OUTCOME(readSpecFile(invocation.options.value(QStringLiteral("filename"))));
    const Plan plan = TRY_OUTCOME(planOfImage(invocation.session, file.text, file.name));
    if (verb == QLatin1String("plan"))
        return tell(invocation, plan);
    const auto journal = TRY_OUTCOME(openJournal());
    return runPlan(invocation, [&](Runner &runner, const Sink &sink) { return runner.run(plan, sink, invocation.stop); }, *journal);
}

} // namespace timonier::ctl
