// The services that are spoken to, and where they are. Pure.
#pragma once

#include "base/environment.h"
#include "base/result.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace timonier::aws {

enum class Protocol {
    RestJson, // method and path say what; JSON
    Json,     // application/x-amz-json-1.1, X-Amz-Target
    Query,    // a form of Action=…; XML
};

struct Service {
    std::string_view id{};         // in host names (but one), as it is signed, and in AWS_ENDPOINT_URL_<ID>
    std::string_view endpointId{}; // as configuration calls it: "service_quotas"
    std::string_view version{};    // Query: of its API. Json: what stands before the action in X-Amz-Target
    Protocol protocol = Protocol::Query;
};

inline constexpr Service sts{"sts", "sts", "2011-06-15", Protocol::Query};
inline constexpr Service iam{"iam", "iam", "2010-05-08", Protocol::Query};
inline constexpr Service ec2{"ec2", "ec2", "2016-11-15", Protocol::Query};
inline constexpr Service elb{"elasticloadbalancing", "elastic_load_balancing_v2", "2015-12-01", Protocol::Query};
inline constexpr Service classicElb{"elasticloadbalancing", "elastic_load_balancing", "2012-06-01", Protocol::Query};
inline constexpr Service eks{"eks", "eks", "2017-11-01", Protocol::RestJson};
inline constexpr Service serviceQuotas{"servicequotas", "service_quotas", "ServiceQuotasV20190624", Protocol::Json};
inline constexpr Service pricing{"pricing", "pricing", "AWSPriceListService", Protocol::Json}; // its host is called api.pricing

// Asked without a signature, while keys are fetched: only their addresses matter.
inline constexpr Service sso{"portal.sso", "sso", "", Protocol::RestJson};
inline constexpr Service ssoOidc{"oidc", "sso_oidc", "", Protocol::RestJson};
// Asked without a signature too: which address somebody comes from (own_address.h).
inline constexpr Service checkIp{"checkip", "checkip", "", Protocol::RestJson};

// Of resources/cloud/aws-partitions.json.
struct Partition {
    std::string id{};              // "aws", "aws-cn"; the second word of every ARN
    std::string suffix{};          // "amazonaws.com"
    std::string iamHost{}, iamRegion{};
    std::string pattern{};         // of its regions' names
    std::map<std::string, std::string> regions{}; // "eu-west-3" -> "Europe (Paris)": those with EKS
};

// Where that region is. A region that is younger than the table is taken by its shape. Errors: Invalid (no region's name, or so near to
// one that it is mistyped; the hint names it), Internal (the table is damaged).
Result<Partition> partitionOf(const std::string &region);
std::vector<Partition> partitions();
// Of the table's text. Errors: Internal (it is damaged: no JSON, without regions, a pattern that is none).
Result<std::vector<Partition>> readPartitions(const std::string &json);

// Addresses that somebody gave instead of AWS' own (docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
struct Endpoints {
    std::string all{};
    std::map<std::string, std::string> each{}; // by endpointId
};

struct Address {
    std::string url{};             // without a slash at its end
    std::string region{};          // to sign for: IAM has one of its own
    bool isGiven = false;          // by Endpoints
};

Result<Address> addressOf(const Service &service, const std::string &region, const Endpoints &endpoints);

} // namespace timonier::aws
