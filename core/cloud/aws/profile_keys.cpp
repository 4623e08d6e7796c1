// Keys that a person's own configuration leads to: the environment, profiles, the roles they take on, programs that print keys.
#include "cloud/aws/key_sources.h"

#include "base/redact.h"
#include "base/say.h"

#include <algorithm>

#include <QDateTime>

#include <nlohmann/json.hpp>

namespace timonier::aws {

namespace {

struct Given final : KeySource {
    explicit Given(Keys given) : m_keys(std::move(given)) {}
    Result<Keys> keys(bool, std::stop_token) override { return m_keys; }
    Keys m_keys;
};

std::string valueOf(const Section &section, const char *key)
{
    const auto found = section.find(key);
    return found == section.end() ? std::string() : found->second;
}

Found staticKeys(const Section &section, const std::string &profile)
{
    const std::string id = valueOf(section, "aws_access_key_id"), secret = valueOf(section, "aws_secret_access_key");
    if (id.empty() && secret.empty())
        return std::nullopt;
    if (id.empty() || secret.empty())
        return fail(ErrorKind::Unauthorized, say("Core", "the AWS profile {} has half of a pair of keys", profile), say("Core", "It needs aws_access_key_id and aws_secret_access_key."));
    return Keys{.id = id, .secret = Secret(secret), .token = Secret(valueOf(section, "aws_session_token")), .from = say("Core", "the profile {}", profile)};
}

// As a POSIX shell cuts it: blanks, both kinds of quotes, backslashes. No shell is run.
Result<std::vector<std::string>> words(const std::string &line, const std::string &profile)
{
    std::vector<std::string> all;
    std::string word;
    bool inWord = false;
    char quote = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quote && c == quote) {
            quote = 0;
        } else if (c == '\\' && quote != '\'' && i + 1 < line.size() && (!quote || line[i + 1] == '"' || line[i + 1] == '\\')) {
            word += line[++i];
            inWord = true;
        } else if (quote || (c != ' ' && c != '\t' && c != '"' && c != '\'')) {
            word += c;
            inWord = true;
        } else if (c == '"' || c == '\'') {
            quote = c;
            inWord = true;
        } else if (inWord) {
            all.push_back(std::move(word));
            word.clear();
            inWord = false;
        }
    }
    if (inWord)
        all.push_back(std::move(word));
    if (quote || all.empty())
        return fail(ErrorKind::Invalid, say("Core", "the credential_process of the AWS profile {} is no command", profile));
    return all;
}

Result<Keys> processKeys(const std::string &line, const std::string &profile, const Machine &machine, std::stop_token stop)
{
    auto command = TRY(words(line, profile));
    Command run{.program = command.front(), .arguments = {command.begin() + 1, command.end()}, .environment = machine.environment, .timeout = std::chrono::minutes(2)};
    const ProcessOutput output = TRY(machine.runner->run(run, stop));
    if (output.exitCode != 0)
        return std::unexpected(Error{.kind = ErrorKind::Unauthorized, .message = say("Core", "{}, which the AWS profile {} asks for keys, gave none", command.front(), profile),
                                     .hint = say("Core", "Run it in a terminal: it may want you to sign in."), .context = {{"exit code", std::to_string(output.exitCode)}, {"stderr", redact(output.err.substr(0, 2000))}}});
    return readKeys(output.out, say("Core", "the program of the profile {}", profile));
}

class Profiles
{
public:
    Profiles(const SharedConfig &config, std::string region, const Machine &machine, std::stop_token stop) : m_config(config), m_region(std::move(region)), m_machine(machine), m_stop(std::move(stop)) {}

    Found of(const std::string &profile)
    {
        const auto at = m_config.profiles.find(profile);
        if (at == m_config.profiles.end())
            return fail(ErrorKind::Unauthorized, say("Core", "there is no AWS profile {}", profile), say("Core", "Another profile names it as its source_profile."));
        const Section &section = at->second;
        const bool again = std::ranges::find(m_way, profile) != m_way.end();
        const bool hasKeys = !m_way.empty() && section.contains("aws_access_key_id"); // as a source they go before a role of its own (botocore, credentials.py)
        if (section.contains("role_arn") && !again && !hasKeys) {
            m_way.push_back(profile);
            return TRY(role(section, profile));
        }
        // One that names itself as its source means its own keys.
        if (again && m_way.back() != profile)
            return fail(ErrorKind::Invalid, say("Core", "the AWS profiles {} name each other as their source", fmt::join(m_way, ", ")));
        if (section.contains("sso_session") || section.contains("sso_start_url"))
            return TRY(ssoKeys(m_config, profile, m_machine, m_stop));
        if (auto found = TRY(staticKeys(section, profile)))
            return found;
        if (const std::string line = valueOf(section, "credential_process"); !line.empty())
            return TRY(processKeys(line, profile, m_machine, m_stop));
        return std::nullopt;
    }

private:
    Result<Keys> sourceOf(const Section &section, const std::string &profile)
    {
        const std::string source = valueOf(section, "source_profile"), named = valueOf(section, "credential_source");
        if (source.empty() == named.empty())
            return fail(ErrorKind::Invalid, say("Core", "the AWS profile {} has a role_arn, and needs one of source_profile and credential_source", profile));
        Found found = !source.empty()                  ? of(source)
                      : named == "Environment"         ? environmentKeys(m_machine.environment)
                      : named == "Ec2InstanceMetadata" ? instanceKeys(m_machine, m_stop)
                      : named == "EcsContainer"        ? containerKeys(m_machine, m_stop)
                                                       : Found(fail(ErrorKind::Invalid, say("Core", "the AWS profile {} has a credential_source that there is not: {}", profile, named)));
        if (auto keys = TRY(std::move(found)))
            return std::move(*keys);
        return fail(ErrorKind::Unauthorized, say("Core", "the AWS profile {} takes its keys from {}, which has none", profile, source.empty() ? named : source));
    }

