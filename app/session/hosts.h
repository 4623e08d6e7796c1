// Hosts over ssh for the plans that need them. The one place where a spec's hosts become sessions.
#pragma once

#include "provision/kubeadm/access.h"
#include "remote/questions.h"

namespace timonier {

// One connection for each host, kept as long as the function is. `questions` go to a person: without them an unknown host key is refused, and only keys, the agent and
// what the system's store of passwords keeps ("ssh/user@host") sign in. Any thread.
kubeadm::Access hostAccess(remote::Questions questions);

// For the next time, in the system's store of passwords; where there is none it is asked again. Blocks.
void keepHostSecret(const remote::SecretQuestion &question, const Secret &secret);

} // namespace timonier
