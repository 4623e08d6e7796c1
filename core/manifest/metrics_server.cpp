#include "manifest/metrics_server.h"

#include "manifest/object_facts.h"

#include <nlohmann/json.hpp>

#include <QFile>

namespace timonier {

std::vector<ManifestObject> metricsServerObjects(bool checkKubelets)
{
    QFile file(QStringLiteral(":/manifests/metrics-server.json"));
    std::vector<ManifestObject> objects;
    if (!file.open(QIODevice::ReadOnly))
        return objects;
    const QByteArray text = file.readAll();
    auto all = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
    for (auto &object : all["items"]) {
        if (!checkKubelets && object["kind"] == "Deployment")
            object["spec"]["template"]["spec"]["containers"][0]["args"].push_back("--kubelet-insecure-tls");
        const std::string apiVersion = object["apiVersion"].get<std::string>();
        const std::size_t slash = apiVersion.find('/');
        ManifestObject made{.version = slash == apiVersion.npos ? apiVersion : apiVersion.substr(slash + 1), .json = object.dump()};
        made.ref = {slash == apiVersion.npos ? "" : apiVersion.substr(0, slash), object["kind"].get<std::string>(), object["metadata"].value("namespace", ""), object["metadata"]["name"].get<std::string>()};
        made.facts = factsOf(made.ref, object);
        objects.push_back(std::move(made));
    }
    return objects;
}

} // namespace timonier
