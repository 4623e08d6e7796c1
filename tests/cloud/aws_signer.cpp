// Our signer, spoken to by tst_signer.py: one JSON request a line, its signature (and the presigned URL, and an EKS token) a line back.
#include "cloud/aws/eks_token.h"

#include <iostream>

#include <nlohmann/json.hpp>

using namespace timonier;
using namespace timonier::aws;

int main()
{
    for (std::string line; std::getline(std::cin, line);) {
        const auto asked = nlohmann::json::parse(line);
        HttpRequest request{.method = asked["method"], .url = asked["url"], .body = asked["body"]};
        for (const auto &[name, value] : asked["headers"].items())
            request.headers.emplace_back(name, value.get<std::string>());
        const Keys keys{.id = asked["id"], .secret = Secret(asked["secret"]), .token = Secret(asked["token"])};
        const Scope scope{.region = asked["region"], .service = asked["service"]};
        const Time now = std::chrono::system_clock::from_time_t(asked["time"].get<std::time_t>());
        const bool s3 = scope.service == "s3";
        const SigningRules rules{.encodeTwice = !s3, .normalize = !s3, .namesHash = s3};
        const SigningRules forUrl{.encodeTwice = !s3, .normalize = !s3, .unsignedBody = s3};
        const Secret url = presigned(request, keys, scope, now, std::chrono::seconds(60), forUrl);
        const Signature made = signHeaders(request, keys, scope, now, rules);
        nlohmann::json answer{{"signature", made.hex}, {"signedHeaders", made.signedHeaders}, {"url", url.reveal()}};
        if (const auto token = eksToken(keys, scope.region, "demo", now))
            answer["token"] = token->reveal();
        std::cout << answer.dump() << "\n" << std::flush;
    }
}
