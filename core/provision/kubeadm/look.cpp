#include "provision/kubeadm/look.h"

#include "base/say.h"
#include "provision/kubeadm/port_trial.h"

#include <algorithm>
#include <mutex>
#include <thread>
#include <vector>

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

// A source that is silent is not waited for: it would be no better a minute later.
constexpr std::string_view askSource = R"(f=$(mktemp) || exit 0
helper=/usr/lib/apt/apt-helper
[ -x $helper ] || exit 0
for name in InRelease Release Packages Packages.gz; do
    code=0
    timeout 6 $helper -o Acquire::Retries=0 -o Acquire::http::Timeout=5 -o Acquire::https::Timeout=5 download-file "$1$name" "$f" > "$f.words" 2>&1 || code=$?
    if [ $code = 0 ]; then rm -f "$f" "$f.words"; exit 0; fi
    [ $code != 124 ] || printf '%s does not answer within 6 s\n' "$1$name" >> "$f.words"
    grep -q '404' "$f.words" || break
done
cat "$f.words"
rm -f "$f" "$f.words"
exit 10
)";

void readFacts(const HostTool &host, HostLook &look, std::stop_token stop)
{
    const auto session = host.session();
    if (!session) {
        look.error = session.error();
        return;
    }
    auto facts = remote::readHostFacts(**session, stop);
    if (!facts && remote::isLost(facts.error())) // it was cut, which says nothing of the host: once more, by a new one
        facts = remote::readHostFacts(**session, stop);
    if (facts)
        look.facts = std::move(*facts);
    else
        look.error = std::move(facts).error();
}

void askTheSource(const ClusterTool &cluster, const HostTool &host, HostLook &look, std::stop_token stop)
{
    const bool has = look.facts->kubeadmVersion.starts_with("v" + cluster.spec().kubernetes) && look.facts->kubeletVersion.starts_with("v" + cluster.spec().kubernetes);
    const auto session = host.session();
    if (has || look.facts->packaging.manager != "apt" || !session)
        return;
    const auto answer = (*session)->run({.arguments = {"sh", "-c", std::string(askSource), "ask", sourceAddress(cluster.spec())}, .timeout = 60s}, stop);
    look.sourceAsked = answer && (answer->exitCode == 0 || answer->exitCode == 10);
    if (answer && answer->exitCode == 10)
        look.sourceProblem = answer->out.substr(0, 600);
}

bool isRoot(const remote::HostFacts &facts) { return facts.sudo == remote::SudoState::Root || facts.sudo == remote::SudoState::Works; }

// What the others know it by: as HostTool::node() finds it, without asking again.
std::string addressOf(const Host &host, const remote::HostFacts &facts)
{
    std::vector<std::string> has;
    for (const auto &interface : facts.interfaces)
        for (const std::string &address : interface.addresses)
            if (interface.name != "lo" && !address.starts_with("fe80:"))
                has.push_back(address.substr(0, address.find('/')));
    return nodeAddress(host, facts.address(), has);
}

} // namespace

Result<Looked> look(const ClusterTool &cluster, const std::function<void(const HostLook &)> &seen, std::stop_token stop)
{
    Looked looked;
    looked.hosts.resize(cluster.hosts().size());
    {
        // No host waits for another but where packets go between them, and nobody for a package source.
        std::vector<std::jthread> sources(looked.hosts.size());
        PortTrial ports(cluster, stop);
        std::mutex mutex;
        onAll(looked.hosts.size(), [&](std::size_t i) {
            HostLook &host = looked.hosts[i];
            const HostTool &tool = *cluster.hosts()[i];
            host.host = tool.host();
            readFacts(tool, host, stop);
            if (seen) {
                const std::lock_guard lock(mutex);
                seen(host);
            }
            if (!host.facts || !isRoot(*host.facts))
                return;
            sources[i] = std::jthread([&] { askTheSource(cluster, tool, host, stop); });
            const std::string address = addressOf(host.host, *host.facts);
            if (looked.hosts.size() < 2 || address.empty())
                return;
            if (host.facts->begunFor.empty())
                ports.listen(i, address);
            else // something of a plan's own runs there
                ports.callOnly(i, address);
        });
        if (!stop.stop_requested())
            looked.ports = ports.tried();
    }
    const auto reached = std::ranges::count_if(looked.hosts, [](const HostLook &host) { return host.facts.has_value(); });
    if (looked.ports.empty())
        looked.portsProblem = reached < 2 ? say("Core", "no other host was reached") : say("Core", "could not be tried (it takes perl on the hosts)");
    if (const std::string &address = cluster.spec().virtualAddress; !stop.stop_requested() && !address.empty() && looked.hosts.front().facts)
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
