// Keys that the place where this runs gives: a container's endpoint, an instance's metadata.
#include "cloud/aws/key_sources.h"

#include "base/paths.h"
#include "base/say.h"

#include <fstream>
#include <iterator>

namespace timonier::aws {

// docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
Found containerKeys(const Machine &machine, std::stop_token stop)
{
    const std::string relative(variable(machine.environment, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")), full(variable(machine.environment, "AWS_CONTAINER_CREDENTIALS_FULL_URI"));
    if (relative.empty() && full.empty())
        return std::nullopt;
    HttpRequest request{.url = relative.empty() ? full : "http://169.254.170.2" + relative, .connect = std::chrono::seconds(2), .whole = std::chrono::seconds(5), .limit = 1u << 20};
    std::string token(variable(machine.environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN"));
    if (const std::string file(variable(machine.environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")); !file.empty()) {
        std::ifstream in(toPath(file), std::ios::binary); // anew each time: it is exchanged while we run
        token.assign(std::istreambuf_iterator<char>(in), {});
        if (!in.good() && token.empty())
            return fail(ErrorKind::Io, say("Core", "{} cannot be read", file));
    }
    if (!token.empty())
        request.headers = {{"Authorization", token}};
    const HttpAnswer answer = TRY(machine.http->send(request, std::move(stop)));
    if (answer.status != 200)
        return fail(ErrorKind::Unauthorized, say("Core", "the container's endpoint gives no AWS keys (status {})", answer.status), say("Core", "Has the task or the pod a role?"));
    return TRY(readKeys(answer.body, say("Core", "the container's role")));
}

// docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html; IMDSv2 alone: version 1 answers to whoever can make this
// program fetch an address.
Found instanceKeys(const Machine &machine, std::stop_token stop)
{
    const std::string off(variable(machine.environment, "AWS_EC2_METADATA_DISABLED"));
    if (off == "true" || off == "TRUE" || off == "True")
        return std::nullopt;
    std::string base(variable(machine.environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT"));
    if (base.empty())
        base = "http://169.254.169.254";
    while (base.ends_with('/'))
        base.pop_back();
    const auto ask = [&](const std::string &method, const std::string &path, HttpHeaders headers) {
        return machine.http->send({.method = method, .url = base + path, .headers = std::move(headers), .connect = std::chrono::seconds(1), .whole = std::chrono::seconds(2), .limit = 1u << 20}, stop);
    };
    const auto token = ask("PUT", "/latest/api/token", {{"X-aws-ec2-metadata-token-ttl-seconds", "300"}});
    if (!token && token.error().kind == ErrorKind::Cancelled)
        return std::unexpected(token.error());
    if (!token || token->status != 200) // no instance of EC2
        return std::nullopt;
    const HttpHeaders with{{"X-aws-ec2-metadata-token", token->body}};
    const std::string roles = "/latest/meta-data/iam/security-credentials/";
    const HttpAnswer role = TRY(ask("GET", roles, with));
    if (role.status == 404 || role.body.empty())
        return std::nullopt; // an instance without a role
    const HttpAnswer answer = TRY(ask("GET", roles + role.body.substr(0, role.body.find('\n')), with));
    if (answer.status != 200)
        return fail(ErrorKind::Unauthorized, say("Core", "the instance's role gives no AWS keys (status {})", answer.status));
    return TRY(readKeys(answer.body, say("Core", "the instance's role")));
}

} // namespace timonier::aws
