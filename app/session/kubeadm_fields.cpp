#include "session/kubeadm_fields.h"

#include "base/lines.h"
#include "base/say.h"

namespace timonier::kubeadm_fields {

using form::Type;

std::vector<form::Parameter> sources(const std::string &group)
{
    return {
        {.id = "packagesUrl", .title = say("Core", "Package mirror"), .help = say("Core", "An apt repository with kubelet, kubeadm and kubectl, for hosts that don't reach pkgs.k8s.io."), .group = group, .type = Type::Text, .advanced = true},
        {.id = "packagesKey", .title = say("Core", "Its public key"), .help = say("Core", "A file, or an https address."), .group = group, .type = Type::Text, .advanced = true, .onlyIf = "packagesUrl!="},
        {.id = "packagesUnsigned", .title = say("Core", "It is not signed"), .help = say("Core", "Whoever can change what a host receives is root there."), .group = group, .type = Type::Boolean, .initial = "false", .advanced = true, .onlyIf = "packagesUrl!="},
        {.id = "imagesRepository", .title = say("Core", "Image mirror"), .help = say("Core", "Instead of registry.k8s.io."), .group = group, .type = Type::Text, .advanced = true},
        {.id = "imageArchives", .title = say("Core", "Image archives"), .help = say("Core", "Files of this computer that are loaded on each host, one a line: for hosts without a network of their own."), .group = group, .type = Type::Lines, .advanced = true},
        {.id = "workerArchives", .title = say("Core", "Those of workers"), .help = say("Core", "On workers instead: they need neither API server nor etcd. Empty: the same."), .group = group, .type = Type::Lines, .advanced = true, .onlyIf = "imageArchives!="},
    };
}

void putCluster(SpecText &spec)
{
    spec.text("podSubnet", spec.changed("podSubnet"));
    spec.text("serviceSubnet", spec.changed("serviceSubnet"));
    spec.list("names", spec.value("names"));
    spec.list("features", spec.value("features"));
    if (!spec.value("packagesUrl").empty()) {
        spec.open("packages");
        spec.text("url", spec.value("packagesUrl"));
        spec.text("key", spec.value("packagesKey"));
        spec.text("unsigned", spec.changed("packagesUnsigned"));
        spec.close();
    }
    if (!spec.value("imagesRepository").empty() || !linesOf(std::string_view(spec.value("imageArchives"))).empty()) {
        spec.open("images");
        spec.text("repository", spec.value("imagesRepository"));
        spec.list("archives", spec.value("imageArchives"));
        spec.list("workerArchives", spec.value("workerArchives"));
        spec.close();
    }
}

void takeSources(const kubeadm::Spec &spec, form::Values &values)
{
    const auto put = [&](const char *id, const std::string &value) {
        if (!value.empty())
            values.texts[id] = value;
    };
    put("packagesUrl", spec.packages.url);
    put("packagesKey", spec.packages.key);
    put("packagesUnsigned", spec.packages.isUnsigned ? "true" : "");
    put("imagesRepository", spec.images.repository);
    put("imageArchives", joinedLines(spec.images.archives));
    put("workerArchives", joinedLines(spec.images.workerArchives));
}

} // namespace timonier::kubeadm_fields
