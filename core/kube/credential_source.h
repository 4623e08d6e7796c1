// From a kubeconfig's user to credentials when they are needed, cached as client-go caches them: files are read again
// when they change, and a plugin's answer is kept in memory until it expires or the server refuses it.
#pragma once

#include "kube/credentials.h"
#include "kube/endpoint.h"
#include "kube/exec_credential.h"
#include "kube/user_spec.h"

#include <memory>

namespace timonier {

// The source for that user of that cluster. Nothing is read or run before it is asked. Its methods: any thread.
std::shared_ptr<CredentialSource> makeCredentialSource(UserSpec user, Endpoint endpoint, CredentialSettings settings);

} // namespace timonier
