#include "session/cluster_forms.h"

#include "base/say.h"

namespace timonier {

std::vector<ClusterForm> clusterForms(const kubeadm::Access &hosts) { return {kindForm(), minikubeForm(), desktopForm(), kubeadmForm(hosts), eksForm(), ec2Form(), aksForm()}; }

std::string nodesWords(int controlPlanes, int workers)
{
    std::string text = controlPlanes == 1 ? say("Core", "1 control plane") : say("Core", "{} control planes", controlPlanes);
    if (workers > 0)
        text += ", " + (workers == 1 ? say("Core", "1 worker") : say("Core", "{} workers", workers));
    return text;
}

} // namespace timonier
