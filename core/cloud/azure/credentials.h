// Who the person is to Azure: a service principal in the environment, as azure-identity's EnvironmentCredential reads it, somebody who signed in with a
// device's code, or else the machine itself, where Azure gave it an identity. Tokens are kept in memory, and the one that renews them in the system's own store of passwords; never in a file.
#pragma once

#include "base/clock.h"
#include "base/secret_store.h"
#include "cloud/azure/sign_in.h"

#include <memory>
#include <string>

namespace timonier::azure {

struct TokenSource {
    virtual ~TokenSource() = default;
    // One that is good for some minutes at least. `afterRejection`: the last one was refused. Any thread; one that fetches keeps the others waiting, and
    // they get what it finds. Errors: Unauthorized (with where was looked, and what to do), those of Entra.
    virtual Result<Secret> token(bool afterRejection, std::stop_token stop) = 0;
};

struct Machine {
    std::shared_ptr<HttpClient> http{};
    std::shared_ptr<const Clock> clock{};
    std::shared_ptr<SecretStore> store{}; // may be null
    Environment environment{};
};
Machine systemMachine();

struct SignIn {
    std::string account{}; // the name of one that is kept; goes before the environment. Empty: the environment, or the one kept as "default", or the machine's own
    std::string tenant{};  // whose resources; empty: the account's own
};

std::shared_ptr<TokenSource> tokenSource(SignIn signIn, Cloud cloud, Machine machine);

// What a sign-in leaves behind, kept as "azure/ACCOUNT". Errors: those of the store.
Result<> storeAccount(SecretStore &store, const std::string &account, const std::string &tenant, const Secret &refresh);
Result<> forgetAccount(SecretStore &store, const std::string &account);

} // namespace timonier::azure
