#include "tools/tool_spec.h"

#include "base/paths.h"
#include "base/say.h"

#include <nlohmann/json.hpp>

#include <QFile>
#include <QSysInfo>

#include <charconv>

namespace timonier {

namespace {

using Json = nlohmann::json;

Error wrong(const std::string &where, const std::string &field, std::string message)
{
    return Error{.kind = ErrorKind::Invalid, .message = std::move(message)}.with("file", where).with("field", field);
}

bool isSum(std::string_view text)
{
    return text.size() == 64 && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// Names and versions become part of a path.
bool isPlain(std::string_view text)
{
    return !text.empty() && text.front() != '.' && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '.'; });
}

std::string textOf(const Json &object, const char *key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<ToolFile> fileOf(const Json &json, const std::string &where, const std::string &field)
{
    if (!json.is_object())
        return std::unexpected(wrong(where, field, say("Core", "a file of a tool is an object")));
    ToolFile file{textOf(json, "os"), textOf(json, "arch"), textOf(json, "url"), textOf(json, "sha256"), textOf(json, "sumUrl"), textOf(json, "entry")};
    if (file.os.empty() || file.arch.empty())
        return std::unexpected(wrong(where, field, say("Core", "a file of a tool says for which os and arch it is")));
    if (!file.url.starts_with("https://") || (!file.sumUrl.empty() && !file.sumUrl.starts_with("https://")))
        return std::unexpected(wrong(where, field + ".url", say("Core", "tools come by https only")));
    if (file.sha256.empty() ? file.sumUrl.empty() : !isSum(file.sha256))
        return std::unexpected(wrong(where, field + ".sha256", say("Core", "a file of a tool has its SHA-256 as 64 small hexadecimal digits, or sumUrl, where they are published")));
    return file;
}

Result<ToolSpec> specOf(const Json &json, const std::string &where, const std::string &field)
{
    if (!json.is_object())
        return std::unexpected(wrong(where, field, say("Core", "a tool is an object")));
    ToolSpec spec{.name = textOf(json, "name"), .version = textOf(json, "version"), .least = textOf(json, "least"), .record = textOf(json, "record")};
    if (!isPlain(spec.name))
        return std::unexpected(wrong(where, field + ".name", say("Core", "a tool has a name of small letters and digits")));
    if (versionIn(spec.version) != spec.version)
        return std::unexpected(wrong(where, field + ".version", say("Core", "a tool has a version such as 1.2.3")));
    if (spec.least.empty())
        spec.least = spec.version;
    if (versionIn(spec.least) != spec.least)
        return std::unexpected(wrong(where, field + ".least", say("Core", "a tool has a version such as 1.2.3")));
    if (const auto ask = json.find("ask"); ask != json.end() && ask->is_array())
        for (const Json &argument : *ask)
            if (argument.is_string())
                spec.ask.push_back(argument.get<std::string>());
    if (spec.ask.empty())
        return std::unexpected(wrong(where, field + ".ask", say("Core", "a tool has arguments that make it print its version")));
    if (const auto files = json.find("files"); files != json.end() && files->is_array())
        for (std::size_t i = 0; i < files->size(); ++i)
            spec.files.push_back(TRY(fileOf((*files)[i], where, field + ".files[" + std::to_string(i) + "]")));
    return spec;
}

} // namespace

const ToolFile *ToolSpec::fileFor(std::string_view os, std::string_view arch) const
{
    const auto found = std::ranges::find_if(files, [&](const ToolFile &file) { return file.os == os && file.arch == arch; });
    return found == files.end() ? nullptr : &*found;
}

Result<std::vector<ToolSpec>> readToolSpecs(std::string_view json, const std::string &where)
{
    const Json root = Json::parse(json, nullptr, false);
    if (root.is_discarded() || !root.is_object() || !root.contains("tools") || !root["tools"].is_array())
        return std::unexpected(wrong(where, "tools", say("Core", "this is no JSON with a list of tools")));
    std::vector<ToolSpec> specs;
    for (std::size_t i = 0; i < root["tools"].size(); ++i)
        specs.push_back(TRY(specOf(root["tools"][i], where, "tools[" + std::to_string(i) + "]")));
    return specs;
}

Result<std::vector<ToolSpec>> toolSpecs(const std::filesystem::path &file)
{
    QFile own(QStringLiteral(":/tools/tools.json"));
    if (!own.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Internal, say("Core", "the list of tools is missing from this program"));
    std::vector<ToolSpec> specs = TRY(readToolSpecs(own.readAll().toStdString(), "tools.json"));
    const std::string name = toUtf8(file);
    QFile theirs(QString::fromStdString(name));
    if (name.empty() || !theirs.exists())
        return specs;
    if (!theirs.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Io, say("Core", "{} cannot be read: {}", name, theirs.errorString().toStdString()));
    for (ToolSpec &spec : TRY(readToolSpecs(theirs.readAll().toStdString(), name))) {
        std::erase_if(specs, [&](const ToolSpec &one) { return one.name == spec.name; });
        specs.push_back(std::move(spec));
    }
    return specs;
}

std::string thisOs()
{
#ifdef _WIN32
    return "windows";
#else
    return QSysInfo::kernelType().toStdString();
#endif
}

std::string thisArch()
{
    const std::string cpu = QSysInfo::currentCpuArchitecture().toStdString();
    return cpu == "x86_64" ? "amd64" : cpu;
}

std::optional<std::string> versionIn(std::string_view text)
{
    std::optional<std::string> two; // "v3.22": a build of somebody's own
    const auto isDigit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
    const auto isLetter = [&](std::size_t i) { return (text[i] >= 'a' && text[i] <= 'z') || (text[i] >= 'A' && text[i] <= 'Z') || text[i] == '.'; };
    for (std::size_t begin = 0; begin < text.size(); ++begin) {
        if (!isDigit(begin) || (begin > 0 && isDigit(begin - 1)))
            continue;
        // A "v" of its own may stand before it, no other letter.
        if (begin > 0 && isLetter(begin - 1) && !(text[begin - 1] == 'v' && (begin == 1 || !isLetter(begin - 2))))
            continue;
        std::size_t end = begin;
        int parts = 0;
        for (; parts < 3 && isDigit(end); ++parts) {
            while (isDigit(end))
                ++end;
            if (parts < 2 && end < text.size() && text[end] == '.')
                ++end;
        }
        const std::string_view found = text.substr(begin, end - begin);
        if (parts == 3)
            return std::string(found);
        if (parts == 2 && !found.ends_with('.') && !two && begin > 0 && text[begin - 1] == 'v')
            two = std::string(found) + ".0";
    }
    return two;
}

bool isAtLeast(std::string_view version, std::string_view least)
{
    const auto parts = [](std::string_view text) {
        std::array<std::uint64_t, 3> numbers{};
        for (std::uint64_t &number : numbers) {
            const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
            text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
            if (text.starts_with('.'))
                text.remove_prefix(1);
        }
        return numbers;
    };
    return parts(version) >= parts(least);
}

} // namespace timonier
