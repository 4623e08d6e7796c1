#include "ctl/pods.h"

#include "kube/containers.h"
#include "kube/fetch.h"
#include "kube/scope.h"

#include <QCoreApplication>

namespace timonier::ctl {

void declareNamespace(QCommandLineParser &parser)
{
    parser.addOption({{QStringLiteral("n"), QStringLiteral("namespace")},
                      QCoreApplication::translate("Ctl", "The namespace to look in, instead of the context's."), QStringLiteral("NS")});
}

void declareContainer(QCommandLineParser &parser)
{
    parser.addOption({{QStringLiteral("c"), QStringLiteral("container")},
                      QCoreApplication::translate("Ctl", "This container of the pod."), QStringLiteral("NAME")});
}

std::string namespaceOf(const Invocation &invocation, const OpenContext &connection)
{
    if (invocation.options.isSet(QStringLiteral("namespace")))
        return invocation.options.value(QStringLiteral("namespace")).toStdString();
    return connection.ns.empty() ? "default" : connection.ns;
}

Result<std::string> containerOf(const Invocation &invocation, const OpenContext &connection, const std::string &ns, const std::string &pod)
{
    if (invocation.options.isSet(QStringLiteral("container")))
        return invocation.options.value(QStringLiteral("container")).toStdString();
    const Response response = TRY(fetch(*connection.transport, {.path = "/api/v1/namespaces/" + percentEncoded(ns) + "/pods/" + percentEncoded(pod)}, invocation.stop));
    for (const ContainerBrief &container : TRY(readContainers(response.body)))
        if (container.isDefault)
            return container.name;
    return std::string();
}

QString podName(QString text)
{
    for (const char *prefix : {"pod/", "pods/", "po/"})
        if (text.startsWith(QLatin1String(prefix)))
            return text.section(QLatin1Char('/'), 1);
    return text;
}

} // namespace timonier::ctl
