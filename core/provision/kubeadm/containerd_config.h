// containerd's configuration, changed where Kubernetes needs it and nowhere else: pure, line by line, so that comments and what a person wrote stay.
#pragma once

#include <string>
#include <string_view>

namespace timonier::kubeadm {

struct ContainerdWish {
    std::string pause{};            // the sandbox image; empty: as it is
    std::string pluginFolder{};     // of CNI; empty: as it is
};

// 1, 2 or 3: the `version` of a config.toml; none is 1.
int configVersion(std::string_view toml);

// SystemdCgroup on, the CRI plugin enabled, sandbox image and CNI folder as wished. `toml` of version 2 (containerd 1.x and 2.x) or 3 (2.x); of version 1 the
// caller takes `containerd config default` instead, for there is nothing in it that would be kept (Docker's package has one line).
std::string withKubernetes(std::string_view toml, const ContainerdWish &wish);

} // namespace timonier::kubeadm
