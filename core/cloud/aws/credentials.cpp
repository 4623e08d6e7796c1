#include "cloud/aws/credentials.h"

#include "base/log.h"
#include "base/nearest_name.h"
#include "base/paths.h"
#include "base/say.h"
#include "base/single_flight.h"
#include "cloud/aws/key_sources.h"

#include <nlohmann/json.hpp>

namespace timonier::aws {

namespace {

using namespace std::chrono_literals;

class Chain final : public KeySource
{
public:
    Chain(SignIn signIn, Machine machine) : m_signIn(std::move(signIn)), m_machine(std::move(machine)) {}

    Result<Keys> keys(bool afterRejection, std::stop_token stop) override
    {
        const auto now = m_machine.clock->wall();
        std::optional<Keys> kept;
        {
            const std::lock_guard lock(m_mutex);
            if (afterRejection)
                m_kept.reset();
            kept = m_kept;
        }
        if (kept && (!kept->expires || *kept->expires > now + 5min))
            return *kept;
        auto fresh = m_flight.run(stop, [this](std::stop_token token) { return fetch(token); });
        // A source that fails for a moment does no harm as long as the last keys are good.
        if (!fresh && kept && *kept->expires > now + 20s && fresh.error().kind != ErrorKind::Cancelled)
            return *kept;
        return fresh;
    }

private:
    Result<Keys> fetch(std::stop_token stop)
    {
        Keys found = TRY(look(stop));
        if (found.expires && *found.expires <= m_machine.clock->wall())
            return fail(ErrorKind::Unauthorized, say("Core", "the AWS keys of {} have expired", found.from), say("Core", "Sign in again, or have them renewed where they come from."));
        const std::lock_guard lock(m_mutex);
        m_kept = found;
        return found;
    }

    Result<Keys> look(std::stop_token stop)
    {
        if (!m_signIn.stored.empty()) {
            if (auto found = TRY(storedKeys(m_signIn, m_machine)))
                return std::move(*found);
            return fail(ErrorKind::Unauthorized, say("Core", "no AWS keys are kept as {}", m_signIn.stored), say("Core", "Type them in again."));
        }
        const Environment &environment = m_machine.environment;
        if (m_signIn.profile.empty())
            if (auto found = TRY(environmentKeys(environment)))
                return std::move(*found);
        const SharedConfig config = TRY(readSharedConfig(environment, m_machine.home));
        const std::string profile = profileName(m_signIn.profile, environment);
        const std::string region = m_signIn.region.empty() ? regionOf(config, profile, environment) : m_signIn.region;
        if (config.profiles.contains(profile)) {
            if (auto found = TRY(profileKeys(config, profile, region, m_machine, stop)))
                return std::move(*found);
        } else if (profile != "default") {
            std::vector<std::string> names;
            for (const auto &[name, section] : config.profiles)
                names.push_back(name);
            const std::string near = nearestName(profile, names);
            return fail(ErrorKind::Unauthorized, say("Core", "there is no AWS profile {}", profile), near.empty() ? say("Core", "Profiles stand in ~/.aws/config and ~/.aws/credentials.") : say("Core", "Did you mean {}?", near));
        }
        if (auto found = TRY(containerKeys(m_machine, stop)))
            return std::move(*found);
        if (auto found = TRY(instanceKeys(m_machine, stop)))
            return std::move(*found);
        return fail(ErrorKind::Unauthorized, say("Core", "no AWS keys are to be found"),
                    say("Core", "Looked for: AWS_ACCESS_KEY_ID, the profile {} in ~/.aws, a container's and an instance's role. Sign in (aws sso login, aws configure), or type keys in.", profile));
    }

    const SignIn m_signIn;
    const Machine m_machine;
    SingleFlight<Keys> m_flight;
    std::mutex m_mutex;
    std::optional<Keys> m_kept;
};

std::string storeName(const std::string &name) { return "aws/" + name; }

} // namespace

Machine systemMachine()
{
    Environment environment = processEnvironment();
    Environment forHttp = environment;
    // What AWS' own tools call it (docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html).
    if (const auto bundle = variable(environment, "AWS_CA_BUNDLE"); !bundle.empty())
        forHttp["SSL_CERT_FILE"] = std::string(bundle);
    return {.http = systemHttpClient(std::move(forHttp)), .runner = std::make_shared<SystemProcessRunner>(), .clock = std::make_shared<SystemClock>(), .store = systemSecretStore(),
            .environment = std::move(environment), .home = homeDir()};
}

std::shared_ptr<KeySource> keySource(SignIn signIn, Machine machine) { return std::make_shared<Chain>(std::move(signIn), std::move(machine)); }

Result<std::shared_ptr<Client>> clientFor(SignIn signIn, const Machine &machine)
{
    const SharedConfig config = TRY(readSharedConfig(machine.environment, machine.home));
    const std::string profile = profileName(signIn.profile, machine.environment);
    if (signIn.region.empty())
        signIn.region = regionOf(config, profile, machine.environment);
    if (signIn.region.empty())
        return fail(ErrorKind::Invalid, say("Core", "no AWS region is given"), say("Core", "Say it in the spec, in AWS_REGION, or in the profile {}.", profile));
    TRY(partitionOf(signIn.region));
    const std::string region = signIn.region;
    return std::make_shared<Client>(ClientSettings{.http = machine.http, .keys = keySource(std::move(signIn), machine), .clock = machine.clock, .region = region,
                                                   .endpoints = endpointsOf(config, profile, machine.environment)});
}

Result<> storeKeys(SecretStore &store, const std::string &name, const Keys &keys)
{
    const nlohmann::json json{{"AccessKeyId", keys.id}, {"SecretAccessKey", keys.secret.reveal()}, {"SessionToken", keys.token.reveal()}};
    return store.write(storeName(name), Secret(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)));
}

Result<> forgetKeys(SecretStore &store, const std::string &name) { return store.remove(storeName(name)); }

Found storedKeys(const SignIn &signIn, const Machine &machine)
{
    if (!machine.store)
        return std::nullopt;
    const auto kept = TRY(machine.store->read(storeName(signIn.stored)));
    if (!kept)
        return std::nullopt;
    return TRY(readKeys(kept->reveal(), say("Core", "the keys kept as {}", signIn.stored)));
}

} // namespace timonier::aws
