#include "provision/kubeadm/look.h"

#include "base/lines.h"
#include "base/say.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <thread>

namespace timonier::kubeadm {

namespace {

using namespace std::chrono_literals;

template <class Work>
void onAll(std::size_t count, Work work)
{
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < count; ++i)
        threads.emplace_back([i, &work] { work(i); });
}

// As apt itself would get there: its proxies, its methods. "Release" of a repository, "Packages" of a flat one without.
std::string sourceAddress(const Spec &spec)
{
    std::string url = spec.packages.url.empty() ? "https://pkgs.k8s.io/core:/stable:/v" + spec.minor() + "/deb/" : spec.packages.url;
    if (const std::size_t space = url.find(' '); space != url.npos) {
        const std::size_t end = url.find(' ', space + 1);
        url = url.substr(0, space) + "/dists/" + url.substr(space + 1, end == url.npos ? end : end - space - 1);
    }
    return url.ends_with('/') ? url : url + "/";
}

constexpr std::string_view askSource = R"(f=$(mktemp) || exit 0
helper=/usr/lib/apt/apt-helper
[ -x $helper ] || exit 0
for name in InRelease Release Packages Packages.gz; do
    if timeout 20 $helper -o Acquire::Retries=0 -o Acquire::http::Timeout=8 -o Acquire::https::Timeout=8 download-file "$1$name" "$f" > "$f.words" 2>&1; then rm -f "$f" "$f.words"; exit 0; fi
    grep -q '404' "$f.words" || break
done
cat "$f.words"
rm -f "$f" "$f.words"
exit 10
)";

void lookAt(const ClusterTool &cluster, const HostTool &host, HostLook &look, std::stop_token stop)
{
    const auto session = host.session();
    if (!session) {
        look.error = session.error();
        return;
    }
    auto facts = remote::readHostFacts(**session, stop);
    if (!facts) {
        look.error = std::move(facts).error();
        return;
    }
    look.facts = std::move(*facts);
    if (look.facts->sudo != remote::SudoState::Root && look.facts->sudo != remote::SudoState::Works)
        return;
    if (const auto owner = host.run({.script = "remember", .arguments = {"owner"}}, stop)) {
        look.owner = owner->substr(0, owner->find('\n'));
    }
    const bool has = look.facts->kubeadmVersion.starts_with("v" + cluster.spec().kubernetes) && look.facts->kubeletVersion.starts_with("v" + cluster.spec().kubernetes);
    if (has || look.facts->packaging.manager != "apt")
        return;
    const auto answer = (*session)->run({.arguments = {"sh", "-c", std::string(askSource), "ask", sourceAddress(cluster.spec())}, .timeout = 60s}, stop);
    look.sourceAsked = answer && (answer->exitCode == 0 || answer->exitCode == 10);
    if (answer && answer->exitCode == 10)
        look.sourceProblem = answer->out.substr(0, 600);
}

// Listens on ports for half a minute, or until it is told to end. perl-base is part of every Debian. Arguments: t6443 u8472 …
constexpr std::string_view listener = R"PERL(use strict; use IO::Socket::INET; use IO::Select; $| = 1; alarm 30; my $all = IO::Select->new;
for my $one (@ARGV) { my ($kind, $port) = $one =~ /^([tu])(\d+)$/ or next;
  my $s = $kind eq 't' ? IO::Socket::INET->new(LocalAddr => '0.0.0.0', LocalPort => $port, Listen => 64, ReuseAddr => 1, Proto => 'tcp') : IO::Socket::INET->new(LocalAddr => '0.0.0.0', LocalPort => $port, Proto => 'udp');
  if ($s) { $all->add($s); print "on $one\n"; } else { print "no $one\n"; } }
print "ready $$\n";
while (1) { for my $s ($all->can_read) { if ($s->socktype == SOCK_STREAM) { my $c = $s->accept; close $c if $c; } else { my $from = recv($s, my $data, 64, 0); send($s, 'timonier', 0, $from) if $from; } } }
)PERL";

