#include "provision/kubeadm/steps.h"

#include "base/say.h"
#include "net/download.h"
#include "provision/kubeadm/features.h"

namespace timonier::kubeadm {

namespace {

using namespace std::chrono_literals;

// The report's "admin-user" of the dashboard: it may do everything, and signs in with a token of its ServiceAccount.
constexpr std::string_view admin = R"(apiVersion: v1
kind: ServiceAccount
metadata: {name: admin-user, namespace: kube-system}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: admin-user}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: admin-user, namespace: kube-system}]
)";

} // namespace

Result<std::string> featureManifest(const std::string &feature, std::stop_token stop)
{
    if (feature == "admin")
        return std::string(admin);
    const std::string url = feature == "metrics-server" ? "https://github.com/kubernetes-sigs/metrics-server/releases/download/v0.8.0/components.yaml"
                            : feature == "headlamp"     ? "https://raw.githubusercontent.com/kubernetes-sigs/headlamp/v0.38.0/kubernetes-headlamp.yaml"
                                                        : "";
    if (url.empty())
        return fail(ErrorKind::Unsupported, say("Core", "there is no feature {}", feature));
    auto text = downloadText(url, {.limit = 4u << 20}, std::move(stop));
    if (!text)
        return std::unexpected(std::move(text).error().because(say("Core", "the manifest of {} cannot be fetched", feature), say("Core", "Leave it out of the spec; the catalogue deploys it too")));
    std::string manifest = text->text;
    // The kubelets of kubeadm sign their own certificates.
    if (const std::size_t at = manifest.find("        - --kubelet-use-node-status-port"); feature == "metrics-server" && at != manifest.npos)
        manifest.insert(at, "        - --kubelet-insecure-tls\n");
    return manifest;
}

std::pair<std::string, std::string> featureObject(const std::string &feature)
{
    return {"kube-system", feature == "admin" ? "serviceaccount/admin-user" : "deployment/" + feature};
}

std::string featureTitle(const std::string &feature)
{
    return feature == "metrics-server" ? say("Core", "metrics-server: CPU and memory in use")
           : feature == "headlamp"     ? say("Core", "Headlamp, the dashboard")
                                       : say("Core", "A user that may do everything (admin-user)");
}

plan::Step featureStep(const Cluster &cluster, const std::string &feature)
{
    if (feature == "helm")
        return helmStep(cluster, cluster->hosts().front());
    return {.id = "feature " + feature, .title = featureTitle(feature), .needs = {"network"}, .estimate = 4s, .retry = {.attempts = 3},
            .check = [cluster, feature](plan::StepContext &context) -> Result<bool> {
                const auto [scope, object] = featureObject(feature);
                return !TRY(cluster->first().kubectl({"get", "-n", scope, "--ignore-not-found", "-o", "name", object}, {}, context.stop())).empty();
            },
            .apply = [cluster, feature](plan::StepContext &context) -> Result<> {
                const std::string manifest = TRY(featureManifest(feature, context.stop()));
                TRY(cluster->first().kubectl({"apply", "-f", "-"}, manifest, context.stop(), printer(context)));
                return {};
            }};
}

} // namespace timonier::kubeadm
