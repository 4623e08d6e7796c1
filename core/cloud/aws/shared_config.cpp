#include "cloud/aws/shared_config.h"

#include "base/paths.h"
#include "base/say.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace timonier::aws {

namespace {

std::string trimmed(std::string_view text)
{
    const std::size_t begin = std::min(text.find_first_not_of(" \t\r"), text.size());
    text.remove_prefix(begin);
    return std::string(text.substr(0, text.find_last_not_of(" \t\r") + 1));
}

std::string upper(std::string text)
{
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return text;
}

// Where a section's lines go; nothing: of a kind that is not known here.
Section *sectionOf(SharedConfig &config, const std::string &title, bool isCredentials)
{
    if (isCredentials)
        return &config.profiles[title];
    const std::size_t blank = title.find_first_of(" \t");
    const std::string kind = title.substr(0, blank);
    std::string name = blank == std::string::npos ? "" : trimmed(title.substr(blank));
    if (name.size() > 1 && (name.front() == '"' || name.front() == '\'') && name.back() == name.front())
        name = name.substr(1, name.size() - 2);
    if (title == "default")
        return &config.profiles[title];
    return name.empty() ? nullptr : kind == "profile" ? &config.profiles[name] : kind == "sso-session" ? &config.ssoSessions[name] : kind == "services" ? &config.services[name] : nullptr;
}

Result<std::string> textOf(const std::filesystem::path &file)
{
    std::error_code error;
    if (!std::filesystem::exists(file, error))
        return std::string();
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in)
        return fail(ErrorKind::Io, say("Core", "{} cannot be read", toUtf8(file)));
    return text.str();
}

// "~/x" as the tools take it.
std::filesystem::path fileOf(const Environment &environment, const char *name, const std::filesystem::path &home, const char *usual)
{
    const std::string given(variable(environment, name));
    if (given.empty())
        return home / ".aws" / usual;
    return given.starts_with("~/") ? home / toPath(given.substr(2)) : toPath(given);
}

} // namespace

Result<> addConfig(SharedConfig &config, const std::string &text, const std::string &file, bool isCredentials)
{
    std::istringstream lines(text);
    std::string line, nest;
    Section *section = nullptr;
    bool inSection = false;
    for (int number = 1; std::getline(lines, line); ++number) {
        const std::string plain = trimmed(line);
        if (plain.empty() || plain.front() == '#' || plain.front() == ';')
            continue;
        const auto wrong = [&] {
            return std::unexpected(Error{.kind = ErrorKind::Invalid, .message = say("Core", "this is no line of an AWS configuration"), .context = {{"file", file}, {"line", std::to_string(number)}}});
        };
        if (plain.front() == '[') {
            const std::size_t end = plain.find(']');
            if (end == std::string::npos)
                return wrong();
            section = sectionOf(config, trimmed(plain.substr(1, end - 1)), isCredentials);
            inSection = true;
            nest.clear();
            continue;
        }
        const std::size_t equals = plain.find('=');
        const bool indented = line.front() == ' ' || line.front() == '\t';
        if (!inSection || (equals == std::string::npos && !indented))
            return wrong();
        if (!section || equals == std::string::npos) // a value that goes on in the next line: none that is read here does
            continue;
        std::string key = trimmed(plain.substr(0, equals));
        std::string value = trimmed(plain.substr(equals + 1));
        if (indented && !nest.empty())
            key = nest + "." + key;
        else
            nest = value.empty() ? key : std::string();
        (*section)[key] = std::move(value);
    }
    return {};
}

Result<SharedConfig> readSharedConfig(const Environment &environment, const std::filesystem::path &home)
{
    SharedConfig config;
    const auto main = fileOf(environment, "AWS_CONFIG_FILE", home, "config"), keys = fileOf(environment, "AWS_SHARED_CREDENTIALS_FILE", home, "credentials");
    const std::string mainText = TRY(textOf(main)), keysText = TRY(textOf(keys));
    TRY(addConfig(config, mainText, toUtf8(main), false));
    TRY(addConfig(config, keysText, toUtf8(keys), true));
    return config;
}

std::string profileName(const std::string &asked, const Environment &environment)
{
    for (const std::string &name : {asked, std::string(variable(environment, "AWS_PROFILE")), std::string(variable(environment, "AWS_DEFAULT_PROFILE"))})
        if (!name.empty())
            return name;
    return "default";
}

std::string regionOf(const SharedConfig &config, const std::string &profile, const Environment &environment)
{
    for (const char *name : {"AWS_REGION", "AWS_DEFAULT_REGION"})
        if (const auto value = variable(environment, name); !value.empty())
            return std::string(value);
    const auto found = config.profiles.find(profile);
    return found != config.profiles.end() && found->second.contains("region") ? found->second.at("region") : std::string();
}

Endpoints endpointsOf(const SharedConfig &config, const std::string &profile, const Environment &environment)
{
    Endpoints made;
    const auto isTrue = [](std::string_view text) { return upper(std::string(text)) == "TRUE"; };
    if (isTrue(variable(environment, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")))
        return made;
    Section own, services;
    if (const auto found = config.profiles.find(profile); found != config.profiles.end())
        own = found->second;
    if (isTrue(own["ignore_configured_endpoint_urls"]))
        own.clear();
    if (const auto found = config.services.find(own["services"]); found != config.services.end())
        services = found->second;
    made.all = std::string(variable(environment, "AWS_ENDPOINT_URL"));
    const bool byEnvironment = !made.all.empty();
    if (!byEnvironment)
        made.all = own["endpoint_url"];
    for (const Service &service : {sts, iam, ec2, elb, classicElb, eks, serviceQuotas, pricing, sso, ssoOidc, checkIp}) {
        const std::string id(service.endpointId);
        std::string url(variable(environment, "AWS_ENDPOINT_URL_" + upper(id)));
        if (url.empty() && !byEnvironment)
            url = services[id + ".endpoint_url"];
        if (!url.empty())
            made.each[id] = url;
    }
    return made;
}

} // namespace timonier::aws
