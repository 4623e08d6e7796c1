#include "provision/kubeadm/port_trial.h"

#include "base/lines.h"

#include <algorithm>

namespace timonier::kubeadm {

namespace {

using namespace std::chrono_literals;

// Listens on ports until it is ended, for half a minute at most. perl-base is part of every Debian. Arguments: t6443 u8472 …
constexpr std::string_view listener = R"PERL(use strict; use IO::Socket::INET; use IO::Select; $| = 1; alarm 30; my $all = IO::Select->new;
for my $one (@ARGV) { my ($kind, $port) = $one =~ /^([tu])(\d+)$/ or next;
  my $s = $kind eq 't' ? IO::Socket::INET->new(LocalAddr => '0.0.0.0', LocalPort => $port, Listen => 64, ReuseAddr => 1, Proto => 'tcp') : IO::Socket::INET->new(LocalAddr => '0.0.0.0', LocalPort => $port, Proto => 'udp');
  if ($s) { $all->add($s); print "on $one\n"; } else { print "no $one\n"; } }
print "ready\n";
while (1) { for my $s ($all->can_read) { if ($s->socktype == SOCK_STREAM) { my $c = $s->accept; close $c if $c; } else { my $from = recv($s, my $data, 64, 0); send($s, 'timonier', 0, $from) if $from; } } }
)PERL";

// Tries them: ADDRESS/t6443 …; all at once, for two seconds: a packet that is lost goes out a second time.
constexpr std::string_view caller = R"PERL(use strict; use IO::Socket::INET; use IO::Select; $| = 1; $SIG{ALRM} = sub { exit 0 }; alarm 2; my (%of, $left); my $w = IO::Select->new; my $r = IO::Select->new;
for my $one (@ARGV) { my ($to, $kind, $port) = $one =~ m{^(.*)/([tu])(\d+)$} or next;
  my $s = $kind eq 't' ? IO::Socket::INET->new(PeerAddr => $to, PeerPort => $port, Proto => 'tcp', Blocking => 0) : IO::Socket::INET->new(PeerAddr => $to, PeerPort => $port, Proto => 'udp');
  next unless $s; $of{fileno $s} = [$one, $kind, $s]; if ($kind eq 't') { $w->add($s); } else { send($s, 'timonier', 0); $r->add($s); } $left++; }
while ($left > 0) { my ($in, $out) = IO::Select->select($r, $w, undef, 0.4);
  for my $s (@{$in || []}) { my $got = recv($s, my $data, 64, 0); $r->remove($s); $left--; print "passes $of{fileno $s}[0]\n" if defined $got && $data eq 'timonier'; }
  for my $s (@{$out || []}) { my $e = $s->sockopt(SO_ERROR); $w->remove($s); $left--; print "passes $of{fileno $s}[0]\n" unless $e; }
  if (!@{$in || []} && !@{$out || []}) { send($_, 'timonier', 0) for $r->handles; } }
)PERL";

constexpr auto untilItListens = 4s;

std::string portArgument(const NeededPort &port) { return fmt::format("{}{}", port.udp ? 'u' : 't', port.port); }

} // namespace

PortTrial::PortTrial(const ClusterTool &cluster, std::stop_token stop)
    : m_cluster(cluster), m_stop(std::move(stop)), m_stopped(m_stop, [this] { m_end.request_stop(); }), m_places(cluster.hosts().size())
{
}

PortTrial::~PortTrial() { m_end.request_stop(); } // and each of the threads ends its own there

void PortTrial::listen(std::size_t host, const std::string &address)
{
    std::unique_lock lock(m_mutex);
    m_places[host].address = address;
    m_places[host].listens = true;
    m_threads.emplace_back([this, host] { listener(host); });
    m_changed.wait_for(lock, m_stop, untilItListens, [&] { return m_places[host].settled; });
}

void PortTrial::callOnly(std::size_t host, const std::string &address)
{
    const std::lock_guard lock(m_mutex);
    m_places[host].address = address;
}

