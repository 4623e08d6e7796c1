#include "ctl/app_values.h"

#include "base/paths.h"
#include "base/say.h"
#include "manifest/yaml_reader.h"
#include "manifest/yaml_writer.h"

#include <QFile>

#include <nlohmann/json.hpp>

namespace timonier::ctl {

namespace {

constexpr qint64 most = 1 << 20;

Result<std::string> contents(const QString &name)
{
    QFile file(name);
    if (!(name == QLatin1String("-") ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly)))
        return fail(ErrorKind::Io, say("Ctl", "{} cannot be read: {}", name.toStdString(), file.errorString().toStdString()));
    const QByteArray bytes = file.read(most + 1);
    if (bytes.size() > most)
        return fail(ErrorKind::TooLarge, say("Ctl", "{} is larger than 1 MB", name.toStdString()));
    return bytes.toStdString();
}

const form::Parameter *parameterOf(const catalog::Entry &entry, const std::string &id)
{
    const auto found = std::ranges::find(entry.parameters, id, &form::Parameter::id);
    return found == entry.parameters.end() ? nullptr : &*found;
}

Result<> put(const catalog::Entry &entry, form::Values &values, const std::string &id, std::string value)
{
    const form::Parameter *parameter = parameterOf(entry, id);
    if (parameter && parameter->type == form::Type::Secret)
        return fail(ErrorKind::Invalid, say("Ctl", "{} is a secret: here others could read it", id), say("Ctl", "Put it into a file that only you can read, and say --set-file {}=FILE; - is standard input", id));
    std::error_code error;
    const bool path = parameter && (form::isPath(parameter->type) || id == "source");
    if (path && std::filesystem::exists(toPath(value), error))
        value = toUtf8(std::filesystem::absolute(toPath(value), error));
    if (parameter && (parameter->type == form::Type::Lines || parameter->type == form::Type::Choices)) // "a,b" as one types it; a file has lines
        if (value.find('\n') == std::string::npos && parameter->type == form::Type::Choices)
            std::ranges::replace(value, ',', '\n');
    values.texts[id] = std::move(value);
    return {};
}

std::string textOf(const nlohmann::json &value)
{
    return value.is_string() ? value.get<std::string>() : value.is_null() ? std::string() : value.dump();
}

Result<> readFile(const catalog::Entry &entry, form::Values &values, const QString &name)
{
    const std::string yaml = TRY(contents(name));
    const YamlDocument document = TRY(readYamlDocument(yaml, name.toStdString(), 1));
    if (!document.value.is_object())
        return std::unexpected(Error{.kind = ErrorKind::Invalid, .message = say("Ctl", "a values file is a map: `replicas: 3`"), .context = {{"file", name.toStdString()}, {"line", "1"}}});
    for (const auto &[id, value] : document.value.items()) {
        std::string text = textOf(value);
        if (value.is_array()) {
            text.clear();
            for (const auto &one : value)
                text += (text.empty() ? "" : "\n") + textOf(one);
        }
        TRY(put(entry, values, id, std::move(text)));
    }
    return {};
}

Result<std::pair<std::string, std::string>> pairOf(const QString &argument, const char *option)
{
    const std::string text = argument.toStdString();
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        return fail(ErrorKind::Invalid, say("Ctl", "{} takes ID=VALUE, not “{}”", option, text));
    return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

} // namespace

Result<form::Values> valuesOf(const catalog::Entry &entry, const QCommandLineParser &options)
{
    form::Values values;
    for (const QString &file : options.values(QStringLiteral("filename")))
        TRY(readFile(entry, values, file));
    for (const QString &argument : options.values(QStringLiteral("set"))) {
        auto [id, value] = TRY(pairOf(argument, "--set"));
        const auto before = values.texts.find(id);
        const form::Parameter *parameter = parameterOf(entry, id);
        if (parameter && parameter->type == form::Type::Lines && before != values.texts.end() && options.values(QStringLiteral("filename")).isEmpty())
            value = before->second + "\n" + value; // --set env=A=1 --set env=B=2
        TRY(put(entry, values, id, std::move(value)));
    }
    for (const QString &argument : options.values(QStringLiteral("set-file"))) {
        const auto [id, name] = TRY(pairOf(argument, "--set-file"));
        const form::Parameter *parameter = parameterOf(entry, id);
        if (parameter && form::isPath(parameter->type)) {
            TRY(put(entry, values, id, name));
            continue;
        }
        std::string text = TRY(contents(QString::fromStdString(name)));
        while (text.ends_with('\n') || text.ends_with('\r')) // an editor's, not the secret's
            text.pop_back();
        if (parameter && parameter->type == form::Type::Secret)
            values.secrets[id] = Secret(std::move(text));
        else
            values.texts[id] = std::move(text);
    }
    form::switchOnForFiles(entry.parameters, values);
    return values;
}

std::string valuesText(const catalog::Entry &entry, const form::Values &values)
{
    nlohmann::ordered_json map = nlohmann::ordered_json::object();
    for (const form::Parameter &parameter : entry.parameters)
        if (const auto found = values.texts.find(parameter.id); found != values.texts.end())
            map[parameter.id] = found->second;
    return map.empty() ? std::string() : yamlText(map);
}

} // namespace timonier::ctl
