// Credential plugins (client.authentication.k8s.io/v1, v1beta1; KEP-541): what they are told, how they are run, what
// they answer. No cache here: credential_source.h has it. Worker threads.
#pragma once

#include "base/clock.h"
#include "base/environment.h"
#include "base/process.h"
#include "base/result.h"
#include "kube/credentials.h"
#include "kube/endpoint.h"
#include "kube/user_spec.h"

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace timonier {

// What sources of credentials need of the machine.
struct CredentialSettings {
    std::shared_ptr<ProcessRunner> runner;
    std::shared_ptr<ShellEnvironment> environment;
    std::shared_ptr<const Clock> clock;
    // A window started from the desktop: the login shell is asked before the first plugin runs, not only when a plugin is
    // not found, because plugins need its variables (AWS_PROFILE, HTTPS_PROXY …) too.
    bool desktopLaunch = false;
    // Our standard input is a terminal with a person before it, and a plugin may talk to them.
    bool terminal = false;
    std::chrono::milliseconds pluginTimeout = std::chrono::seconds(60);
    std::chrono::milliseconds interactiveTimeout = std::chrono::minutes(10); // people are slower
};

// The value of KUBERNETES_EXEC_INFO.
std::string execInfo(const ExecSpec &exec, const Endpoint &endpoint, bool interactive);

// What the plugin printed, as a credential. Protocol if it is not an ExecCredential of `apiVersion` with a token or a
// certificate and its key. Nothing of the text is in the error.
Result<Credential> readExecCredential(std::string_view printed, const std::string &apiVersion);

// Runs the plugin once. Errors: Process (not there: searched in PATH, then the login shell's), Unauthorized (it refused,
// with its stderr in the context; or it needs a terminal), Timeout, Cancelled, Protocol.
Result<Credential> runExecPlugin(const ExecSpec &exec, const Endpoint &endpoint, const CredentialSettings &settings,
                                 std::stop_token stop);

// "2026-01-31T23:59:59.5+01:00" (RFC 3339).
std::optional<std::chrono::system_clock::time_point> parseRfc3339(std::string_view text);

} // namespace timonier
