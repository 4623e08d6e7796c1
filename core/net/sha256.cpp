#include "net/sha256.h"

#include <openssl/evp.h>

#include <array>

namespace timonier {

namespace {

EVP_MD_CTX *of(const std::shared_ptr<void> &context) { return static_cast<EVP_MD_CTX *>(context.get()); }

} // namespace

Sha256::Sha256() : m_context(EVP_MD_CTX_new(), [](void *context) { EVP_MD_CTX_free(static_cast<EVP_MD_CTX *>(context)); })
{
    EVP_DigestInit_ex(of(m_context), EVP_sha256(), nullptr);
}

void Sha256::add(std::string_view bytes) { EVP_DigestUpdate(of(m_context), bytes.data(), bytes.size()); }

std::string Sha256::hex()
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
    unsigned length = 0;
    // Any failure before this one too leaves no length, and so a sum that matches nothing.
    if (EVP_DigestFinal_ex(of(m_context), sum.data(), &length) != 1)
        return {};
    std::string text;
    for (unsigned i = 0; i < length; ++i) {
        text += "0123456789abcdef"[sum[i] >> 4];
        text += "0123456789abcdef"[sum[i] & 15];
    }
    return text;
}

} // namespace timonier
