#include "ctl/kinds.h"

#include "base/say.h"
#include "kube/discovery.h"

namespace timonier::ctl {

namespace {

Result<KindSpec> kindOf(Transport &transport, const std::string &name, std::stop_token stop)
{
    if (const KindSpec *known = typedKind(name))
        return *known;
    const Discovery discovery = TRY(discover(transport, stop));
    const Resource *resource = discovery.find(name);
    if (resource)
        return kindFor(*resource);
    std::string hint = say("Ctl", "See the kinds it has with `kubectl api-resources`");
    if (const std::string near = discovery.suggestion(name); !near.empty())
        hint = say("Ctl", "Did you mean “{}”?", near);
    for (const std::string &warning : discovery.warnings)
        hint += "; " + warning;
    return fail(ErrorKind::NotFound, say("Ctl", "The server has no kind “{}”", name), hint);
}

} // namespace

std::expected<Target, std::variant<Error, UsageError>> target(Invocation &invocation)
{
    using Failure_ = std::unexpected<std::variant<Error, UsageError>>;
    const auto misuse = [](const QString &text) { return Failure_(UsageError{text}); };
    if (invocation.arguments.isEmpty())
        return misuse(QCoreApplication::translate("Ctl", "which kind? For instance: pods"));
    QStringList names = invocation.arguments.mid(1);
    QString kindName = invocation.arguments.front();
    if (const qsizetype slash = kindName.indexOf(QLatin1Char('/')); slash >= 0) {
        names.prepend(kindName.mid(slash + 1));
        kindName.truncate(slash);
    }
    QCommandLineParser &options = invocation.options;
    const bool all = options.isSet(QStringLiteral("all-namespaces"));
    if (all && options.isSet(QStringLiteral("namespace")))
        return misuse(QCoreApplication::translate("Ctl", "-n and -A exclude each other"));
    if (all && !names.isEmpty())
        return misuse(QCoreApplication::translate("Ctl", "a name needs a namespace: use -n instead of -A"));
    if (!names.isEmpty() && options.isSet(QStringLiteral("selector")))
        return misuse(QCoreApplication::translate("Ctl", "names and -l exclude each other"));

    auto connection = invocation.session.connect(options.value(QStringLiteral("context")).toStdString());
    if (!connection)
        return Failure_(std::move(connection).error());
    auto kind = kindOf(*connection->transport, kindName.toStdString(), invocation.stop);
    if (!kind)
        return Failure_(std::move(kind).error());
    Target target{std::move(*connection), std::move(*kind), {}, {}};
    if (!all && target.kind.resource.namespaced) {
        target.scope.ns = options.isSet(QStringLiteral("namespace"))
                              ? options.value(QStringLiteral("namespace")).toStdString()
                              : target.connection.ns;
        if (target.scope.ns.empty())
            return misuse(QCoreApplication::translate("Ctl", "the namespace is empty: name one, or use -A"));
    }
    target.scope.labelSelector = options.value(QStringLiteral("selector")).toStdString();
    for (const QString &name : names)
        target.names.push_back(name.toStdString());
    if (target.names.size() == 1)
        target.scope.fieldSelector = "metadata.name=" + target.names.front();
    return target;
}

} // namespace timonier::ctl
