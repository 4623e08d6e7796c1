// Any bytes as words of a command: through the quoting and a real /bin/sh they come back as they were. And as what hosts and files say: known_hosts, ssh_config,
// the streams of a command, a host's facts.
#include "remote/command_line.h"
#include "remote/host_facts.h"
#include "remote/known_hosts.h"
#include "remote/quote.h"
#include "remote/ssh_config_lines.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace timonier;
using namespace timonier::remote;

namespace {

std::string printedBy(const std::string &line)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        std::abort();
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    const char *const arguments[] = {"sh", "-c", line.c_str(), nullptr};
    pid_t child = 0;
    if (::posix_spawn(&child, "/bin/sh", &actions, nullptr, const_cast<char *const *>(arguments), environ) != 0)
        std::abort();
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    std::string out;
    char buffer[65536];
    for (ssize_t n = 0; (n = ::read(ends[0], buffer, sizeof buffer)) > 0 || (n < 0 && errno == EINTR);) // libFuzzer's alarm
        out.append(buffer, static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    ::close(ends[0]);
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {}
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char *>(data), size);

    const HostKey key = hostKeyOf("ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIJ8bSNUO1k6V2GbDWlsJ9Qm2DvDqVZVYkTw4mB8oL1aA");
    const HostKeyVerdict verdict = judge({{"file", text}}, "node1", 2222, false, key);
    if ((verdict.is == HostKeyIs::Changed || verdict.is == HostKeyIs::Revoked) && verdict.line == 0)
        std::abort(); // a verdict without its place
    (void)configWords(text);
    (void)parseTarget(text);
    (void)parseHostFacts(text, "M");
    Surroundings surroundings{.home = "/h", .localUser = "me", .localHost = "here", .variable = [](const std::string &) { return std::string(); },
                              .file = [&](const std::string &path) { return path == "/c/config" ? std::optional(text) : std::nullopt; }, .glob = [](const std::string &) { return std::vector<std::string>(); }};
    if (const auto to = resolve({.host = "node1", .configFile = "/c/config"}, surroundings))
        if (!checkHostName(to->host) || !checkUserName(to->user))
            std::abort(); // a file may not bring in what a person may not type
    CommandStreams streams({.start = "S", .prompt = "P", .missing = "X"});
    for (std::size_t at = 0; at < text.size(); at += 3)
        if (streams.out(text.substr(at, 3)).size() + streams.err(text.substr(at, 3)).size() > 4 * text.size())
            std::abort();

    if (size > 4096)
        return 0;
    std::vector<std::string> words{"printf", "%s\\0"};
    std::string expected;
    for (std::size_t at = 0; at <= text.size();) { // NUL, which no argument can hold, parts the words
        const auto end = std::min(text.find('\0', at), text.size());
        words.push_back(text.substr(at, end - at));
        expected += words.back() + '\0';
        at = end + 1;
    }
    if (printedBy(loginShellCommand(shellWords(words))) != expected)
        std::abort();
    return 0;
}
