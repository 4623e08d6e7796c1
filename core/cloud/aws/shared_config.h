// ~/.aws/config and ~/.aws/credentials, as AWS' own tools read them (docs.aws.amazon.com/sdkref/latest/guide/file-format.html), and what
// of them and of the environment is asked for: region, endpoints. Reads files; any thread.
#pragma once

#include "base/environment.h"
#include "cloud/aws/service.h"

#include <filesystem>
#include <map>
#include <string>

namespace timonier::aws {

// Of what is nested ("s3 =" and indented lines) the keys are joined by a dot: "s3.endpoint_url".
using Section = std::map<std::string, std::string>;

struct SharedConfig {
    std::map<std::string, Section> profiles{};
    std::map<std::string, Section> ssoSessions{};
    std::map<std::string, Section> services{};
};

// Both files, what the second says going before. One that is not there is empty. Errors: Io; Invalid (a line that is neither section nor
// key, with "file" and "line" in the context; never the line itself, which may be a key).
Result<SharedConfig> readSharedConfig(const Environment &environment, const std::filesystem::path &home);

// One file's text. `isCredentials`: its sections are profiles without the word.
Result<> addConfig(SharedConfig &config, const std::string &text, const std::string &file, bool isCredentials);

// `asked`, AWS_PROFILE, or "default".
std::string profileName(const std::string &asked, const Environment &environment);
// AWS_REGION, AWS_DEFAULT_REGION, the profile's; empty: none is said.
std::string regionOf(const SharedConfig &config, const std::string &profile, const Environment &environment);
// AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, the profile's `services` section, its `endpoint_url`; nothing of it where
// AWS_IGNORE_CONFIGURED_ENDPOINT_URLS says so.
Endpoints endpointsOf(const SharedConfig &config, const std::string &profile, const Environment &environment);

} // namespace timonier::aws
