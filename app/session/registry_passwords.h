// Passwords of registries: those that the system's store keeps, and those of Azure's registries, which are made of the person's sign-in to Azure when
// they are asked for. Any thread; blocks.
#pragma once

#include "base/secret_store.h"

#include <memory>

namespace timonier {

// Of the user 00000000-0000-0000-0000-000000000000, which Azure's registries alone have (azure.github.io/acr/AAD-OAuth), the password comes from Azure,
// good for three hours; all others, and all that is written, are `inner`'s. Errors, too: those of azure::registryPassword() and of signing in.
std::shared_ptr<SecretStore> withAzureRegistries(std::shared_ptr<SecretStore> inner);

} // namespace timonier
