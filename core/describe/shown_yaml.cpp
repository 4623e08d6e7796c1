#include "describe/shown_yaml.h"

#include "base/say.h"
#include "kube/utf8.h"
#include "manifest/yaml_writer.h"

#include <QByteArray>

namespace timonier::describing {

namespace {

constexpr std::size_t longestText = 16 * 1024;
constexpr std::size_t longestYaml = 1024 * 1024;

std::size_t wholeCharacters(std::string_view text, std::size_t most)
{
    while (most > 0 && most < text.size() && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80)
        --most;
    return std::min(most, text.size());
}

void cutTexts(Json &value)
{
    if (value.is_string()) {
        auto &text = value.get_ref<std::string &>();
        if (text.size() <= longestText)
            return;
        const std::size_t size = text.size();
        text.resize(wholeCharacters(text, longestText / 16));
        text += "\n" + say("Core", "(cut here: {} KiB in all)", size / 1024);
    } else if (value.is_structured()) {
        for (auto &member : value)
            cutTexts(member);
    }
}

void mask(Json &object, std::string_view member, bool base64)
{
    const auto values = object.find(member);
    if (values == object.end())
        return;
    if (!values->is_object()) {
        *values = say("Core", "(hidden)");
        return;
    }
    for (auto &value : *values) {
        if (!value.is_string()) {
            value = say("Core", "(hidden)");
            continue;
        }
        std::string_view text = value.get_ref<const std::string &>();
        std::size_t size = text.size();
        if (base64) {
            while (text.ends_with('='))
                text.remove_suffix(1);
            size = text.size() * 3 / 4;
        }
        value = say("Core", "(hidden, {} bytes)", size);
    }
}

bool isText(std::string_view bytes)
{
    for (const char c : bytes)
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r')
            return false;
    return mendedUtf8(bytes).size() == bytes.size() && bytes.find("\xEF\xBF\xBD") == std::string_view::npos;
}

void decode(Json &object)
{
    const auto data = object.find("data");
    if (data == object.end() || !data->is_object())
        return;
    Json bytes = Json::object(), texts = Json::object();
    for (const auto &[key, value] : data->items()) {
        const auto decoded = value.is_string()
                                 ? QByteArray::fromBase64Encoding(QByteArray::fromStdString(value.get_ref<const std::string &>()),
                                                                  QByteArray::AbortOnBase64DecodingErrors)
                                 : QByteArray::FromBase64Result{};
        const std::string_view plain(decoded.decoded.constData(), static_cast<std::size_t>(decoded.decoded.size()));
        if (value.is_string() && decoded && isText(plain))
            texts[key] = plain;
        else
            bytes[key] = value;
    }
    if (texts.empty())
        return;
    if (bytes.empty())
        object.erase("data");
    else
        object["data"] = std::move(bytes);
    object["stringData"] = std::move(texts);
}

} // namespace

std::string shownYaml(Json object, std::string_view kind, bool revealed)
{
    if (kind == "Secret" && !revealed) {
        mask(object, "data", true);
        mask(object, "stringData", false);
    }
    if (kind == "Secret" && revealed)
        decode(object);
    cutTexts(object);
    std::string yaml = yamlText(object);
    if (yaml.size() > longestYaml) {
        const std::size_t size = yaml.size();
        yaml.resize(yaml.rfind('\n', longestYaml) + 1);
        yaml += "# " + say("Core", "(cut here: {} KiB in all)", size / 1024) + "\n";
    }
    return yaml;
}

} // namespace timonier::describing
