#include "ctl/commands.h"

#include "base/redact.h"

#include <QCoreApplication>

#include <nlohmann/json.hpp>

namespace timonier::ctl {

void declareContexts(QCommandLineParser &parser) { declareOutput(parser, QStringLiteral("table, json, name")); }

Outcome runContexts(Invocation &invocation)
{
    const QString format = invocation.options.value(QStringLiteral("output"));
    if (!format.isEmpty() && format != QLatin1String("table") && format != QLatin1String("json") &&
        format != QLatin1String("name"))
        return misused(QCoreApplication::translate("Ctl", "contexts cannot be printed as “%1”").arg(format));
    const Kubeconfig kubeconfig = TRY_OUTCOME(invocation.session.kubeconfig());
    const std::vector<ContextInfo> contexts = kubeconfig.contexts();
    for (const Error &problem : kubeconfig.problems())
        fmt::print(stderr, "timonierctl: {}\n", redact(problem.text()));

    if (format == QLatin1String("json")) {
        nlohmann::json list = nlohmann::json::array();
        for (const ContextInfo &context : contexts)
            list.push_back({{"name", context.name},
                            {"current", context.name == kubeconfig.currentContext()},
                            {"cluster", context.cluster},
                            {"user", context.user},
                            {"namespace", context.ns.empty() ? "default" : context.ns},
                            {"server", context.server},
                            {"insecureSkipTlsVerify", context.insecureSkipTlsVerify},
                            {"problem", context.problem ? nlohmann::json(redact(context.problem->text())) : nullptr}});
        fmt::print("{}\n", nlohmann::json{{"contexts", list}}.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
        return Success;
    }
    if (format == QLatin1String("name")) {
        for (const ContextInfo &context : contexts)
            fmt::print("{}\n", context.name);
        return Success;
    }
    std::size_t name = 4, cluster = 7, ns = 9;
    for (const ContextInfo &context : contexts) {
        name = std::max(name, context.name.size());
        cluster = std::max(cluster, context.cluster.size());
        ns = std::max(ns, context.ns.size());
    }
    fmt::print("{:<9}{:<{}}   {:<{}}   {:<{}}   SERVER\n", "CURRENT", "NAME", name, "CLUSTER", cluster, "NAMESPACE", ns);
    for (const ContextInfo &context : contexts) {
        fmt::print("{:<9}{:<{}}   {:<{}}   {:<{}}   {}{}\n", context.name == kubeconfig.currentContext() ? "*" : "",
                   context.name, name, context.cluster, cluster, context.ns.empty() ? "default" : context.ns, ns,
                   context.server, context.insecureSkipTlsVerify ? "  (certificate not checked)" : "");
        if (context.problem)
            fmt::print("         {}\n", redact(context.problem->text()));
    }
    return Success;
}

} // namespace timonier::ctl
