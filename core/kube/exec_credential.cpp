#include "kube/exec_credential.h"

#include "base/paths.h"
#include "base/redact.h"
#include "base/say.h"

#include <QByteArray>
#include <QString>

#include <algorithm>

#include <nlohmann/json.hpp>

namespace timonier {

namespace {

using nlohmann::json;

// The member if it is a text, else "".
std::string text(const json &object, const char *member)
{
    const auto it = object.find(member);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

// What a tool said, fit for a person's eyes: no secret, no escape sequences, valid UTF-8, the last 4 KB.
std::string evidence(const std::string &said)
{
    constexpr std::size_t most = 4096;
    // Redacted before it is cut: half a secret is not recognised.
    std::string shown = redact(QString::fromUtf8(said.data(), static_cast<qsizetype>(said.size())).toStdString());
    if (shown.size() > most)
        shown.erase(0, shown.size() - most);
    std::string clean;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        if (shown[i] == '\x1b' && i + 1 < shown.size() && shown[i + 1] == '[') { // colours: up to their last letter
            for (i += 2; i < shown.size() && !(shown[i] >= '@' && shown[i] <= '~');)
                ++i;
            continue;
        }
        const auto c = static_cast<unsigned char>(shown[i]);
        if (c == '\n' || c == '\t' || (c >= 0x20 && c != 0x7F))
            clean += shown[i];
    }
    return clean;
}

std::string lastLine(const std::string &said)
{
    const std::size_t end = said.find_last_not_of(" \t\n");
    if (end == said.npos)
        return {};
    const std::size_t newline = said.rfind('\n', end);
    const std::size_t begin = newline == said.npos ? 0 : newline + 1;
    return said.substr(begin, std::min<std::size_t>(end + 1 - begin, 300));
}

// What was found, and the variables it runs with.
struct Plugin {
    std::string program;
    Environment environment;
};

Result<Plugin> findPlugin(const ExecSpec &exec, const CredentialSettings &settings, std::stop_token stop)
{
    Environment environment = settings.environment->now();
    if (settings.desktopLaunch)
        environment = TRY(settings.environment->full(stop));
    auto program = findProgram(exec.command, variable(environment, "PATH"));
    if (!program && exec.command.find('/') == std::string::npos) {
        environment = TRY(settings.environment->full(stop));
        program = findProgram(exec.command, variable(environment, "PATH"));
    }
    if (program)
        return Plugin{toUtf8(*program), std::move(environment)};
    return std::unexpected(
        Error{.kind = ErrorKind::Process,
              .message = say("Core", "the credential plugin {} was not found", exec.command),
              .hint = exec.installHint.empty() ? say("Core", "Install {}, or add its folder to PATH", exec.command)
                                               : evidence(exec.installHint),
              .context = {{"program", exec.command}, {"searched", std::string(variable(environment, "PATH"))}}});
}

std::unexpected<Error> misread(std::string message)
{
    return fail(ErrorKind::Protocol, std::move(message), say("Core", "Update the plugin, or run it by hand to see what it prints"));
}

} // namespace

std::string execInfo(const ExecSpec &exec, const Endpoint &endpoint, bool interactive)
{
    json spec{{"interactive", interactive}};
    if (exec.provideClusterInfo) {
        json cluster{{"server", endpoint.server}};
        if (!endpoint.tlsServerName.empty())
            cluster["tls-server-name"] = endpoint.tlsServerName;
        if (endpoint.insecureSkipTlsVerify)
            cluster["insecure-skip-tls-verify"] = true;
        if (!endpoint.caPem.empty())
            cluster["certificate-authority-data"] = QByteArray::fromStdString(endpoint.caPem).toBase64().toStdString();
        if (!endpoint.proxyUrl.empty())
            cluster["proxy-url"] = endpoint.proxyUrl;
        if (endpoint.disableCompression)
            cluster["disable-compression"] = true;
        if (!exec.clusterConfig.empty())
            cluster["config"] = json::parse(exec.clusterConfig, nullptr, false);
        spec["cluster"] = std::move(cluster);
    }
    const json info{{"apiVersion", exec.apiVersion}, {"kind", "ExecCredential"}, {"spec", std::move(spec)}};
    return info.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<Credential> readExecCredential(std::string_view printed, const std::string &apiVersion)
{
    const json answer = json::parse(printed, nullptr, false);
    if (!answer.is_object() || text(answer, "kind") != "ExecCredential")
        return misread(say("Core", "the credential plugin printed no ExecCredential"));
    if (const std::string version = text(answer, "apiVersion"); version != apiVersion)
        return misread(say("Core", "the credential plugin answered in another version than {}", apiVersion));
    const auto status = answer.find("status");
    if (status == answer.end() || !status->is_object())
        return misread(say("Core", "the credential plugin's answer has no status"));

    Credential credential;
    std::string token = text(*status, "token");
    credential.certificatePem = text(*status, "clientCertificateData");
    credential.keyPem = Secret(text(*status, "clientKeyData"));
    if (credential.certificatePem.empty() != credential.keyPem.empty())
        return misread(say("Core", "the credential plugin gave a certificate without its key, or a key alone"));
    if (token.empty() && credential.certificatePem.empty())
        return misread(say("Core", "the credential plugin gave neither a token nor a certificate"));
    // It becomes a header line.
    if (std::ranges::any_of(token, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; }))
        return misread(say("Core", "the credential plugin's token holds blanks or control characters"));
    if (!token.empty())
        credential.bearer = Secret(std::move(token));
    if (const std::string expires = text(*status, "expirationTimestamp"); !expires.empty()) {
        credential.expires = parseRfc3339(expires);
        if (!credential.expires)
            return misread(say("Core", "the credential plugin's expirationTimestamp is not a time of RFC 3339"));
    }
    return credential;
}

Result<Credential> runExecPlugin(const ExecSpec &exec, const Endpoint &endpoint, const CredentialSettings &settings,
                                 std::stop_token stop)
{
    if (exec.interactiveMode == InteractiveMode::Always && !settings.terminal)
        return fail(ErrorKind::Unauthorized,
                    say("Core", "the credential plugin {} needs a terminal to ask questions in", exec.command),
                    say("Core", "Sign in with it in a terminal first, or use timonierctl there"));
    const bool interactive = settings.terminal && exec.interactiveMode != InteractiveMode::Never;

    Plugin plugin = TRY(findPlugin(exec, settings, stop));
    Command command{.program = plugin.program, .arguments = exec.arguments};
    command.environment = std::move(plugin.environment);
    for (const auto &[name, value] : exec.environment)
        command.set[name] = value;
    command.set["KUBERNETES_EXEC_INFO"] = execInfo(exec, endpoint, interactive);
    command.interactive = interactive;
    command.timeout = interactive ? settings.interactiveTimeout : settings.pluginTimeout;
    command.outLimit = 1u << 20;
    command.errLimit = 64u << 10;
    Result<ProcessOutput> output = settings.runner->run(command, stop);
    if (!output && output.error().kind == ErrorKind::Cancelled)
        return std::unexpected(std::move(output).error());
    if (!output)
        return std::unexpected(
            std::move(output).error().because(say("Core", "the credential plugin {} gave no credential", exec.command)));

    const std::string said = evidence(output->err);
    const auto evidenced = [&](Error error) {
        return std::move(error)
            .with("program", plugin.program)
            .with("exit code", std::to_string(output->exitCode))
            .with("stderr", said);
    };
    if (output->exitCode != 0) {
        Error refused{.kind = ErrorKind::Unauthorized,
                      .message = say("Core", "the credential plugin {} failed with exit code {}", exec.command,
                                     output->exitCode),
                      .hint = say("Core", "Sign in again with the tool that made this kubeconfig, then retry")};
        if (std::string reason = lastLine(said); !reason.empty())
            refused.cause = std::make_shared<const Error>(
                Error{.kind = ErrorKind::Unauthorized, .message = std::move(reason)});
        return std::unexpected(evidenced(std::move(refused)));
    }
    if (output->outDropped > 0)
        return std::unexpected(evidenced(misread(say("Core", "the credential plugin printed over 1 MB")).error()));
    Result<Credential> credential = readExecCredential(output->out, exec.apiVersion);
    if (!credential)
        return std::unexpected(evidenced(std::move(credential).error()));
    return credential;
}

std::optional<std::chrono::system_clock::time_point> parseRfc3339(std::string_view text)
{
    using namespace std::chrono;
    const auto digits = [&](std::size_t at, std::size_t count) {
        int value = 0;
        for (std::size_t i = at; i < at + count; ++i) {
            if (i >= text.size() || text[i] < '0' || text[i] > '9')
                return -1;
            value = value * 10 + (text[i] - '0');
        }
        return value;
    };
    if (text.size() < 20 || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
        text[16] != ':')
        return {};
    const int y = digits(0, 4), mo = digits(5, 2), d = digits(8, 2), h = digits(11, 2), mi = digits(14, 2), s = digits(17, 2);
    const year_month_day date{year(y), month(static_cast<unsigned>(mo)), day(static_cast<unsigned>(d))};
    if (y < 1 || mo < 0 || d < 0 || !date.ok() || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 60)
        return {};
    // The clock counts nanoseconds, and ends in 2262: what is beyond is as good as its end.
    constexpr sys_seconds first = sys_days(year(1700) / 1 / 1), last = sys_days(year(2200) / 1 / 1);
    system_clock::time_point time = std::clamp<sys_seconds>(sys_days(date) + hours(h) + minutes(mi) + seconds(s), first, last);

    std::size_t at = 19;
    if (text[at] == '.') {
        nanoseconds unit = milliseconds(100);
        const std::size_t begin = ++at;
        for (; digits(at, 1) >= 0; ++at, unit /= 10)
            time += duration_cast<system_clock::duration>(unit * digits(at, 1));
        if (at == begin)
            return {};
    }
    const std::string_view zone = text.substr(at);
    if (zone == "Z" || zone == "z")
        return time;
    const int zh = digits(at + 1, 2), zm = digits(at + 4, 2);
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':' || zh < 0 || zh > 23 || zm < 0 || zm > 59)
        return {};
    const minutes offset = hours(zh) + minutes(zm);
    return zone[0] == '+' ? time - offset : time + offset;
}

} // namespace timonier
