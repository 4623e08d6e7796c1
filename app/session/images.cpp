#include "session/images.h"

#include "image/image_plan.h"
#include "manifest/apply.h"
#include "manifest/manifest_reader.h"
#include "session/local_tools.h"

#include <QByteArray>

#include <nlohmann/json.hpp>

namespace timonier {

namespace {

Result<> keepPullSecret(Session &session, const std::string &ns, const std::string &name, const Secret &config, std::stop_token stop)
{
    const OpenContext open = TRY(session.connect({}));
    const nlohmann::json secret = {{"apiVersion", "v1"}, {"kind", "Secret"}, {"type", "kubernetes.io/dockerconfigjson"}, {"metadata", {{"name", name}, {"namespace", ns}}},
                                   {"data", {{".dockerconfigjson", QByteArray::fromStdString(config.reveal()).toBase64().toStdString()}}}};
    std::vector<ManifestObject> objects = TRY(readManifests({{.name = "pull secret", .text = secret.dump()}}));
    return applyObjects(*open.transport, std::move(objects), stop);
}

} // namespace

Result<plan::Plan> planOfImage(Session &session, const std::string &spec, const std::string &where)
{
    image::Services services{.runner = runnerWithTools(std::make_shared<SystemProcessRunner>()), .secrets = systemSecretStore()};
    services.keepPullSecret = [&session](const std::string &ns, const std::string &name, const Secret &config, std::stop_token stop) {
        return keepPullSecret(session, ns, name, config, stop);
    };
    return image::planOf(TRY(image::readSpec(spec, where)), spec, std::move(services));
}

} // namespace timonier
