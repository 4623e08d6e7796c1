#include "provision/kubeadm/operations.h"

#include "base/say.h"
#include "provision/kubeadm/kubeadm_plan.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace timonier::kubeadm {

Operation operationOf(std::string_view provider)
{
    constexpr std::string_view begin = "kubeadm ";
    if (!provider.starts_with(begin))
        return {};
    const std::string_view words = provider.substr(begin.size());
    const std::size_t space = words.find(' ');
    return {.verb = std::string(words.substr(0, space)), .about = std::string(space == words.npos ? std::string_view() : words.substr(space + 1))};
}

std::string providerOf(const Operation &operation) { return "kubeadm " + operation.verb + (operation.about.empty() ? "" : " " + operation.about); }

Result<plan::Plan> planOf(const Operation &operation, const Spec &spec, std::string specText, const Access &access)
{
    if (operation.verb.empty())
        return planOf(spec, std::move(specText), access);
    if (operation.verb == "remove-host")
        return planToRemove(spec, std::move(specText), operation.about, access);
    if (operation.verb == "remove-lost-host")
        return planToRemoveLost(spec, std::move(specText), operation.about, access);
    if (operation.verb == "restore")
        return planToRestore(spec, std::move(specText), operation.about, access);
    if (operation.verb == "renew-certs")
        return planToRenew(spec, std::move(specText), access);
    if (operation.verb == "upgrade")
        return planToUpgrade(spec, std::move(specText), access);
    return fail(ErrorKind::Unsupported, say("Core", "this Timonier cannot do “{}” with a cluster", operation.verb));
}

Result<std::vector<Expiry>> readExpiries(std::string_view json, const std::string &host)
{
    const auto info = nlohmann::json::parse(json, nullptr, false);
    if (!info.is_object() || !info.contains("certificates"))
        return std::unexpected(Error{.kind = ErrorKind::Protocol, .message = say("Core", "kubeadm's list of certificates cannot be read"), .context = {{"host", host}}});
    // One that is not there (super-admin.conf is on the first control plane alone) has null for what it lacks.
    const auto text = [](const nlohmann::json &one, const char *key) {
        const auto found = one.find(key);
        return found != one.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    std::vector<Expiry> all;
    for (const char *list : {"certificates", "certificateAuthorities"})
        if (info.contains(list) && info[list].is_array())
            for (const auto &one : info[list])
                if (one.is_object()) {
                    const auto left = one.find("residualTime"), missing = one.find("missing");
                    all.push_back({.host = host, .name = text(one, "name"), .ends = text(one, "expirationDate"), .left = left != one.end() && left->is_number() ? left->get<std::int64_t>() : 0,
                                   .missing = missing != one.end() && *missing == true});
                }
    return all;
}

Result<std::vector<Expiry>> expiries(const HostTool &host, std::stop_token stop)
{
    const auto session = TRY(host.session());
    const auto output = TRY(session->run({.arguments = {"kubeadm", "certs", "check-expiration", "-o", "json"}, .root = true, .timeout = std::chrono::minutes(1)}, stop));
    if (output.exitCode != 0)
        return std::unexpected(Error{.kind = ErrorKind::Process, .message = say("Core", "kubeadm does not tell when certificates end"), .context = {{"host", host.name()}, {"kubeadm", output.err.substr(0, 1000)}}});
    return readExpiries(output.out, host.name());
}

Result<std::vector<Expiry>> expiries(const ClusterTool &cluster, std::stop_token stop)
{
    std::vector<Expiry> all;
    for (const auto &host : cluster.hosts())
        if (host->host().controlPlane)
            std::ranges::move(TRY(expiries(*host, stop)), std::back_inserter(all));
    return all;
}

} // namespace timonier::kubeadm
