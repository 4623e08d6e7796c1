// Volumes: EBS' driver as an add-on with a role of its own, and a StorageClass that is the cluster's default; without one whatever asks for a volume waits for ever.
#include "provision/eks/eks_steps.h"

#include "base/say.h"
#include "cloud/aws/eks_calls.h"
#include "cloud/aws/eks_token.h"
#include "kube/curl_transport.h"
#include "kube/fetch.h"
#include "kube/network.h"

#include <algorithm>

#include <QByteArray>

#include <nlohmann/json.hpp>

namespace timonier::eks {

using namespace std::chrono_literals;

namespace {

constexpr const char *classPath = "/apis/storage.k8s.io/v1/storageclasses/gp3", *defaultMark = "storageclass.kubernetes.io/is-default-class";

// Tokens of the keys that made the cluster: whoever made it may do everything in it.
class MakersToken final : public CredentialSource
{
public:
    explicit MakersToken(const World &world) : m_world(world) {}
    Result<Credential> resolve(bool, std::stop_token stop) override
    {
        const aws::Keys keys = TRY(m_world.client->settings().keys->keys(false, std::move(stop)));
        return Credential{.bearer = TRY(aws::eksToken(keys, m_world.spec.region, m_world.spec.name, m_world.client->now())), .basic = {}, .certificatePem = {}, .keyPem = {}, .expires = {}};
    }
    std::optional<Credential> cached() override { return std::nullopt; }

private:
    const World m_world;
};

Result<Response> ask(const World &world, const aws::EksCluster &cluster, Request request, std::stop_token stop)
{
    timonier::Network network; // eks::Network is another
    const QByteArray authority = QByteArray::fromBase64(QByteArray::fromStdString(cluster.certificate));
    CurlTransport transport(network, Endpoint{.server = cluster.endpoint, .caPem = authority.toStdString()}, std::make_shared<MakersToken>(world));
    return fetch(transport, std::move(request), std::move(stop));
}

bool isDefault(const std::string &object)
{
    const auto json = nlohmann::json::parse(object, nullptr, false);
    const nlohmann::json::json_pointer annotations("/metadata/annotations");
    return json.is_object() && json.contains(annotations) && json[annotations].value(defaultMark, std::string()) == "true";
}

plan::Step classStep(const World &world)
{
    std::vector<std::string> needs{"cluster"};
    if (!world.spec.autoNodes) // which has a driver of its own
        needs.push_back("addon-" + std::string(volumeAddon));
    return {.id = "storage-class", .title = say("Core", "Make gp3 the storage class of those who ask for none"), .needs = std::move(needs), .estimate = 2s, .retry = {.attempts = 5, .pause = 3s},
            .check = [world](StepContext &context) -> Result<bool> {
                const auto now = TRY(aws::Eks(*world.client, context.stop()).cluster(world.spec.name));
                if (!now || now->status != "ACTIVE")
                    return false;
                const auto found = ask(world, *now, {.path = classPath}, context.stop());
                if (!found && found.error().kind != ErrorKind::NotFound)
                    return std::unexpected(found.error());
                return found && isDefault(found->body);
            },
            .apply = [world](StepContext &context) -> Result<> {
                const auto now = TRY(aws::Eks(*world.client, context.stop()).cluster(world.spec.name));
                if (!now)
                    return fail(ErrorKind::NotFound, say("Core", "the cluster {} is gone", world.spec.name));
                const nlohmann::json object{{"apiVersion", "storage.k8s.io/v1"}, {"kind", "StorageClass"}, {"metadata", {{"name", "gp3"}, {"annotations", {{defaultMark, "true"}}}}}, {"provisioner", world.spec.autoNodes ? "ebs.csi.eks.amazonaws.com" : "ebs.csi.aws.com"},
                                            {"parameters", {{"type", "gp3"}}}, {"volumeBindingMode", "WaitForFirstConsumer"}, {"allowVolumeExpansion", true}};
                const auto applied = ask(world, *now, {.method = "PATCH", .path = std::string(classPath) + "?fieldManager=timonier&force=true", .contentType = "application/apply-patch+yaml", .body = object.dump()}, context.stop());
                if (applied)
                    return {};
                Error error = applied.error();
                if (!world.spec.publicAccess && (error.kind == ErrorKind::Unreachable || error.kind == ErrorKind::Timeout))
                    error.hint = say("Core", "The API server is reached inside its network only: run the plan again from there, or write storage: none into the spec.");
                return std::unexpected(std::move(error));
            }}; // it goes with the cluster
}

} // namespace

std::vector<std::string> addonsOf(const Spec &spec)
{
    std::vector<std::string> all = spec.addons;
    for (const std::string_view one : {identityAddon, volumeAddon})
        if (spec.storage && !spec.autoNodes && std::ranges::find(all, one) == all.end())
            all.emplace_back(one);
    return all;
}

void addStorage(plan::Plan &plan, const World &world)
{
    if (world.spec.storage)
        plan.steps.push_back(classStep(world));
}

} // namespace timonier::eks
