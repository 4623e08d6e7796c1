#include "provision/kubeadm/network.h"

#include "base/say.h"
#include "net/download.h"
#include "provision/local/cidr.h"

#include <QFile>

namespace timonier::kubeadm {

namespace {

// As in resources/catalog.
constexpr std::string_view flannel = "https://github.com/flannel-io/flannel/releases/download/v0.28.4/kube-flannel.yml";
constexpr std::string_view calico = "https://raw.githubusercontent.com/projectcalico/calico/v3.31.3/manifests/";

Result<std::string> fetched(const std::string &url, std::stop_token stop)
{
    auto text = downloadText(url, {.limit = 8u << 20}, std::move(stop));
    if (!text)
        return std::unexpected(std::move(text).error().because(say("Core", "the manifest of the pod network cannot be fetched"), say("Core", "Without a way out, give it as a file: network: {{manifest: FILE}}")));
    return text->text;
}

std::string installation(const Spec &spec)
{
    return "apiVersion: operator.tigera.io/v1\nkind: Installation\nmetadata: {name: default}\nspec:\n  calicoNetwork:\n    ipPools:\n      - name: default-pool\n        cidr: \"" + spec.podSubnet +
           "\"\n        encapsulation: VXLANCrossSubnet\n        natOutgoing: Enabled\n";
}

} // namespace

std::string withPodSubnet(std::string manifest, const std::string &podSubnet)
{
    constexpr std::string_view theirs = "10.244.0.0/16";
    for (std::size_t at = manifest.find(theirs); at != manifest.npos; at = manifest.find(theirs, at + podSubnet.size()))
        manifest.replace(at, theirs.size(), podSubnet);
    return manifest;
}

Result<std::vector<Manifest>> networkManifests(const Spec &spec, std::stop_token stop)
{
    switch (spec.network.kind) {
    case Network::Kind::None: return std::vector<Manifest>{};
    case Network::Kind::Flannel: {
        const std::string text = TRY(fetched(std::string(flannel), std::move(stop)));
        return std::vector<Manifest>{{.text = withPodSubnet(text, spec.podSubnet)}};
    }
    case Network::Kind::Calico: {
        std::vector<Manifest> all;
        all.push_back({.text = TRY(fetched(std::string(calico) + "operator-crds.yaml", stop)), .serverSide = true, .waitFor = "crd/installations.operator.tigera.io"});
        all.push_back({.text = TRY(fetched(std::string(calico) + "tigera-operator.yaml", stop)), .serverSide = true});
        all.push_back({.text = installation(spec)});
        return all;
    }
    case Network::Kind::Manifest: break;
    }
    QFile file(QString::fromStdString(spec.network.file));
    if (!file.open(QIODevice::ReadOnly))
        return std::unexpected(Error{.kind = ErrorKind::Io, .message = say("Core", "the manifest of the pod network cannot be read"), .context = {{"file", spec.network.file}, {"reason", file.errorString().toStdString()}}});
    return std::vector<Manifest>{{.text = file.readAll().toStdString()}};
}

} // namespace timonier::kubeadm
