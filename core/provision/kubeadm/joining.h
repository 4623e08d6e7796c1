// What lets a host into the cluster: made by us, never read off what kubeadm prints. Any thread.
#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <string>
#include <string_view>

namespace timonier::kubeadm {

// k8s.io/cluster-bootstrap/token/api: [a-z0-9]{6}.[a-z0-9]{16}
struct Token {
    std::string id{};
    Secret secret{};
    Secret whole() const { return Secret(id + "." + secret.reveal()); }
};

// The id is no secret, and always the same for a cluster: so whoever comes after one that was killed closes its door too. The rest is drawn.
Token makeToken(std::string_view cluster);
// 32 bytes in hexadecimal, for AES-256: kubeadm's --certificate-key.
Secret makeCertificateKey();

// "sha256:" and the sum of the DER SubjectPublicKeyInfo (RFC 7469, kubeadm's pubkeypin) of a certificate in PEM. Errors: Protocol (it is none).
Result<std::string> publicKeyPin(std::string_view pem);

// When a certificate in PEM ends, in seconds since 1970. Errors: Protocol.
Result<std::int64_t> notAfter(std::string_view pem);

} // namespace timonier::kubeadm
