#include "provision/kubeadm/offered_versions.h"

#include "base/lines.h"
#include "base/say.h"
#include "provision/local/preflight.h"

#include <algorithm>
#include <charconv>

namespace timonier::kubeadm {

namespace {

using namespace std::chrono_literals;

// The index of each folder that is named, read as apt reads it; versions of kubeadm, one a line. 10: none of them answers.
constexpr std::string_view askIndex = R"(f=$(mktemp) || exit 10
any=10
for folder in "$@"; do
    folder=$(printf %s "$folder" | sed "s/ARCHITECTURE/$(dpkg --print-architecture)/")
    for name in Packages Packages.gz; do
        timeout 30 /usr/lib/apt/apt-helper -o Acquire::Retries=0 -o Acquire::http::Timeout=8 -o Acquire::https::Timeout=8 download-file "$folder$name" "$f" > /dev/null 2>&1 || continue
        any=0
        case $name in *.gz) gzip -dc "$f" ;; *) cat "$f" ;; esac | awk '/^Package: /{p=$2} /^Version: /{if (p=="kubeadm") print $2}'
        break
    done
    rm -f "$f"
done
exit $any
)";

int minorOf(std::string_view version)
{
    const std::size_t dot = version.find('.');
    int minor = 0;
    if (dot != version.npos)
        std::from_chars(version.data() + dot + 1, version.data() + version.size(), minor);
    return minor;
}

// Where the index of a minor's packages lies: flat, or "URL SUITE COMPONENT".
std::string folderOf(const Spec &spec, int minor)
{
    std::string url = spec.packages.url.empty() ? "https://pkgs.k8s.io/core:/stable:/v1." + std::to_string(minor) + "/deb/" : spec.packages.url;
    if (const std::size_t space = url.find(' '); space != url.npos) {
        const std::size_t end = url.find(' ', space + 1);
        url = url.substr(0, space) + "/dists/" + url.substr(space + 1, end == url.npos ? end : end - space - 1) + (end == url.npos ? std::string() : "/" + url.substr(end + 1) + "/binary-ARCHITECTURE");
    }
    return url.ends_with('/') ? url : url + "/";
}

} // namespace

std::vector<std::string> newerOf(const std::string &now, const std::vector<std::string> &all)
{
    std::vector<std::string> newer;
    for (const std::string &packaged : all) {
        const std::string version = packaged.substr(0, packaged.find('-')); // "1.36.3-1.1" is Debian's
        if (version.starts_with("1.") && local::compareVersions(version, now) > 0 && minorOf(version) <= minorOf(now) + 1 && std::ranges::find(newer, version) == newer.end())
            newer.push_back(version);
    }
    std::ranges::sort(newer, [](const std::string &a, const std::string &b) { return local::compareVersions(a, b) > 0; });
    return newer;
}

Result<OfferedVersions> offeredVersions(const ClusterTool &cluster, std::stop_token stop)
{
    OfferedVersions offered;
    for (const NodeState &node : TRY(cluster.nodes(stop))) {
        const std::string version = node.version.substr(node.version.starts_with('v') ? 1 : 0);
        offered.isUneven = offered.isUneven || (!offered.now.empty() && version != offered.now);
        if (offered.now.empty() || local::compareVersions(version, offered.now) < 0)
            offered.now = version;
    }
    if (offered.now.empty())
        return fail(ErrorKind::NotFound, say("Core", "the cluster has no nodes"));
    std::vector<std::string> folders{folderOf(cluster.spec(), minorOf(offered.now)), folderOf(cluster.spec(), minorOf(offered.now) + 1)};
    if (folders.front() == folders.back())
        folders.pop_back();
    remote::HostCommand command{.arguments = {"sh", "-c", std::string(askIndex), "ask"}, .timeout = 90s};
    std::ranges::copy(folders, std::back_inserter(command.arguments));
    const auto session = TRY(cluster.first().session());
    const auto answer = TRY(session->run(command, stop));
    if (answer.exitCode != 0)
        return std::unexpected(Error{.kind = ErrorKind::Unreachable, .message = say("Core", "the package source does not say which versions it has"), .context = {{"host", cluster.first().name()}, {"source", folders.front()}}});
    offered.newer = newerOf(offered.now, linesOf(answer.out));
    return offered;
}

} // namespace timonier::kubeadm
