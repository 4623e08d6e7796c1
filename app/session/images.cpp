#include "session/images.h"

#include "image/image_plan.h"
#include "manifest/apply.h"
#include "manifest/manifest_reader.h"
#include "session/local_tools.h"
#include "session/registry_passwords.h"

#include <QByteArray>

#include <nlohmann/json.hpp>

namespace timonier {

namespace {

Result<> keepPullSecret(Session &session, const std::string &context, const std::string &ns, const std::string &name, const Secret &config, std::stop_token stop)
{
    const OpenContext open = TRY(session.connect(context));
    const nlohmann::json secret = {{"apiVersion", "v1"}, {"kind", "Secret"}, {"type", "kubernetes.io/dockerconfigjson"}, {"metadata", {{"name", name}, {"namespace", ns}}},
                                   {"data", {{".dockerconfigjson", QByteArray::fromStdString(config.reveal()).toBase64().toStdString()}}}};
    std::vector<ManifestObject> objects = TRY(readManifests({{.name = "pull secret", .text = secret.dump()}}));
    return applyObjects(*open.transport, std::move(objects), stop);
}

} // namespace

Result<plan::Plan> planOfImage(Session &session, const std::string &spec, const std::string &where) { return planOfImage(session, spec, where, std::make_shared<SystemProcessRunner>(), withAzureRegistries(systemSecretStore())); }

Result<plan::Plan> planOfImage(Session &session, const std::string &text, const std::string &where, std::shared_ptr<ProcessRunner> runner, std::shared_ptr<SecretStore> secrets)
{
    const image::Spec spec = TRY(image::readSpec(text, where));
    image::Services services{.runner = runnerWithTools(std::move(runner)), .secrets = std::move(secrets)};
    services.keepPullSecret = [&session, cluster = spec.cluster](const std::string &ns, const std::string &name, const Secret &config, std::stop_token stop) {
        return keepPullSecret(session, cluster, ns, name, config, stop);
    };
    return image::planOf(spec, text, std::move(services));
}

} // namespace timonier
