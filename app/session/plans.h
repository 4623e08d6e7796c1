// The plans that this Timonier can make, by the name of their provider: from a spec file, and from a spec that the journal kept.
#pragma once

#include "base/process.h"
#include "plan/plan.h"
#include "provision/kubeadm/access.h"
#include "session/session.h"

#include <memory>

namespace timonier {

namespace aws {
class Client;
}
namespace eks {
struct Spec;
}
namespace azure {
class Arm;
}
namespace ec2 {
struct Spec;
}
namespace aks {
struct Spec;
}

// The `provider:` of a spec says who makes the plan. Errors: Invalid (the spec, with file and line), Unsupported (no such provider here).
// `hosts`: for clusters on hosts of one's own; without it nobody is asked anything (hosts.h).
Result<plan::Plan> planOfSpec(const std::string &yaml, const std::string &file, std::shared_ptr<ProcessRunner> runner, const kubeadm::Access &hosts = {});
// Whom it names. Errors: Invalid.
Result<std::string> providerOfSpec(const std::string &yaml, const std::string &file);
// Of a run. `where`: what its spec is called in errors.
Result<plan::Plan> planOfProvider(std::string_view provider, const std::string &spec, const std::string &where, std::shared_ptr<ProcessRunner> runner, const kubeadm::Access &hosts = {});

// The same of any run of the journal, also of those that need a cluster or the person's store of passwords: applications, images.
Result<plan::Plan> planOfRun(Session &session, std::string_view provider, const std::string &spec, const std::string &where, const kubeadm::Access &hosts = {});

// The account of a cluster in AWS, by the person's own configuration. Asks nothing yet. Errors: Invalid (~/.aws cannot be read).
Result<std::shared_ptr<aws::Client>> eksClient(const eks::Spec &spec);
Result<std::shared_ptr<aws::Client>> ec2Client(const ec2::Spec &spec);
// The subscription of an AKS cluster, by who is signed in. Asks nothing yet. Errors: Invalid (no such cloud).
Result<std::shared_ptr<azure::Arm>> aksClient(const aks::Spec &spec);

} // namespace timonier
