#include "app_values.h"

#include <QCoreApplication>

#include <yaml-cpp/yaml.h>

namespace timonier {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(AppWizard)
};

constexpr const char *nameId = "name", *namespaceId = "namespace"; // what a template calls ${name} and ${namespace}

QString shown(const std::string &text) { return QString::fromStdString(text); }
std::string said(const QString &text) { return text.toStdString(); }

std::string textIn(const std::vector<form::Parameter> &all, const form::Values &values, const char *id)
{
    const auto found = std::ranges::find(all, id, &form::Parameter::id);
    return found == all.end() ? std::string() : form::valueOf(*found, values);
}

} // namespace

std::vector<form::Parameter> app_values::parametersOf(const catalog::Entry &entry)
{
    std::vector<form::Parameter> all{
        {.id = nameId, .title = said(Words::tr("Name")), .help = said(Words::tr("What this one is called; a second one beside it needs another name.")), .type = form::Type::Name, .initial = entry.id, .required = true}};
    if (entry.ns.empty()) // others live where their makers put them
        all.push_back({.id = namespaceId, .title = said(Words::tr("Namespace")), .help = said(Words::tr("It is made where it is missing.")), .type = form::Type::Name, .initial = "default", .required = true});
    all.insert(all.end(), entry.parameters.begin(), entry.parameters.end());
    return all;
}

catalog::AppRequest app_values::requestOf(const catalog::Entry &entry, const std::vector<form::Parameter> &parameters, const form::Values &values)
{
    catalog::AppRequest request{.entry = entry.id, .set = {.ns = textIn(parameters, values, namespaceId), .name = textIn(parameters, values, nameId)}, .values = values};
    request.values.texts.erase(nameId);
    request.values.texts.erase(namespaceId);
    return catalog::completed(entry, std::move(request));
}

std::string app_values::textOf(const catalog::Entry &entry, const std::vector<form::Parameter> &parameters, const form::Values &values)
{
    YAML::Emitter out;
    out << YAML::BeginMap;
    for (const form::Parameter &parameter : entry.parameters) {
        const std::string &value = form::valueOf(parameter, values);
        if (parameter.type == form::Type::Secret || !form::isAsked(parameter, parameters, values) || value == parameter.initial)
            continue;
        out << YAML::Key << parameter.id << YAML::Value;
        if (value.find('\n') != std::string::npos)
            out << YAML::Literal;
        out << value;
    }
    out << YAML::EndMap;
    return std::string(out.c_str()) + "\n";
}

Result<form::Values> app_values::valuesOf(const catalog::Entry &entry, const std::vector<form::Parameter> &parameters, const std::string &text, const std::string &file)
{
    const auto wrong = [&](std::string words, const YAML::Mark &mark) {
        return std::unexpected(Error{.kind = ErrorKind::Invalid, .message = std::move(words), .context = {{"file", file}, {"line", std::to_string(mark.line + 1)}}});
    };
    try {
        const YAML::Node root = YAML::Load(text);
        if (!root.IsMap())
            return wrong(said(Words::tr("it is no file of parameters")), root.Mark());
        form::Values values;
        for (const auto &line : root) {
            const std::string id = line.first.as<std::string>();
            const auto parameter = std::ranges::find(parameters, id, &form::Parameter::id);
            if (parameter == parameters.end())
                return wrong(said(Words::tr("%1 has no parameter %2", "an application").arg(shown(entry.title), shown(id))), line.first.Mark());
            if (parameter->type == form::Type::Secret)
                return wrong(said(Words::tr("%1 is a secret: it does not belong into a file like this").arg(shown(id))), line.first.Mark());
            if (line.second.IsSequence()) {
                std::string lines;
                for (const YAML::Node &one : line.second)
                    lines += (lines.empty() ? "" : "\n") + one.as<std::string>();
                values.texts[id] = lines;
            } else {
                values.texts[id] = line.second.IsNull() ? std::string() : line.second.as<std::string>();
            }
        }
        return values;
    } catch (const YAML::Exception &found) {
        return wrong(found.msg, found.mark);
    }
}

QString app_values::commandLine(const catalog::AppRequest &wanted, const std::string &text, const form::Values &values, const QString &context, const QString &file)
{
    QString line = QStringLiteral("timonierctl --context ") + context + QStringLiteral(" app deploy ") + shown(wanted.entry);
    if (wanted.set.name != wanted.entry)
        line += QStringLiteral(" --name ") + shown(wanted.set.name);
    line += QStringLiteral(" -n ") + shown(wanted.set.ns);
    if (!text.starts_with("{}"))
        line += QStringLiteral(" -f ") + file;
    for (const auto &[id, secret] : values.secrets)
        if (!secret.empty())
            line += QStringLiteral(" --set-file ") + shown(id) + QStringLiteral("=-"); // never in an argument
    return line;
}

} // namespace timonier
