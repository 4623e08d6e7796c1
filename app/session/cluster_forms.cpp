#include "session/cluster_forms.h"

namespace timonier {

std::vector<ClusterForm> clusterForms() { return {kindForm(), minikubeForm(), desktopForm()}; }

} // namespace timonier
