#include "kube/apply.h"

#include "kube/fetch.h"

#include <nlohmann/json.hpp>

#include <QFile>

namespace timonier {

Result<> applyObjects(Transport &transport, const std::vector<AppliedObject> &objects, std::stop_token stop)
{
    for (const AppliedObject &object : objects) {
        const Request request{.method = "PATCH",
                              .path = object.path + "?fieldManager=timonier&fieldValidation=Strict",
                              .contentType = "application/apply-patch+yaml",
                              .body = object.json};
        if (auto applied = fetch(transport, request, stop); !applied)
            return std::unexpected(std::move(applied).error().with("object", object.title));
    }
    return {};
}

std::vector<AppliedObject> metricsServerObjects(bool checkKubelets)
{
    QFile file(QStringLiteral(":/manifests/metrics-server.json"));
    std::vector<AppliedObject> objects;
    if (!file.open(QIODevice::ReadOnly))
        return objects;
    const QByteArray text = file.readAll();
    auto entries = nlohmann::ordered_json::parse(text.begin(), text.end(), nullptr, false);
    for (auto &entry : entries) {
        auto &object = entry["object"];
        if (!checkKubelets && object["kind"] == "Deployment")
            object["spec"]["template"]["spec"]["containers"][0]["args"].push_back("--kubelet-insecure-tls");
        objects.push_back({entry["path"].get<std::string>(), object.dump(),
                           object["kind"].get<std::string>() + " " + object["metadata"]["name"].get<std::string>()});
    }
    return objects;
}

} // namespace timonier
