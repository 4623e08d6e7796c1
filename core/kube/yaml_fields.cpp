#include "kube/yaml_fields.h"

#include "base/say.h"

#include <QByteArray>
#include <QStringDecoder>

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

namespace timonier {

namespace {

constexpr int maxDepth = 32;
constexpr int maxNodes = 10'000;

bool present(const YAML::Node &node) { return node.IsDefined() && !node.IsNull(); }

// Why the text is not base64, in words; none if it is.
std::optional<std::string> base64Problem(std::string_view text)
{
    if (text.starts_with("-----BEGIN"))
        return say("Core", "it is a PEM as it stands, and must be encoded once more");
    const std::size_t digits = std::min(text.find('='), text.size());
    const auto bad = std::ranges::find_if_not(text.substr(0, digits), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    });
    const auto position = static_cast<std::size_t>(bad - text.begin());
    if (position != digits)
        return say("Core", "the character at position {} does not belong there", position + 1);
    if (const std::size_t other = text.find_first_not_of('=', digits); other != text.npos)
        return say("Core", "it goes on after its end at position {}", digits + 1);
    if (text.size() % 4 != 0 || text.size() - digits > 2)
        return say("Core", "it is cut: its length, {}, is no multiple of four", text.size());
    return {};
}

nlohmann::json scalarJson(const YAML::Node &node)
{
    const std::string &text = node.Scalar();
    if (node.Tag() == "!") // quoted
        return text;
    if (bool flag = false; YAML::convert<bool>::decode(node, flag) && (text == "true" || text == "false"))
        return flag;
    if (const auto number = nlohmann::json::parse(text, nullptr, false); number.is_number())
        return number;
    return text;
}

// None when a limit is reached.
std::optional<nlohmann::json> treeJson(const YAML::Node &node, int depth, int &budget)
{
    if (depth > maxDepth || --budget < 0)
        return {};
    switch (node.Type()) {
    case YAML::NodeType::Undefined:
    case YAML::NodeType::Null: return nlohmann::json();
    case YAML::NodeType::Scalar: return scalarJson(node);
    case YAML::NodeType::Sequence: {
        auto all = nlohmann::json::array();
        for (const YAML::Node &item : node) {
            auto one = treeJson(item, depth + 1, budget);
            if (!one)
                return {};
            all.push_back(std::move(*one));
        }
        return all;
    }
    case YAML::NodeType::Map: {
        auto all = nlohmann::json::object();
        for (const auto &pair : node) {
            auto one = treeJson(pair.second, depth + 1, budget);
            if (!one || !pair.first.IsScalar())
                return {};
            all[pair.first.Scalar()] = std::move(*one);
        }
        return all;
    }
    }
    return {};
}

} // namespace

Result<std::string> yamlText(std::string_view bytes, const std::string &file)
{
    const auto refuse = [&](std::string message) {
        return std::unexpected(Error{.kind = ErrorKind::Invalid,
                                     .message = std::move(message),
                                     .hint = say("Core", "Save it as UTF-8 text"),
                                     .context = {{"file", file}}});
    };
    const QByteArrayView view(bytes.data(), static_cast<qsizetype>(bytes.size()));
    const auto encoding = QStringConverter::encodingForData(view, u'a');
    QStringDecoder decoder(encoding.value_or(QStringConverter::Utf8));
    const QString decoded = decoder.decode(view);
    if (decoder.hasError())
        return refuse(say("Core", "the file is not UTF-8 text"));
    std::string text = decoded.toStdString();
    const auto control = std::ranges::find_if(text, [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
    });
    if (control != text.end())
        return refuse(say("Core", "the file is not text: it holds a control character in line {}",
                          std::count(text.begin(), control, '\n') + 1));
    return text;
}

Result<YAML::Node> loadYaml(const std::string &text, const std::string &file)
{
    return YamlFields(file).guarded([&]() -> Result<YAML::Node> { return YAML::Load(text); });
}

Error YamlFields::at(const YAML::Mark &mark, std::string message, std::string hint) const
{
    Error error{.kind = ErrorKind::Invalid, .message = std::move(message), .hint = std::move(hint)};
    error.context.emplace_back("file", m_file);
    if (!mark.is_null()) {
        error.context.emplace_back("line", std::to_string(mark.line + 1));
        error.context.emplace_back("column", std::to_string(mark.column + 1));
    }
    return error;
}

Error YamlFields::error(const YAML::Node &node, std::string message, std::string hint) const
{
    return at(node.IsDefined() ? node.Mark() : YAML::Mark::null_mark(), std::move(message), std::move(hint));
}

Result<std::string> YamlFields::text(const YAML::Node &map, const char *field) const
{
    const YAML::Node node = map[field];
    if (!present(node))
        return std::string();
    if (!node.IsScalar())
        return std::unexpected(error(node, say("Core", "{} must be a text", field)));
    return node.Scalar();
}

Result<bool> YamlFields::flag(const YAML::Node &map, const char *field) const
{
    const YAML::Node node = map[field];
    if (!present(node))
        return false;
    bool value = false;
    if (!node.IsScalar() || !YAML::convert<bool>::decode(node, value))
        return std::unexpected(error(node, say("Core", "{} must be true or false", field)));
    return value;
}

Result<std::vector<std::string>> YamlFields::texts(const YAML::Node &map, const char *field) const
{
    std::vector<std::string> all;
    const YAML::Node nodes = TRY(list(map, field));
    if (nodes.IsDefined())
        for (const YAML::Node &node : nodes) {
            if (!node.IsScalar())
                return std::unexpected(error(node, say("Core", "{} must be a list of texts", field)));
            all.push_back(node.Scalar());
        }
    return all;
}

Result<std::string> YamlFields::data(const YAML::Node &map, const char *field) const
{
    std::string encoded = TRY(text(map, field));
    std::erase_if(encoded, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
    if (const auto problem = base64Problem(encoded))
        return std::unexpected(error(map[field], say("Core", "{} is not base64: {}", field, *problem),
                                     say("Core", "Fill it with what \"base64 -w0 FILE\" prints")));
    const QByteArray raw = QByteArray::fromRawData(encoded.data(), static_cast<qsizetype>(encoded.size()));
    return QByteArray::fromBase64(raw).toStdString();
}

Result<YAML::Node> YamlFields::list(const YAML::Node &map, const char *field) const
{
    const YAML::Node node = map[field];
    if (!present(node))
        return YAML::Node(YAML::NodeType::Undefined);
    if (!node.IsSequence())
        return std::unexpected(error(node, say("Core", "{} must be a list", field)));
    return node;
}

Result<YAML::Node> YamlFields::map(const YAML::Node &map, const char *field) const
{
    const YAML::Node node = map[field];
    if (!present(node))
        return YAML::Node(YAML::NodeType::Undefined);
    if (!node.IsMap())
        return std::unexpected(error(node, say("Core", "{} must be a map of fields", field)));
    return node;
}

Result<std::string> YamlFields::json(const YAML::Node &node) const
{
    int budget = maxNodes;
    const auto tree = treeJson(node, 0, budget);
    if (!tree)
        return std::unexpected(error(node, say("Core", "this is too deep or too large, or has keys that are not texts")));
    return tree->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace timonier