void PortTrial::listener(std::size_t host)
{
    const auto settle = [&] {
        const std::lock_guard lock(m_mutex);
        m_places[host].settled = true;
        m_changed.notify_all();
    };
    const auto session = m_cluster.hosts()[host]->session();
    if (!session)
        return settle();
    remote::HostCommand command{.arguments = {"perl", "-e", std::string(::timonier::kubeadm::listener)}, .timeout = 40s};
    for (const NeededPort &port : neededPorts(m_cluster.spec(), m_cluster.hosts()[host]->host().controlPlane)) {
        command.arguments.push_back(portArgument(port));
        command.root |= port.port < 1024;
    }
    LineCutter cutter([&](std::string_view line, bool) {
        if (line.starts_with("on ")) {
            const std::lock_guard lock(m_mutex);
            m_places[host].on.emplace_back(line.substr(3));
        } else if (line == "ready") {
            settle();
        }
    });
    command.heard = [&](ProcessStream stream, std::string_view piece) {
        if (stream == ProcessStream::Out)
            cutter.add(piece);
    };
    (void)(*session)->run(command, m_end.get_token());
    settle();
    if (!m_end.stop_requested()) {
        const std::lock_guard lock(m_mutex);
        m_places[host].left = true;
    }
}

std::vector<PortLook> PortTrial::callsOf(std::size_t from) const
{
    const Host &calling = m_cluster.hosts()[from]->host();
    remote::HostCommand command{.arguments = {"perl", "-e", std::string(caller)}, .timeout = 10s};
    std::map<std::string, PortLook> calls;
    {
        const std::lock_guard lock(m_mutex);
        for (std::size_t to = 0; to < m_places.size(); ++to) {
            if (to == from || !m_places[to].listens)
                continue;
            const Host &called = m_cluster.hosts()[to]->host();
            for (const NeededPort &port : neededPorts(m_cluster.spec(), called.controlPlane)) {
                if (!port.fromWorkers && !calling.controlPlane)
                    continue;
                if (std::ranges::find(m_places[to].on, portArgument(port)) == m_places[to].on.end())
                    continue; // taken there: another check says so
                const std::string argument = m_places[to].address + "/" + portArgument(port);
                command.arguments.push_back(argument);
                calls[argument] = {.from = shown(calling), .to = shown(called), .port = port.port, .udp = port.udp};
            }
        }
    }
    const auto session = m_cluster.hosts()[from]->session();
    if (calls.empty() || !session)
        return {};
    const auto answer = (*session)->run(command, m_stop);
    if (!answer || answer->exitCode != 0)
        return {};
    LineCutter cutter([&](std::string_view line, bool) {
        if (const auto one = calls.find(std::string(line.starts_with("passes ") ? line.substr(7) : line)); one != calls.end())
            one->second.passes = true;
    });
    cutter.add(answer->out);
    cutter.end();
    std::vector<PortLook> all;
    for (auto &[argument, port] : calls)
        all.push_back(std::move(port));
    return all;
}

std::vector<PortLook> PortTrial::tried()
{
    std::vector<PortLook> all;
    std::mutex mutex;
    {
        std::vector<std::jthread> callers;
        for (std::size_t host = 0; host < m_places.size(); ++host)
            if (!m_places[host].address.empty())
                callers.emplace_back([this, host, &all, &mutex] {
                    auto calls = callsOf(host);
                    const std::lock_guard lock(mutex);
                    std::ranges::move(calls, std::back_inserter(all));
                });
    }
    {
        const std::lock_guard lock(m_mutex);
        std::erase_if(all, [&](const PortLook &look) {
            const auto to = std::ranges::find(m_cluster.hosts(), look.to, [](const HostPtr &host) { return shown(host->host()); });
            return m_places[static_cast<std::size_t>(to - m_cluster.hosts().begin())].left;
        });
    }
    m_end.request_stop();
    return all;
}

} // namespace timonier::kubeadm
