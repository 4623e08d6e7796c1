#include "remote/host_facts_parts.h"

#include <algorithm>

namespace timonier::remote {

namespace {

// "0.0.0.0:22", "[::]:22", "*:22", "127.0.0.53%lo:53".
void splitAddress(std::string_view text, ListeningPort &port)
{
    const auto colon = text.rfind(':');
    if (colon == text.npos)
        return;
    port.port = numberIn<std::uint16_t>(text.substr(colon + 1));
    std::string_view address = text.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);
    port.address = address.substr(0, address.find('%'));
}

// ss -H -lntup: "tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=812,fd=3))".
void readSs(std::string_view line, HostFacts &facts)
{
    const auto words = wordsOf(line);
    if (words.size() < 6)
        return;
    ListeningPort port{.udp = words[0] == "udp"};
    splitAddress(words[4], port);
    if (const auto name = line.find("((\""); name != line.npos)
        port.program = line.substr(name + 3, line.find('"', name + 3) - name - 3);
    if (const auto pid = line.find("pid="); pid != line.npos)
        port.pid = numberIn<int>(line.substr(pid + 4));
    if (port.port != 0)
        facts.ports.push_back(std::move(port));
}

// proc(5), net/tcp: "tcp 0: 0100007F:1F90 00000000:0000 0A …"; a listening one has state 0A, of udp 07. Only which port, and whether on loopback or on all addresses.
void readProcNet(std::string_view line, HostFacts &facts)
{
    const auto words = wordsOf(line);
    if (words.size() < 5)
        return;
    const bool udp = words[0].starts_with("udp");
    const auto colon = words[2].rfind(':');
    if (words[4] != (udp ? "07" : "0A") || colon == std::string_view::npos)
        return;
    unsigned port = 0;
    std::from_chars(words[2].data() + colon + 1, words[2].data() + words[2].size(), port, 16);
    const std::string_view address = words[2].substr(0, colon);
    const bool six = words[0].ends_with('6');
    const bool all = std::ranges::all_of(address, [](char c) { return c == '0'; });
    facts.ports.push_back({.udp = udp, .address = all ? (six ? "::" : "0.0.0.0") : address == "0100007F" ? "127.0.0.1" : address == "00000000000000000000000001000000" ? "::1" : "?", .port = static_cast<std::uint16_t>(port)});
}

void readInterfaces(const FactParts &parts, HostFacts &facts)
{
    for (const std::string_view line : parts.lines("links")) {
        const auto words = wordsOf(line);
        if (words.empty())
            continue;
        InterfaceFacts one{.name = std::string(words[0])};
        // A tunnel has no address, and then one word less.
        const bool hasMac = words.size() == 5 && words[1].size() == 17;
        if (hasMac && words[1] != "00:00:00:00:00:00")
            one.mac = words[1];
        one.up = std::ranges::find(words, "up") != words.end() || one.name == "lo";
        one.physical = std::ranges::find(words, "device") != words.end();
        facts.interfaces.push_back(std::move(one));
    }
    for (const std::string_view line : parts.lines("addresses")) {
        const auto words = wordsOf(line); // "4: eth0    inet 192.0.2.2/24 brd …"
        if (words.size() < 4 || (words[2] != "inet" && words[2] != "inet6"))
            continue;
        const std::string_view name = words[1].substr(0, words[1].find('@'));
        auto it = std::ranges::find(facts.interfaces, name, &InterfaceFacts::name);
        if (it == facts.interfaces.end())
            it = facts.interfaces.insert(it, {.name = std::string(name), .up = true});
        it->addresses.emplace_back(words[3]);
    }
}

} // namespace

void readNetwork(const FactParts &parts, HostFacts &facts)
{
    const bool proc = parts.line("ports") == "timonier-proc";
    for (const std::string_view line : parts.lines("ports"))
        proc ? readProcNet(line, facts) : readSs(line, facts);
    readInterfaces(parts, facts);
    for (const std::string_view line : parts.lines("routes")) {
        const auto words = wordsOf(line);
        if (words.empty() || words[0] == "unreachable" || words[0] == "blackhole" || words[0] == "prohibit")
            continue;
        RouteFacts route{.destination = std::string(words[0])};
        for (std::size_t i = 1; i + 1 < words.size(); ++i) {
            if (words[i] == "via")
                route.gateway = words[i + 1];
            else if (words[i] == "dev")
                route.device = words[i + 1];
        }
        facts.routes.push_back(std::move(route));
    }
    // In a container no interface has a device of its own; what leads out is what counts.
    if (const RouteFacts *out = facts.defaultRoute())
        for (InterfaceFacts &one : facts.interfaces)
            one.physical = one.physical || one.name == out->device;
    facts.hostname = parts.line("name");
    facts.fullName = parts.line("fqdn");
    for (const std::string_view line : parts.lines("resolves"))
        if (const auto words = wordsOf(line); !words.empty() && std::ranges::find(facts.hostnameAddresses, words[0]) == facts.hostnameAddresses.end())
            facts.hostnameAddresses.emplace_back(words[0]);
    for (const std::string_view line : parts.lines("dns"))
        if (const auto words = wordsOf(line); words.size() >= 2)
            facts.nameservers.emplace_back(words[1]);
    for (std::string_view line : parts.lines("environment")) {
        if (line.starts_with("export "))
            line = trimmed(line.substr(7));
        const auto equals = line.find('=');
        if (equals == line.npos)
            continue;
        std::string name(line.substr(0, equals));
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c); });
        std::string_view value = trimmed(line.substr(equals + 1));
        if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
            value = value.substr(1, value.size() - 2);
        if (!value.empty())
            facts.proxies.try_emplace(std::move(name), value);
    }
}

} // namespace timonier::remote
