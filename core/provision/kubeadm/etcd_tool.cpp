#include "provision/kubeadm/etcd_tool.h"

#include "base/say.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace timonier::kubeadm {

namespace {

using Json = nlohmann::json;

std::ptrdiff_t majority(std::size_t count) { return std::ptrdiff_t(count / 2 + 1); }

// Who does not answer, besides one.
std::string silent(const std::vector<EtcdMember> &members, std::uint64_t besides)
{
    std::string names;
    for (const EtcdMember &one : members)
        if (!one.healthy && one.id != besides)
            names += (names.empty() ? "" : ", ") + (one.name.empty() ? one.peer : one.name);
    return names;
}

std::unexpected<Error> unreadable() { return fail(ErrorKind::Protocol, say("Core", "etcd's answer cannot be read")); }

} // namespace

Result<EtcdStatus> readEtcdStatus(std::string_view json)
{
    const Json all = Json::parse(json, nullptr, false);
    if (!all.is_array() || all.empty() || !all[0].is_object() || !all[0].contains("Status") || !all[0]["Status"].is_object())
        return unreadable();
    const Json &status = all[0]["Status"];
    const Json header = status.value("header", Json::object());
    if (!header.is_object() || !header.contains("revision") || !header["revision"].is_number_integer())
        return unreadable();
    const Json size = status.value("dbSize", Json(0));
    return EtcdStatus{.revision = header["revision"].get<std::int64_t>(), .size = size.is_number() ? size.get<std::uint64_t>() : 0};
}

Result<std::vector<EtcdMember>> readEtcdMembers(std::string_view lines)
{
    const std::size_t end = lines.find('\n');
    const Json list = Json::parse(lines.substr(0, end), nullptr, false);
    if (!list.is_object() || !list.contains("members") || !list["members"].is_array())
        return unreadable();
    // No second line: none was healthy enough to say so.
    const Json health = Json::parse(end == lines.npos ? std::string_view() : lines.substr(end + 1), nullptr, false);
    const auto isHealthy = [&health](const Json &urls) {
        if (!health.is_array() || !urls.is_array())
            return false;
        return std::ranges::any_of(health, [&urls](const Json &one) {
            return one.is_object() && one.value("health", Json()) == true && std::ranges::any_of(urls, [&one](const Json &url) { return one.value("endpoint", Json()) == url; });
        });
    };
    std::vector<EtcdMember> members;
    for (const Json &one : list["members"]) {
        if (!one.is_object() || !one.contains("ID") || !one["ID"].is_number_unsigned())
            return unreadable();
        const Json name = one.value("name", Json()), peers = one.value("peerURLs", Json::array());
        members.push_back({.id = one["ID"].get<std::uint64_t>(), .name = name.is_string() ? name.get<std::string>() : std::string(),
                           .peer = peers.is_array() && !peers.empty() && peers[0].is_string() ? peers[0].get<std::string>() : std::string(), .healthy = isHealthy(one.value("clientURLs", Json::array()))});
    }
    return members;
}

Result<EtcdStatus> etcdStatus(const HostTool &host, std::stop_token stop) { return readEtcdStatus(TRY(host.run({.script = "etcd", .arguments = {"status"}}, std::move(stop)))); }

Result<EtcdFacts> etcdFacts(const HostTool &host, std::stop_token stop)
{
    const std::string answer = TRY(host.run({.script = "etcd", .arguments = {"facts"}}, std::move(stop)));
    const auto value = [&answer](std::string_view key) {
        const std::size_t at = answer.find(key);
        return at == answer.npos ? std::string() : answer.substr(at + key.size(), answer.find('\n', at) - at - key.size());
    };
    EtcdFacts facts{.name = value("name "), .peer = value("peer ")};
    if (facts.name.empty() || facts.peer.empty())
        return std::unexpected(Error{.kind = ErrorKind::Protocol, .message = say("Core", "the manifest of etcd does not say its name and address"), .context = {{"host", host.name()}}});
    return facts;
}

Result<std::vector<EtcdMember>> etcdMembers(const ClusterTool &cluster, std::string_view besides, std::stop_token stop)
{
    Error last{.kind = ErrorKind::NotFound, .message = say("Core", "there is no other control plane to ask")};
    for (const HostPtr &host : cluster.hosts()) {
        if (!host->host().controlPlane || host->name() == besides)
            continue;
        auto answer = host->run({.script = "etcd", .arguments = {"members"}}, stop);
        if (answer)
            return readEtcdMembers(*answer);
        last = std::move(answer).error();
        if (last.kind == ErrorKind::Cancelled)
            break;
    }
    return std::unexpected(std::move(last));
}

std::optional<Error> majorityLoss(const std::vector<EtcdMember> &members)
{
    const auto healthy = std::ranges::count_if(members, &EtcdMember::healthy);
    if (healthy >= majority(members.size()))
        return {};
    return Error{.kind = ErrorKind::Conflict, .message = say("Core", "etcd has lost its majority: {} of {} members answer, and it takes {}", healthy, members.size(), majority(members.size())),
                 .hint = say("Core", "No member can be taken out now. Bring one back ({}), or restore a backup", silent(members, 0))};
}

std::optional<Error> quorumLoss(const std::vector<EtcdMember> &members, const EtcdMember &leaving)
{
    if (members.size() < 2)
        return Error{.kind = ErrorKind::Conflict, .message = say("Core", "{} has the only etcd: with it goes the cluster", leaving.name), .hint = say("Core", "Delete the cluster, or add another control plane first")};
    if (auto lost = majorityLoss(members))
        return lost;
    const auto left = std::ranges::count_if(members, [&](const EtcdMember &one) { return one.healthy && one.id != leaving.id; });
    if (left < majority(members.size() - 1))
        return Error{.kind = ErrorKind::Conflict,
                     .message = say("Core", "without {} etcd would have no majority: of the {} members left {} answer, and it takes {}", leaving.name, members.size() - 1, left, majority(members.size() - 1)),
                     .hint = say("Core", "See first to those that do not answer: {}", silent(members, leaving.id))};
    return {};
}

} // namespace timonier::kubeadm
