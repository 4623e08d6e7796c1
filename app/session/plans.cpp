#include "session/plans.h"

#include "base/say.h"
#include "cloud/aws/credentials.h"
#include "cloud/azure/arm.h"
#include "provision/aks/aks_plan.h"
#include "provision/desktop/desktop_plan.h"
#include "provision/ec2/ec2_operations.h"
#include "provision/eks/eks_operations.h"
#include "provision/kind/kind_plan.h"
#include "provision/kubeadm/operations.h"
#include "provision/minikube/minikube_plan.h"
#include "session/applications.h"
#include "session/hosts.h"
#include "session/images.h"
#include "session/local_tools.h"

#include <QCoreApplication>

#include <yaml-cpp/yaml.h>

namespace timonier {

namespace {

// In the kubeconfig, which other programs read: the one that lies beside this one, whichever of the two this is.
std::string ctlProgram()
{
#ifdef _WIN32
    const QString name = QStringLiteral("/timonierctl.exe");
#else
    const QString name = QStringLiteral("/timonierctl");
#endif
    return QString(QCoreApplication::applicationDirPath() + name).toStdString();
}

} // namespace

Result<std::shared_ptr<aws::Client>> eksClient(const eks::Spec &spec)
{
    return aws::clientFor({.profile = spec.profile, .stored = spec.keys, .region = spec.region}, aws::systemMachine());
}

Result<std::shared_ptr<azure::Arm>> aksClient(const aks::Spec &spec)
{
    return azure::armFor({.account = spec.account, .tenant = spec.tenant}, spec.cloud, azure::systemMachine());
}

Result<std::shared_ptr<aws::Client>> ec2Client(const ec2::Spec &spec)
{
    return aws::clientFor({.profile = spec.profile, .stored = spec.keys, .region = spec.region}, aws::systemMachine());
}

Result<plan::Plan> planOfProvider(std::string_view provider, const std::string &spec, const std::string &where, std::shared_ptr<ProcessRunner> runner, const kubeadm::Access &hosts)
{
    if (provider == "kind")
        return withFetchedTool(kind::planOf(TRY(kind::readSpec(spec, where)), spec, runnerWithTools(runner)), "kind", runner);
    if (provider == "minikube")
        return withFetchedTool(minikube::planOf(TRY(minikube::readSpec(spec, where)), spec, runnerWithTools(runner)), "minikube", runner);
    if (provider == "desktop")
        return desktop::planOf(TRY(desktop::readSpec(spec, where)), spec, runner);
    if (provider == "kubeadm" || provider.starts_with("kubeadm "))
        return kubeadm::planOf(kubeadm::operationOf(provider), TRY(kubeadm::readSpec(spec, where)), spec, hosts ? hosts : hostAccess({}));
    if (provider == "eks" || provider.starts_with("eks ")) {
        const eks::Spec read = TRY(eks::readSpec(spec, where));
        return eks::planOf(eks::operationOf(provider), read, spec, TRY(eksClient(read)), ctlProgram());
    }
    if (provider == "aks") {
        const aks::Spec read = TRY(aks::readSpec(spec, where));
        return aks::planOf(read, spec, TRY(aksClient(read)));
    }
    if (provider == "ec2" || provider.starts_with("ec2 ")) {
        const ec2::Spec read = TRY(ec2::readSpec(spec, where));
        return ec2::planOf(ec2::operationOf(provider), read, spec, TRY(ec2Client(read)), hosts ? hosts : hostAccess({}));
    }
    return fail(ErrorKind::Unsupported, say("Core", "this Timonier knows no provider “{}”", provider), say("Core", "It knows: {}", "kind, minikube, desktop, kubeadm, eks, ec2, aks"));
}

Result<std::string> providerOfSpec(const std::string &yaml, const std::string &file)
{
    std::string provider;
    try {
        const YAML::Node root = YAML::Load(yaml);
        if (root.IsMap() && root["provider"])
            provider = root["provider"].as<std::string>();
    } catch (const YAML::Exception &found) {
        return std::unexpected(Error{.kind = ErrorKind::Invalid, .message = say("Core", "this is no YAML: {}", found.msg),
                                     .context = {{"file", file}, {"line", std::to_string(found.mark.line + 1)}}});
    }
    if (provider.empty())
        return std::unexpected(Error{.kind = ErrorKind::Invalid, .message = say("Core", "the spec does not say which provider"),
                                     .hint = say("Core", "Begin it with `provider: kind`"), .context = {{"file", file}, {"line", "1"}}});
    return provider;
}

Result<plan::Plan> planOfSpec(const std::string &yaml, const std::string &file, std::shared_ptr<ProcessRunner> runner, const kubeadm::Access &hosts)
{
    return planOfProvider(TRY(providerOfSpec(yaml, file)), yaml, file, std::move(runner), hosts);
}

Result<plan::Plan> planOfRun(Session &session, std::string_view provider, const std::string &spec, const std::string &where, const kubeadm::Access &hosts)
{
    if (provider == catalog::provider)
        return planOfApplication(session, spec);
    if (provider == "image")
        return planOfImage(session, spec, where);
    return planOfProvider(provider, spec, where, std::make_shared<SystemProcessRunner>(), hosts);
}

} // namespace timonier
