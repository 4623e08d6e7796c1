// The single places where keys may lie; credentials.h asks them in their order. Each: none, where it has no word about keys.
#pragma once

#include "cloud/aws/credentials.h"

#include <optional>

namespace timonier::aws {

using Found = Result<std::optional<Keys>>;

// AWS_ACCESS_KEY_ID and its companions. Errors: Unauthorized (one without the other).
Found environmentKeys(const Environment &environment);
Found storedKeys(const SignIn &signIn, const Machine &machine);
// Of a profile, by whatever it says. `region`: where roles are taken on that name no region themselves.
Found profileKeys(const SharedConfig &config, const std::string &profile, const std::string &region, const Machine &machine, std::stop_token stop);
// IAM Identity Center: the token that `aws sso login` left, renewed where that needs no browser.
Result<Keys> ssoKeys(const SharedConfig &config, const std::string &profile, const Machine &machine, std::stop_token stop);
// ECS, EKS Pod Identity, Greengrass.
Found containerKeys(const Machine &machine, std::stop_token stop);
// The role of the EC2 instance that this runs on.
Found instanceKeys(const Machine &machine, std::stop_token stop);

// {"AccessKeyId", "SecretAccessKey", "SessionToken" or "Token", "Expiration"}: what processes, containers and instances answer.
// Errors: Protocol; nothing of the text is in it.
Result<Keys> readKeys(const std::string &json, const std::string &from);
// "2026-01-31T23:59:59Z"; nothing for what is no time.
std::optional<Time> timeOf(const std::string &text);

} // namespace timonier::aws