// Tries them: ADDRESS/t6443 …; all at once.
constexpr std::string_view caller = R"PERL(use strict; use IO::Socket::INET; use IO::Select; use Errno qw(EINPROGRESS); $| = 1; my (%of, $left); my $w = IO::Select->new; my $r = IO::Select->new;
for my $one (@ARGV) { my ($to, $kind, $port) = $one =~ m{^(.*)/([tu])(\d+)$} or next;
  my $s = $kind eq 't' ? IO::Socket::INET->new(PeerAddr => $to, PeerPort => $port, Proto => 'tcp', Blocking => 0) : IO::Socket::INET->new(PeerAddr => $to, PeerPort => $port, Proto => 'udp');
  next unless $s; $of{fileno $s} = [$one, $kind, $s]; if ($kind eq 't') { $w->add($s); } else { send($s, 'timonier', 0); $r->add($s); } $left++; }
my $end = time + 3;
while ($left > 0 && time < $end) { my ($in, $out) = IO::Select->select($r, $w, undef, 0.5);
  for my $s (@{$in || []}) { my $got = recv($s, my $data, 64, 0); $r->remove($s); $left--; print "passes $of{fileno $s}[0]\n" if defined $got && $data eq 'timonier'; }
  for my $s (@{$out || []}) { my $e = $s->sockopt(SO_ERROR); $w->remove($s); $left--; print "passes $of{fileno $s}[0]\n" unless $e; } }
)PERL";

std::string portArgument(const NeededPort &port) { return fmt::format("{}{}", port.udp ? 'u' : 't', port.port); }

// The listeners of all hosts, as they come up.
struct Listeners {
    std::mutex mutex{};
    std::condition_variable_any changed{};
    std::map<std::size_t, std::vector<std::string>> on{}; // by host: "t6443"
    std::map<std::size_t, std::string> pids{};
    std::size_t settled = 0;                              // ready, or over

    void settle()
    {
        const std::lock_guard lock(mutex);
        ++settled;
        changed.notify_all();
    }
};

