#include "cloud/aws/eks_token.h"

#include "cloud/aws/service.h"

#include <openssl/evp.h>

namespace timonier::aws {

namespace {

// RFC 4648, 5, without padding.
std::string base64url(std::string_view bytes)
{
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char *>(out.data()), reinterpret_cast<const unsigned char *>(bytes.data()), static_cast<int>(bytes.size())); // NOLINT: OpenSSL's bytes
    out.resize(static_cast<std::size_t>(size));
    out.resize(out.find_last_not_of('=') + 1);
    std::ranges::replace(out, '+', '-');
    std::ranges::replace(out, '/', '_');
    return out;
}

} // namespace

Result<Secret> eksToken(const Keys &keys, const std::string &region, const std::string &cluster, Time now)
{
    const Address address = TRY(addressOf(sts, region, {}));
    const HttpRequest request{.url = address.url + "/?Action=GetCallerIdentity&Version=2011-06-15", .headers = {{"x-k8s-aws-id", cluster}}};
    const Secret url = presigned(request, keys, {.region = region, .service = "sts"}, now, std::chrono::seconds(60));
    return Secret("k8s-aws-v1." + base64url(url.reveal()));
}

} // namespace timonier::aws
