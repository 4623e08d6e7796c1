// Where a person's passwords are kept between runs, as an effect: the system's own store (Secret Service, KWallet, Windows' Credential
// Manager), never a file of ours. Blocks; any thread but the GUI's.
#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace timonier {

struct SecretStore {
    virtual ~SecretStore() = default;
    // `key`: "registry/registry.example.com/user". None: nothing is kept there. Errors: Unsupported (this system has no store, with what
    // to install), Forbidden (it is locked, and the person did not open it), Io.
    virtual Result<std::optional<Secret>> read(const std::string &key) = 0;
    virtual Result<> write(const std::string &key, const Secret &value) = 0;
    // Succeeds if there was none.
    virtual Result<> remove(const std::string &key) = 0;
};

// By QtKeychain, under the name "Timonier".
std::unique_ptr<SecretStore> systemSecretStore();

// For as long as this program runs: where the system has no store, and for tests.
class MemorySecretStore final : public SecretStore
{
public:
    Result<std::optional<Secret>> read(const std::string &key) override;
    Result<> write(const std::string &key, const Secret &value) override;
    Result<> remove(const std::string &key) override;

private:
    std::mutex m_mutex;
    std::map<std::string, Secret> m_secrets;
};

} // namespace timonier
