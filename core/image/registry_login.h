// A registry's user and password for one call of docker or podman: never in an argv, never in the person's own configuration. Any thread.
#pragma once

#include "base/secret.h"
#include "base/secret_store.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace timonier::image {

// Where the store has it.
std::string passwordKey(std::string_view registry, std::string_view user);

// {"auths": …}, as ~/.docker/config.json and Secrets of type kubernetes.io/dockerconfigjson have it.
Secret dockerConfig(const std::string &registry, const std::string &user, const Secret &password);

// A folder of mode 0700 with that as config.json (0600), below the session's run-time folder (memory, where there is one); gone with
// this object.
class LoginFolder
{
public:
    // Errors: Io.
    static Result<LoginFolder> make(const Secret &config);
    LoginFolder(LoginFolder &&other) noexcept;
    LoginFolder &operator=(LoginFolder &&) = delete;
    ~LoginFolder();
    // What makes `program` use it, before or after its verb: docker --config DIR push, podman push --authfile FILE.
    std::vector<std::string> pushArguments(const std::string &program, const std::string &image) const;

private:
    explicit LoginFolder(std::filesystem::path path) : m_path(std::move(path)) {}
    std::filesystem::path m_path;
};

} // namespace timonier::image
