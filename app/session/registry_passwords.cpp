#include "session/registry_passwords.h"

#include "cloud/azure/arm.h"
#include "cloud/azure/registry_calls.h"

namespace timonier {

namespace {

class Passwords final : public SecretStore
{
public:
    explicit Passwords(std::shared_ptr<SecretStore> inner) : m_inner(std::move(inner)) {}

    Result<std::optional<Secret>> read(const std::string &key) override
    {
        constexpr std::string_view begin = "registry/";
        const std::string end = "/" + std::string(azure::registryUser);
        if (!key.starts_with(begin) || !key.ends_with(end) || key.size() <= begin.size() + end.size())
            return m_inner->read(key);
        const std::string server = key.substr(begin.size(), key.size() - begin.size() - end.size());
        std::string where; // a cloud's registries say by their names which it is
        for (const azure::Cloud &cloud : azure::clouds())
            if (server.ends_with("." + cloud.registries))
                where = cloud.name;
        const auto arm = TRY(azure::armFor({}, where, azure::systemMachine()));
        return TRY(azure::registryPassword(*arm, server, {}, {}));
    }
    Result<> write(const std::string &key, const Secret &value) override { return m_inner->write(key, value); }
    Result<> remove(const std::string &key) override { return m_inner->remove(key); }

private:
    const std::shared_ptr<SecretStore> m_inner;
};

} // namespace

std::shared_ptr<SecretStore> withAzureRegistries(std::shared_ptr<SecretStore> inner) { return std::make_shared<Passwords>(std::move(inner)); }

} // namespace timonier
