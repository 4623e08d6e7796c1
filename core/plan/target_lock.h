// One run per target, over all processes of this computer. The operating system lets go of the lock when its process dies, however
// it dies: there is no dead lock to be found later. Any thread.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace timonier::plan {

class TargetLock
{
public:
    // `folder` is made where it is missing. Conflict: a run that lives has it, with its process in the words; Io.
    static Result<TargetLock> take(const std::filesystem::path &folder, std::string_view target);
    // Whether a process that lives has it.
    static bool isHeld(const std::filesystem::path &folder, std::string_view target);

    TargetLock(TargetLock &&other) noexcept;
    TargetLock &operator=(TargetLock &&) = delete;
    TargetLock(const TargetLock &) = delete;
    ~TargetLock();

private:
    explicit TargetLock(std::intptr_t handle) : m_handle(handle) {}
    std::intptr_t m_handle;
};

} // namespace timonier::plan
