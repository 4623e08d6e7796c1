// Who the person is to AWS: keys from where AWS' own tools look, in their order, renewed before they expire.
//
// docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html: environment; the profile (role_arn chains, IAM Identity Center,
// keys, credential_process); a container's endpoint; the instance's role (IMDSv2 alone). Nothing of a secret gets into an error or a log.
#pragma once

#include "base/process.h"
#include "base/secret_store.h"
#include "cloud/aws/client.h"
#include "cloud/aws/shared_config.h"

#include <filesystem>
#include <memory>
#include <string>

namespace timonier::aws {

// What it takes to look.
struct Machine {
    std::shared_ptr<HttpClient> http{};
    std::shared_ptr<ProcessRunner> runner{};  // for credential_process
    std::shared_ptr<const Clock> clock{};
    std::shared_ptr<SecretStore> store{};     // for keys that were typed in; may be null
    Environment environment{};
    std::filesystem::path home{};
};

// The machine's own.
Machine systemMachine();

struct SignIn {
    std::string profile{};  // said by the person: the environment's keys are passed over then. Empty: AWS_PROFILE, or the default
    std::string stored{};   // the name of keys that were typed in; goes before all others
    std::string region{};   // of the work; roles are taken on at its STS
};

// Any thread; one that fetches keeps the others waiting, and they get what it finds. Errors: Unauthorized (with where was looked and what
// to do), Invalid (a configuration that leads nowhere), Unsupported (a profile that asks for a code, mfa_serial), Process, Cancelled.
std::shared_ptr<KeySource> keySource(SignIn signIn, Machine machine);

// A client for `region` (empty: the configured one) with the endpoints that are configured. Errors: Invalid (no region anywhere).
Result<std::shared_ptr<Client>> clientFor(SignIn signIn, const Machine &machine);

// Typed-in keys, in the person's own store of passwords as "aws/NAME".
Result<> storeKeys(SecretStore &store, const std::string &name, const Keys &keys);
Result<> forgetKeys(SecretStore &store, const std::string &name);

} // namespace timonier::aws
