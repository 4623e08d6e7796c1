#include "remote/host_facts.h"

#include "remote/command_line.h"
#include "remote/host_facts_parts.h"

#include <algorithm>

namespace timonier::remote {

namespace {

using namespace std::chrono_literals;

std::string_view withoutPrefixLength(std::string_view address) { return address.substr(0, address.find('/')); }

constexpr auto roughly = 500ms; // what a clock must be known to

struct Interval {
    std::chrono::system_clock::time_point asked = std::chrono::system_clock::now();
    std::optional<std::chrono::system_clock::time_point> heard{};
};

struct Reading {
    std::chrono::sys_time<std::chrono::nanoseconds> at{};
    std::chrono::nanoseconds grain{};
};

// "1795712028.026378906"; without %N (busybox) a whole second.
std::optional<Reading> clockIn(std::string_view text)
{
    const auto seconds = numberIn<std::int64_t>(text);
    if (seconds <= 0)
        return std::nullopt;
    const auto dot = text.find('.');
    const std::string_view fraction = dot == text.npos ? std::string_view() : trimmed(text.substr(dot + 1));
    const bool fine = fraction.size() == 9 && fraction.find_first_not_of("0123456789") == fraction.npos;
    const std::chrono::nanoseconds grain = fine ? 0ns : 1s;
    return Reading{.at = std::chrono::sys_time<std::chrono::nanoseconds>(std::chrono::seconds(seconds) + (fine ? std::chrono::nanoseconds(numberIn<std::int64_t>(fraction)) : grain / 2)), .grain = grain};
}

void tellClock(HostFacts &facts, std::string_view text, const Interval &interval)
{
    const auto theirs = clockIn(text);
    if (!theirs)
        return;
    const auto half = (interval.heard.value_or(std::chrono::system_clock::now()) - interval.asked) / 2;
    facts.clockOffset = theirs->at - std::chrono::time_point_cast<std::chrono::nanoseconds>(interval.asked + half);
    facts.clockError = half + theirs->grain / 2;
}

} // namespace

const InterfaceFacts *HostFacts::interfaceOf(std::string_view wanted) const
{
    for (const InterfaceFacts &one : interfaces)
        for (const std::string &address : one.addresses)
            if (withoutPrefixLength(address) == wanted)
                return &one;
    return nullptr;
}

const PackageFacts *HostFacts::package(std::string_view name) const
{
    const auto it = std::ranges::find(packaging.packages, name, &PackageFacts::name);
    return it == packaging.packages.end() ? nullptr : &*it;
}

const DiskFacts *HostFacts::disk(std::string_view path) const
{
    const auto it = std::ranges::find(disks, path, &DiskFacts::path);
    return it == disks.end() ? nullptr : &*it;
}

const RouteFacts *HostFacts::defaultRoute() const
{
    const RouteFacts *six = nullptr;
    for (const RouteFacts &route : routes) {
        if (route.destination != "default")
            continue;
        if (route.gateway.find(':') == route.gateway.npos)
            return &route;
        six = six ? six : &route;
    }
    return six;
}

const ListeningPort *HostFacts::listening(std::uint16_t port, bool udp) const
{
    const auto it = std::ranges::find_if(ports, [&](const ListeningPort &one) { return one.port == port && one.udp == udp; });
    return it == ports.end() ? nullptr : &*it;
}

std::string HostFacts::address() const
{
    const RouteFacts *route = defaultRoute();
    if (!route)
        return {};
    const bool six = route->gateway.find(':') != route->gateway.npos;
    for (const InterfaceFacts &one : interfaces)
        for (const std::string &address : one.addresses)
            if (one.name == route->device && (address.find(':') != address.npos) == six && !address.starts_with("fe80:"))
                return std::string(withoutPrefixLength(address));
    return {};
}

Result<HostFacts> readHostFacts(Session &session, std::stop_token stop)
{
    const std::string mark = newMarks().start;
    HostCommand command{.arguments = {"sh", "-c", "eval \"$(cat)\""}, .root = true, .input = hostFactsScript(mark), .timeout = 60s};
    // The host's clock is read before anything is printed, so between our asking and our first hearing.
    Interval interval;
    command.heard = [&](ProcessStream stream, std::string_view) {
        if (stream == ProcessStream::Out && !interval.heard)
            interval.heard = std::chrono::system_clock::now();
    };
    std::string refusal;
    auto output = session.run(command, stop);
    const auto isSudos = [](ErrorKind kind) { return kind == ErrorKind::Unauthorized || kind == ErrorKind::Forbidden || kind == ErrorKind::NotFound || kind == ErrorKind::Process; };
    if (!output && isSudos(output.error().kind)) {
        refusal = output.error().message;
        command.root = false;
        interval = {};
        output = session.run(command, stop); // where it was not sudo that refused, this is refused too
    }
    if (!output)
        return std::unexpected(std::move(output).error());
    auto facts = parseHostFacts(output->out, mark);
    if (!facts)
        return std::unexpected(std::move(facts).error().with("host", session.name()));
    facts->host = session.name();
    facts->sudoProblem = std::move(refusal);
    const std::string clock = FactParts(output->out, mark).line("clock");
    tellClock(*facts, clock, interval);
    if (facts->clockError > roughly) { // it was connected first, or a person was asked something: once more, for that alone
        command.arguments = {"date", "+%s.%N"};
        command.root = false;
        command.input.clear();
        interval = {};
        if (auto again = session.run(command, stop); again && again->exitCode == 0)
            tellClock(*facts, again->out, interval);
    }
    return facts;
}

} // namespace timonier::remote
