#include "remote/host_facts_parts.h"

#include "base/say.h"

#include <algorithm>

namespace timonier::remote {

std::string_view trimmed(std::string_view text)
{
    const auto begin = text.find_first_not_of(" \t\r\n");
    return begin == text.npos ? std::string_view() : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

FactParts::FactParts(std::string_view output, std::string_view mark)
{
    const std::string begin = '\n' + std::string(mark) + ' ';
    for (auto at = output.find(begin); at != output.npos;) {
        const auto name = at + begin.size();
        const auto end = std::min(output.find('\n', name), output.size());
        const auto next = output.find(begin, end);
        m_parts[std::string(trimmed(output.substr(name, end - name)))] = output.substr(end, next == output.npos ? output.npos : next - end);
        at = next;
    }
}

std::string FactParts::text(const std::string &part) const
{
    const auto it = m_parts.find(part);
    return it == m_parts.end() ? std::string() : std::string(trimmed(it->second));
}

std::vector<std::string_view> FactParts::lines(const std::string &part) const
{
    std::vector<std::string_view> all;
    const auto it = m_parts.find(part);
    for (std::string_view rest = it == m_parts.end() ? std::string_view() : it->second; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        if (const auto line = trimmed(rest.substr(0, end)); !line.empty())
            all.push_back(line);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return all;
}

std::string FactParts::line(const std::string &part, std::size_t number) const
{
    const auto all = lines(part);
    return number < all.size() ? std::string(all[number]) : std::string();
}

namespace {

std::string goArchitecture(const std::string &machine)
{
    const std::pair<std::string_view, std::string_view> known[] = {{"x86_64", "amd64"}, {"aarch64", "arm64"}, {"armv7l", "arm"}, {"i686", "386"}};
    const auto *it = std::ranges::find(known, std::string_view(machine), &std::pair<std::string_view, std::string_view>::first);
    return it == std::end(known) ? machine : std::string(it->second);
}

void readSystem(const FactParts &parts, HostFacts &facts)
{
    facts.kernel = parts.line("kernel", 1);
    facts.arch = goArchitecture(parts.line("kernel", 2));
    for (const std::string_view line : parts.lines("os")) {
        const auto equals = line.find('=');
        if (equals == line.npos)
            continue;
        const std::string_view key = line.substr(0, equals);
        std::string_view value = line.substr(equals + 1);
        if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
            value = value.substr(1, value.size() - 2);
        if (key == "ID")
            facts.os.id = value;
        else if (key == "VERSION_ID")
            facts.os.version = value;
        else if (key == "VERSION_CODENAME")
            facts.os.codename = value;
        else if (key == "PRETTY_NAME")
            facts.os.name = value;
        else if (key == "ID_LIKE")
            for (const std::string_view word : wordsOf(value))
                facts.os.like.emplace_back(word);
    }
    facts.init = parts.line("init");
    facts.systemd = parts.line("init", 1) == "systemd-booted";
    facts.systemState = facts.systemd ? parts.line("init", 2) : std::string();
    facts.bootId = parts.line("boot");
    for (const std::string_view line : parts.lines("virt")) {
        if (line.starts_with("Linux version"))
            facts.wsl = line.find("icrosoft") != line.npos;
        else
            facts.virtualization = line;
    }
    facts.wsl = facts.wsl || facts.virtualization == "wsl";
    facts.machineId = parts.line("machine");
    facts.productUuid = parts.line("uuid");
    const std::string cgroup = parts.line("cgroup");
    facts.cgroupVersion = cgroup == "cgroup2fs" ? 2 : cgroup == "tmpfs" ? 1 : 0;
    facts.begunFor = parts.line("begun");
    if (const std::string synchronized = parts.line("time"); !synchronized.empty())
        facts.timeSynchronized = synchronized.ends_with("=yes") || synchronized.ends_with("Normal");
    for (const std::string_view line : parts.lines("security"))
        line == "Y" ? void(facts.appArmor = true) : line == "N" ? void() : void(facts.selinux = line);
    for (const std::string_view line : parts.lines("sysctls")) {
        const auto words = wordsOf(line);
        if (words.size() < 2)
            continue;
        std::string name(words[0]);
        std::ranges::replace(name, '/', '.');
        facts.sysctls[std::move(name)] = words[1];
    }
    for (const std::string_view line : parts.lines("modules")) {
        const auto words = wordsOf(line);
        if (words.size() < 2)
            continue;
        ModuleState state = words[1] == "loaded" ? ModuleState::Loaded : words[1] == "builtin" ? ModuleState::BuiltIn : words[1] == "loadable" ? ModuleState::Loadable : words[1] == "missing" ? ModuleState::Missing : ModuleState::Unknown;
        // Its settings are there: it is a part of the kernel, whatever modprobe knows.
        if (words[0] == "br_netfilter" && (state == ModuleState::Missing || state == ModuleState::Unknown) && facts.sysctls.contains("net.bridge.bridge-nf-call-iptables"))
            state = ModuleState::BuiltIn;
        facts.modules[std::string(words[0])] = state;
    }
}

void readCapacity(const FactParts &parts, HostFacts &facts)
{
    facts.cpus = numberIn<unsigned>(parts.line("cpus"));
    for (const std::string_view line : parts.lines("memory"))
        if (const auto words = wordsOf(line); words.size() >= 2)
            (words[0] == "MemTotal:" ? facts.memory : facts.memoryAvailable) = numberIn<std::uint64_t>(words[1]) * 1024;
    for (const std::string_view line : parts.lines("swaps"))
        if (const auto words = wordsOf(line); words.size() >= 3 && words[0] != "Filename")
            facts.swaps.push_back({.device = std::string(words[0]), .size = numberIn<std::uint64_t>(words[2]) * 1024});
    for (const std::string_view line : parts.lines("fstab"))
        facts.swapInFstab.emplace_back(line);
    std::map<std::string_view, bool> readOnly; // the last mount of a place is what is seen
    for (const std::string_view line : parts.lines("mounts"))
        if (const auto words = wordsOf(line); words.size() >= 4)
            readOnly[words[1]] = words[3] == "ro" || words[3].starts_with("ro,");
    for (const std::string_view line : parts.lines("disks")) { // "PATH DEVICE BLOCKS USED FREE 12% MOUNT", in kB; a device's name may hold blanks
        const auto words = wordsOf(line);
        if (words.size() < 7)
            continue;
        const std::size_t n = words.size();
        facts.disks.push_back({.path = std::string(words[0]), .device = std::string(words[1]), .mountPoint = std::string(words[n - 1]), .total = numberIn<std::uint64_t>(words[n - 5]) * 1024,
                               .free = numberIn<std::uint64_t>(words[n - 3]) * 1024, .readOnly = readOnly[words[n - 1]]});
    }
    for (const std::string_view line : parts.lines("left"))
        if (const auto words = wordsOf(line); words.size() == 3)
            facts.leftOvers.push_back({.path = std::string(words[0]), .folder = words[1] == "folder", .entries = numberIn<unsigned>(words[2])});
}

void readUser(const FactParts &parts, HostFacts &facts)
{
    const auto lines = parts.lines("user"); // name, its number, ours, an entry of passwd(5), whether the home is there, groups
    if (lines.size() < 3)
        return;
    facts.user = lines[0];
    facts.uid = numberIn<unsigned>(lines[1]);
    facts.asRoot = lines[2] == "0";
    for (const std::string_view line : lines) {
        if (std::ranges::count(line, ':') == 6) {
            const auto shell = line.rfind(':');
            const auto home = line.rfind(':', shell - 1);
            facts.shell = line.substr(shell + 1);
            facts.home = line.substr(home + 1, shell - home - 1);
        }
    }
    facts.homeExists = std::ranges::find(lines, "home-exists") != lines.end();
    if (lines.back() != "home-exists" && lines.back() != "home-missing")
        for (const std::string_view group : wordsOf(lines.back()))
            facts.groups.emplace_back(group);
    facts.sudo = facts.uid == 0 ? SudoState::Root : facts.asRoot ? SudoState::Works : parts.line("sudo") == "there" ? SudoState::Refused : SudoState::Missing;
}

} // namespace

Result<HostFacts> parseHostFacts(std::string_view output, std::string_view mark)
{
    const FactParts parts(output, mark);
    if (parts.line("kernel") != "Linux")
        return fail(ErrorKind::Protocol, parts.has("kernel") ? say("Core", "the host is no Linux system but {}", parts.line("kernel")) : say("Core", "what answers is no system that this program knows"),
                    say("Core", "Clusters are made of Linux hosts"));
    if (!parts.has("end"))
        return fail(ErrorKind::Protocol, say("Core", "the host's answer is not whole"));
    HostFacts facts;
    readSystem(parts, facts);
    readCapacity(parts, facts);
    readRuntimes(parts, facts);
    readPackaging(parts, facts);
    readNetwork(parts, facts);
    readUser(parts, facts);
    return facts;
}

} // namespace timonier::remote
