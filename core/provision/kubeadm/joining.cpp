#include "provision/kubeadm/joining.h"

#include "base/say.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <array>
#include <ctime>
#include <memory>

namespace timonier::kubeadm {

namespace {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T *it) const
    {
        Free(it);
    }
};
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;

Result<Certificate> certificateOf(std::string_view pem)
{
    const std::unique_ptr<BIO, Freed<BIO_free_all>> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    Certificate certificate(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
    if (!certificate)
        return fail(ErrorKind::Protocol, say("Core", "the cluster's certificate cannot be read"));
    return certificate;
}

// Letters of `alphabet`, each as likely as the other: what is beyond its last whole multiple is thrown away.
std::string drawn(std::string_view alphabet, std::size_t count)
{
    const std::size_t fair = 256 / alphabet.size() * alphabet.size();
    std::string out;
    out.reserve(count);
    std::array<unsigned char, 64> bytes{};
    while (out.size() < count) {
        if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
            std::abort(); // no randomness: nothing that follows would be safe
        for (const unsigned char byte : bytes)
            if (byte < fair && out.size() < count)
                out += alphabet[byte % alphabet.size()];
    }
    return out;
}

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";

} // namespace

Token makeToken(std::string_view cluster)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
    EVP_Digest(cluster.data(), cluster.size(), sum.data(), nullptr, EVP_sha256(), nullptr);
    std::string id;
    for (std::size_t i = 0; i < 6; ++i)
        id += letters[sum[i] % letters.size()];
    return {.id = std::move(id), .secret = Secret(drawn(letters, 16))};
}

Secret makeCertificateKey() { return Secret(drawn("0123456789abcdef", 64)); }

Result<std::string> publicKeyPin(std::string_view pem)
{
    const Certificate certificate = TRY(certificateOf(pem));
    unsigned char *der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &der);
    if (size <= 0)
        return fail(ErrorKind::Protocol, say("Core", "the cluster's certificate cannot be read"));
    std::array<unsigned char, 32> sum{};
    EVP_Digest(der, static_cast<std::size_t>(size), sum.data(), nullptr, EVP_sha256(), nullptr);
    OPENSSL_free(der);
    std::string hex = "sha256:";
    for (const unsigned char byte : sum)
        hex += fmt::format("{:02x}", byte);
    return hex;
}

Result<std::int64_t> notAfter(std::string_view pem)
{
    const Certificate certificate = TRY(certificateOf(pem));
    std::tm time{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &time) != 1)
        return fail(ErrorKind::Protocol, say("Core", "the cluster's certificate cannot be read"));
#ifdef _WIN32
    return static_cast<std::int64_t>(_mkgmtime(&time));
#else
    return static_cast<std::int64_t>(timegm(&time));
#endif
}

} // namespace timonier::kubeadm
