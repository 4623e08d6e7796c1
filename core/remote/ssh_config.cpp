#include "remote/ssh_config.h"

#include "base/environment.h"
#include "base/paths.h"
#include "base/say.h"
#include "remote/ssh_config_lines.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

#ifndef _WIN32
#include <pwd.h>
#include <unistd.h>
#endif

namespace timonier::remote {

namespace {

// ssh_config(5), TOKENS, and ${VARIABLE} and ~ where `isPath`.
std::string expanded(std::string_view text, const Destination &to, const Target &target, const Surroundings &from, bool isPath)
{
    std::string out;
    if (isPath && (text == "~" || text.starts_with("~/"))) {
        out = from.home;
        text.remove_prefix(1);
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (isPath && text[i] == '$' && i + 1 < text.size() && text[i + 1] == '{') {
            const auto end = text.find('}', i);
            if (end != text.npos) {
                out += from.variable(std::string(text.substr(i + 2, end - i - 2)));
                i = end;
                continue;
            }
        }
        if (text[i] != '%' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        switch (text[++i]) {
        case '%': out += '%'; break;
        case 'd': out += from.home; break;
        case 'h': out += to.host; break;
        case 'n': out += target.host; break;
        case 'p': out += std::to_string(to.port); break;
        case 'r': out += to.user; break;
        case 'u': out += from.localUser; break;
        case 'l': out += from.localHost; break;
        case 'L': out += from.localHost.substr(0, from.localHost.find('.')); break;
        case 'k': out += to.keyName; break;
        default: out += {'%', text[i]};
        }
    }
    return out;
}

bool says(const std::string &value, bool otherwise)
{
    return value == "yes" || value == "true" ? true : value == "no" || value == "false" ? false : otherwise;
}

template <class Number>
Number number(const std::string &text, Number otherwise)
{
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? value : otherwise;
}

std::vector<std::string> jumpsOf(std::string_view text)
{
    std::vector<std::string> jumps;
    if (text == "none")
        return jumps;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        jumps.emplace_back(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return jumps;
}

} // namespace

std::string Destination::name() const
{
    const bool six = host.find(':') != host.npos;
    if (port == 22)
        return user + '@' + host;
    return user + '@' + (six ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

Result<Destination> resolve(const Target &target, const Surroundings &from)
{
    TRY(checkHostName(target.host));
    if (!target.user.empty())
        TRY(checkUserName(target.user));
    ConfigLines config(target, from);
    if (target.readsConfig && !target.configFile.empty()) {
        TRY(config.read(target.configFile, target.configFile.substr(0, std::max<std::size_t>(target.configFile.find_last_of('/'), 1))));
    } else if (target.readsConfig) {
        TRY(config.read(from.home + "/.ssh/config", from.home + "/.ssh"));
        TRY(config.read("/etc/ssh/ssh_config", "/etc/ssh"));
    }

    Destination to;
    to.port = target.port ? target.port : number<std::uint16_t>(config.first("port"), 22);
    to.user = !target.user.empty() ? target.user : !config.first("user").empty() ? config.first("user") : from.localUser;
    to.host = target.host; // %h of HostName is what was typed
    if (const std::string name = config.first("hostname"); !name.empty())
        to.host = expanded(name, to, target, from, false);
    TRY(checkHostName(to.host));
    TRY(checkUserName(to.user));
    to.keyName = !target.keyName.empty() ? target.keyName : config.first("hostkeyalias");
    to.hasAlias = !to.keyName.empty();
    if (!to.hasAlias)
        to.keyName = to.host;

    const auto path = [&](const std::string &text) { return expanded(text, to, target, from, true); };
    for (const std::string &file : target.keyFiles.empty() ? config.identities() : target.keyFiles)
        if (file != "none")
            to.keyFiles.push_back(path(file));
    to.keysAreNamed = !to.keyFiles.empty();
    if (!to.keysAreNamed)
        for (const char *kind : {"ed25519", "ecdsa", "rsa"})
            to.keyFiles.push_back(from.home + "/.ssh/id_" + kind);
    to.agentSocket = config.first("identityagent");
    to.agent = target.agent && to.agentSocket != "none" && !(to.keysAreNamed && says(config.first("identitiesonly"), false));
    if (to.agentSocket == "SSH_AUTH_SOCK" || to.agentSocket == "none")
        to.agentSocket.clear();
    else if (to.agentSocket.starts_with('$') && !to.agentSocket.starts_with("${"))
        to.agentSocket = from.variable(to.agentSocket.substr(1));
    else
        to.agentSocket = path(to.agentSocket);

    to.knownHosts = !target.knownHosts.empty() ? target.knownHosts : config.words("userknownhostsfile");
    if (to.knownHosts.empty())
        to.knownHosts = {from.home + "/.ssh/known_hosts", from.home + "/.ssh/known_hosts2"};
    if (target.knownHosts.empty()) {
        to.globalKnownHosts = config.words("globalknownhostsfile");
        if (to.globalKnownHosts.empty())
            to.globalKnownHosts = {"/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"};
    }
    for (auto *files : {&to.knownHosts, &to.globalKnownHosts}) {
        std::erase(*files, "none");
        std::ranges::transform(*files, files->begin(), path);
    }

    to.jumps = jumpsOf(!target.jump.empty() ? target.jump : config.first("proxyjump"));
    if (target.jump.empty() && config.first("proxycommand") != "none")
        to.proxyCommand = expanded(config.first("proxycommand"), to, target, from, false);
    to.hostKeyAlgorithms = config.first("hostkeyalgorithms");
    to.keyExchanges = config.first("kexalgorithms");
    to.ciphers = config.first("ciphers");
    to.macs = config.first("macs");
    to.publicKeyAlgorithms = config.first("pubkeyacceptedalgorithms").empty() ? config.first("pubkeyacceptedkeytypes") : config.first("pubkeyacceptedalgorithms");
    to.publicKey = says(config.first("pubkeyauthentication"), true);
    to.password = says(config.first("passwordauthentication"), true);
    to.interactive = says(config.first("kbdinteractiveauthentication").empty() ? config.first("challengeresponseauthentication") : config.first("kbdinteractiveauthentication"), true);

    to.connectTimeout = std::chrono::seconds(number<unsigned>(config.first("connecttimeout"), 0));
    to.answerTimeout = to.connectTimeout;
    if (to.connectTimeout.count() == 0) {
        to.connectTimeout = target.connectTimeout;
        to.answerTimeout = std::min(target.connectTimeout, target.answerTimeout);
    }
    to.aliveInterval = target.aliveInterval;
    to.aliveCount = std::max(1u, target.aliveCount);
    return to;
}

Surroundings thisComputer()
{
    Surroundings here;
    here.home = toUtf8(homeDir());
#ifndef _WIN32
    char buffer[4096];
    passwd entry{};
    passwd *found = nullptr;
    if (::getpwuid_r(::getuid(), &entry, buffer, sizeof buffer, &found) == 0 && found)
        here.localUser = found->pw_name;
    char host[256] = "";
    if (::gethostname(host, sizeof host - 1) == 0)
        here.localHost = host;
#endif
    const auto environment = std::make_shared<Environment>(processEnvironment());
    if (here.localUser.empty())
        here.localUser = std::string(timonier::variable(*environment, "USERNAME"));
    here.variable = [environment](const std::string &name) { return std::string(timonier::variable(*environment, name)); };
    here.file = [](const std::string &path) -> std::optional<std::string> {
        std::ifstream file(toPath(path), std::ios::binary);
        if (!file)
            return std::nullopt;
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    here.glob = [](const std::string &pattern) {
        // Patterns in the last part only: "config.d/*", which is what there is.
        const auto path = toPath(pattern);
        std::vector<std::string> files;
        const std::string last = toUtf8(path.filename());
        if (last.find_first_of("*?") == last.npos)
            return std::vector{pattern};
        std::error_code error;
        for (const auto &item : std::filesystem::directory_iterator(path.parent_path(), error))
            if (const std::string name = toUtf8(item.path().filename()); !name.starts_with('.') && matchesPattern(name, last))
                files.push_back(toUtf8(item.path()));
        std::ranges::sort(files);
        return files;
    };
    return here;
}

} // namespace timonier::remote
