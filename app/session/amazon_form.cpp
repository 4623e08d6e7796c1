#include "session/amazon_form.h"

#include "base/environment.h"
#include "base/paths.h"
#include "base/say.h"
#include "cloud/aws/credentials.h"
#include "form/node_price.h"
#include "session/local_form.h"

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

std::vector<form::Choice> typeChoices(const std::function<std::string(const aws::InstanceType &)> &refused)
{
    std::vector<form::Choice> all;
    for (const aws::InstanceType &type : aws::instanceTypes()) {
        const auto price = form::nodePrice(type.name);
        form::Choice choice{.value = type.name, .title = say("Core", "{}  {} vCPU, {} GiB", type.name, type.cpus, type.memoryGib) + (type.cards.empty() ? "" : ", " + type.cards) + (price ? say("Core", ", {:.3f} $/h", *price) : std::string())};
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