    Result<Keys> role(const Section &section, const std::string &profile)
    {
        const std::string arn = valueOf(section, "role_arn");
        if (section.contains("mfa_serial"))
            return fail(ErrorKind::Unsupported, say("Core", "the AWS profile {} asks for a code at each sign-in (mfa_serial), which cannot be asked for here", profile),
                        say("Core", "Make a session with `aws sts get-session-token` or `aws sso login` and use its profile."));
        if (section.contains("web_identity_token_file"))
            return fail(ErrorKind::Unsupported, say("Core", "the AWS profile {} signs in with a web identity, which Timonier cannot", profile));
        const Keys source = TRY(sourceOf(section, profile));
        const std::string own = valueOf(section, "region"), region = own.empty() ? m_region : own;
        Client client({.http = m_machine.http, .keys = std::make_shared<Given>(source), .clock = m_machine.clock, .region = region.empty() ? "us-east-1" : region, .endpoints = endpointsOf(m_config, profile, m_machine.environment)});
        const std::string name = valueOf(section, "role_session_name");
        Parameters parameters{{"RoleArn", arn}, {"RoleSessionName", name.empty() ? "timonier" : name}};
        for (const auto &[key, parameter] : {std::pair("external_id", "ExternalId"), std::pair("duration_seconds", "DurationSeconds")})
            if (const std::string value = valueOf(section, key); !value.empty())
                parameters.emplace_back(parameter, value);
        auto answer = client.query(sts, "AssumeRole", parameters, true, m_stop);
        if (!answer)
            return std::unexpected(std::move(answer).error().because(say("Core", "the role {} of the AWS profile {} cannot be taken on", arn, profile)));
        const Xml &given = answer->at("AssumeRoleResult/Credentials");
        Keys keys{.id = given.of("AccessKeyId"), .secret = Secret(given.of("SecretAccessKey")), .token = Secret(given.of("SessionToken")), .expires = timeOf(given.of("Expiration")), .from = say("Core", "the profile {}", profile)};
        if (keys.id.empty() || keys.secret.empty())
            return fail(ErrorKind::Protocol, say("Core", "the answer to {} cannot be read", "AssumeRole"));
        return keys;
    }

    const SharedConfig &m_config;
    const std::string m_region;
    const Machine &m_machine;
    const std::stop_token m_stop;
    std::vector<std::string> m_way{}; // whose role is being taken on
};

} // namespace

Found environmentKeys(const Environment &environment)
{
    const std::string id(variable(environment, "AWS_ACCESS_KEY_ID")), secret(variable(environment, "AWS_SECRET_ACCESS_KEY"));
    if (id.empty() && secret.empty())
        return std::nullopt;
    if (id.empty() || secret.empty())
        return fail(ErrorKind::Unauthorized, say("Core", "the environment has half of a pair of AWS keys"), say("Core", "Set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither."));
    return Keys{.id = id, .secret = Secret(secret), .token = Secret(std::string(variable(environment, "AWS_SESSION_TOKEN"))), .from = say("Core", "the environment")};
}

Found profileKeys(const SharedConfig &config, const std::string &profile, const std::string &region, const Machine &machine, std::stop_token stop)
{
    return Profiles(config, region, machine, std::move(stop)).of(profile);
}

Result<Keys> readKeys(const std::string &json, const std::string &from)
{
    const auto read = nlohmann::json::parse(json, nullptr, false);
    const auto text = [&](const char *name) {
        const auto at = read.is_object() ? read.find(name) : read.end();
        return read.is_object() && at != read.end() && at->is_string() ? at->get<std::string>() : std::string();
    };
    Keys keys{.id = text("AccessKeyId"), .secret = Secret(text("SecretAccessKey")), .token = Secret(text("SessionToken")), .from = from};
    if (keys.token.empty())
        keys.token = Secret(text("Token"));
    const std::string expires = text("Expiration");
    keys.expires = timeOf(expires);
    if (keys.id.empty() || keys.secret.empty() || (!expires.empty() && !keys.expires))
        return fail(ErrorKind::Protocol, say("Core", "what came from {} are no AWS keys", from));
    return keys;
}

std::optional<Time> timeOf(const std::string &text)
{
    std::string iso = text;
    if (iso.ends_with("UTC")) // as older tools wrote it
        iso.replace(iso.size() - 3, 3, "Z");
    const QDateTime time = QDateTime::fromString(QString::fromStdString(iso), Qt::ISODateWithMs);
    return time.isValid() ? std::optional(Time(std::chrono::milliseconds(time.toMSecsSinceEpoch()))) : std::nullopt;
}

} // namespace timonier::aws