void tryPorts(const ClusterTool &cluster, Looked &looked, std::stop_token stop)
{
    const std::size_t count = looked.hosts.size();
    std::vector<std::string> addresses(count);
    std::vector<std::size_t> asked; // whom nothing of this plan's own runs on yet
    for (std::size_t i = 0; i < count; ++i) {
        const HostLook &look = looked.hosts[i];
        if (!look.facts || (look.facts->sudo != remote::SudoState::Root && look.facts->sudo != remote::SudoState::Works))
            continue;
        if (const auto node = cluster.hosts()[i]->node(stop))
            addresses[i] = node->address;
        if (look.owner.empty() && !addresses[i].empty())
            asked.push_back(i);
    }
    if (count < 2 || asked.empty())
        return;
    Listeners listeners;
    std::vector<std::jthread> threads;
    for (const std::size_t i : asked)
        threads.emplace_back([&, i] {
            const auto session = cluster.hosts()[i]->session();
            bool told = false;
            if (session) {
                remote::HostCommand command{.arguments = {"perl", "-e", std::string(listener)}, .root = true, .timeout = 40s};
                for (const NeededPort &port : neededPorts(cluster.spec(), looked.hosts[i].host.controlPlane))
                    command.arguments.push_back(portArgument(port));
                LineCutter cutter([&](std::string_view line, bool) {
                    if (line.starts_with("on ")) {
                        const std::lock_guard lock(listeners.mutex);
                        listeners.on[i].emplace_back(line.substr(3));
                    } else if (line.starts_with("ready ") && !told) {
                        {
                            const std::lock_guard lock(listeners.mutex);
                            listeners.pids[i] = line.substr(6);
                        }
                        told = true;
                        listeners.settle();
                    }
                });
                command.heard = [&](ProcessStream stream, std::string_view piece) {
                    if (stream == ProcessStream::Out)
                        cutter.add(piece);
                };
                (void)(*session)->run(command, stop);
            }
            if (!told)
                listeners.settle();
        });
    {
        std::unique_lock lock(listeners.mutex);
        listeners.changed.wait_for(lock, stop, 10s, [&] { return listeners.settled >= asked.size(); });
    }
    std::mutex mutex;
    onAll(count, [&](std::size_t from) {
        if (addresses[from].empty())
            return;
        remote::HostCommand command{.arguments = {"perl", "-e", std::string(caller)}, .timeout = 20s};
        std::map<std::string, PortLook> tried;
        for (const std::size_t to : asked) {
            if (to == from)
                continue;
            for (const NeededPort &port : neededPorts(cluster.spec(), looked.hosts[to].host.controlPlane)) {
                if (!port.fromWorkers && !looked.hosts[from].host.controlPlane)
                    continue;
                const std::lock_guard lock(listeners.mutex);
                if (std::ranges::find(listeners.on[to], portArgument(port)) == listeners.on[to].end())
                    continue; // taken there: another check says so
                const std::string argument = addresses[to] + "/" + portArgument(port);
                command.arguments.push_back(argument);
                tried[argument] = {.from = shown(looked.hosts[from].host), .to = shown(looked.hosts[to].host), .port = port.port, .udp = port.udp};
            }
        }
        const auto session = cluster.hosts()[from]->session();
        if (tried.empty() || !session)
            return;
        const auto answer = (*session)->run(command, stop);
        if (!answer || answer->exitCode != 0)
            return;
        LineCutter cutter([&](std::string_view line, bool) {
            if (const auto one = tried.find(std::string(line.starts_with("passes ") ? line.substr(7) : line)); one != tried.end())
                one->second.passes = true;
        });
        cutter.add(answer->out);
        cutter.end();
        const std::lock_guard lock(mutex);
        for (auto &[argument, port] : tried)
            looked.ports.push_back(std::move(port));
    });
    for (const auto &[host, pid] : listeners.pids)
        if (const auto session = cluster.hosts()[host]->session())
            (void)(*session)->run({.arguments = {"kill", pid}, .root = true, .timeout = 10s}, stop);
    if (looked.ports.empty())
        looked.portsProblem = say("Core", "could not be tried (it takes perl on the hosts)");
}

} // namespace

Result<Looked> look(const ClusterTool &cluster, const std::function<void(const HostLook &)> &seen, std::stop_token stop)
{
    Looked looked;
    looked.hosts.resize(cluster.hosts().size());
    std::mutex mutex;
    onAll(looked.hosts.size(), [&](std::size_t i) {
        HostLook &host = looked.hosts[i];
        host.host = cluster.hosts()[i]->host();
        lookAt(cluster, *cluster.hosts()[i], host, stop);
        if (!seen)
            return;
        const std::lock_guard lock(mutex);
        seen(host);
    });
    if (!stop.stop_requested())
        tryPorts(cluster, looked, stop);
    if (const std::string &address = cluster.spec().virtualAddress; !address.empty() && looked.hosts.front().facts)
        looked.addressTaken = cluster.first().isSo({.script = "address", .arguments = {"answers", address}}, stop).value_or(false);
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, say("Core", "it was cancelled before it changed anything"));
    return looked;
}

Result<> press(const HostTool &host, const form::Fix &fix, const Heard &heard, std::stop_token stop)
{
    const auto session = TRY(host.session());
    for (const std::string &command : fix.commands) {
        // As typed, with sudo; it is root who runs it, and there may be no sudo.
        remote::HostCommand run{.arguments = {"sh", "-c", "sudo() { \"$@\"; }\n" + command}, .root = true, .stall = 10min};
        if (heard)
            run.heard = [&heard](ProcessStream, std::string_view piece) { heard(piece); };
        const auto done = TRY(session->run(run, stop));
        if (done.exitCode != 0)
            return std::unexpected(Error{.kind = ErrorKind::Process, .message = say("Core", "it did not help: {}", command), .context = {{"host", host.name()}, {"exit code", std::to_string(done.exitCode)}, {"words", done.err.substr(0, 1'000)}}});
    }
    return {};
}

} // namespace timonier::kubeadm
