#include "session/amazon_form.h"

#include "base/environment.h"
#include "base/paths.h"
#include "base/say.h"
#include "cloud/aws/credentials.h"
#include "session/cloud_prices.h"
#include "session/local_form.h"

#include <algorithm>

namespace timonier::amazon_form {

using form::Type;

std::vector<form::Choice> regionChoices()
{
    std::vector<form::Choice> all;
    for (const aws::Partition &partition : aws::partitions())
        for (const auto &[region, title] : partition.regions)
            all.push_back({.value = region, .title = region + "  " + title});
    return all;
}

namespace {

std::string typeTitle(const aws::InstanceType &type) { return say("Core", "{}  {} vCPU, {} GiB", type.name, type.cpus, type.memoryGib) + (type.cards.empty() ? "" : ", " + type.cards); }

} // namespace

std::vector<form::Choice> typeChoices(const std::function<std::string(const aws::InstanceType &)> &refused)
{
    std::vector<form::Choice> all;
    for (const aws::InstanceType &type : aws::instanceTypes()) {
        form::Choice choice{.value = type.name, .title = typeTitle(type)};
        choice.refused = refused(type);
        all.push_back(std::move(choice));
    }
    return all;
}

namespace {

std::vector<form::Choice> accountChoices()
{
    std::vector<form::Choice> all{{.value = "default", .title = say("Core", "As AWS' own tools sign in"), .help = say("Core", "Environment, the default profile, a role of this machine.")},
                                  {.value = "profile", .title = say("Core", "A profile of ~/.aws")},
                                  {.value = "keys", .title = say("Core", "Access keys, typed in"), .help = say("Core", "They are kept in this system's store of passwords, nowhere else.")}};
    return all;
}

} // namespace

std::vector<form::Parameter> accountParameters(const std::string &group)
{
    return {
        {.id = "account", .title = say("Core", "Sign in"), .group = group, .type = Type::Choice, .initial = "default", .required = true, .choices = accountChoices()},
        {.id = "profile", .title = say("Core", "Profile"), .group = group, .type = Type::Text, .required = true, .onlyIf = "account=profile"},
        {.id = "keys", .title = say("Core", "Kept as"), .help = say("Core", "A name of your own for these keys. Those that are kept already need not be typed in again."), .group = group, .type = Type::Name, .initial = "aws", .required = true, .onlyIf = "account=keys"},
        {.id = "keyId", .title = say("Core", "Access key ID"), .group = group, .type = Type::Text, .pattern = "[A-Z0-9]{16,128}", .patternWords = say("Core", "capital letters and digits, such as AKIAIOSFODNN7EXAMPLE"), .onlyIf = "account=keys"},
        {.id = "secretKey", .title = say("Core", "Secret access key"), .group = group, .type = Type::Secret, .onlyIf = "account=keys; keyId!="},
        {.id = "sessionToken", .title = say("Core", "Session token"), .help = say("Core", "Of temporary keys only."), .group = group, .type = Type::Secret, .advanced = true, .onlyIf = "account=keys; keyId!="}};
}

void showPrices(std::vector<form::Parameter> &all, const form::Values &values)
{
    const auto region = std::ranges::find(all, "region", &form::Parameter::id);
    const auto price = machinePriceWords("aws", region == all.end() ? std::string() : form::valueOf(*region, values));
    for (form::Parameter &parameter : all)
        if (parameter.id == "type" || parameter.id == "workerType")
            for (form::Choice &choice : parameter.choices)
                if (const auto type = aws::instanceType(choice.value))
                    choice.title = typeTitle(*type) + price(choice.value);
}

std::vector<form::Parameter> looked(std::vector<form::Parameter> all)
{
    const Environment environment = processEnvironment();
    const auto config = aws::readSharedConfig(environment, homeDir());
    if (!config)
        return all; // it is said when somebody signs in
    std::vector<std::string> names;
    for (const auto &[name, section] : config->profiles)
        names.push_back(name);
    for (form::Parameter &parameter : all) {
        if (parameter.id == "profile")
            parameter.help = names.empty() ? say("Core", "There is none on this computer yet.") : say("Core", "There are: {}", fmt::join(names, ", "));
        // No value is changed behind somebody's back: what is configured is told.
        if (const std::string region = aws::regionOf(*config, aws::profileName({}, environment), environment); parameter.id == "region" && !region.empty())
            parameter.help += " " + say("Core", "AWS' own tools use {} here.", region);
    }
    return all;
}

void check(const std::string &spec, const std::string &name, const std::string &keyId, const form::Values &values, ProcessRunner &runner, std::stop_token stop, const ClusterForm::Tell &tell)
{
    const auto secret = [&](const char *id) {
        const auto found = values.secrets.find(id);
        return found == values.secrets.end() ? Secret() : found->second;
    };
    if (!keyId.empty() && !secret("secretKey").empty()) { // before anybody signs in with them
        form::Check keys{.id = "keys", .title = say("Core", "Access keys"), .state = form::CheckState::Running};
        tell(keys);
        const auto kept = aws::storeKeys(*aws::systemMachine().store, name, {.id = keyId, .secret = secret("secretKey"), .token = secret("sessionToken"), .expires = {}, .from = {}});
        keys.state = kept ? form::CheckState::Good : form::CheckState::Bad;
        keys.words = kept ? say("Core", "kept in this system's store of passwords, as {}", name) : kept.error().message;
        keys.why = kept ? std::string() : kept.error().hint;
        tell(keys);
        if (!kept)
            return;
    }
    local_form::checkCloud(spec, say("Core", "Sign-in to AWS"), runner, std::move(stop), tell);
}

} // namespace timonier::amazon_form
