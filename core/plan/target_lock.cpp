#include "plan/target_lock.h"

#include "base/paths.h"
#include "base/say.h"

#include <utility>

#include <QCryptographicHash>

#include <charconv>

#ifdef _WIN32
#include <windows.h>
#else
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#endif

namespace timonier::plan {

namespace {

constexpr std::intptr_t none = -1;

// A target may hold any character; a file name may not.
std::filesystem::path fileOf(const std::filesystem::path &folder, std::string_view target)
{
    const QByteArray hash = QCryptographicHash::hash(QByteArrayView(target.data(), qsizetype(target.size())), QCryptographicHash::Sha256);
    return folder / (hash.toHex().left(32).toStdString() + ".lock");
}

#ifdef _WIN32
// Nobody else may open it for writing while we have it open.
std::intptr_t open(const std::filesystem::path &file, bool &held)
{
    const HANDLE handle = CreateFileW(file.c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, nullptr, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
    held = handle == INVALID_HANDLE_VALUE && GetLastError() == ERROR_SHARING_VIOLATION;
    return handle == INVALID_HANDLE_VALUE ? none : reinterpret_cast<std::intptr_t>(handle);
}

void close(std::intptr_t handle) { CloseHandle(reinterpret_cast<HANDLE>(handle)); }

void writeOwner(std::intptr_t handle)
{
    const std::string pid = std::to_string(GetCurrentProcessId()) + "\n";
    DWORD written = 0;
    WriteFile(reinterpret_cast<HANDLE>(handle), pid.data(), DWORD(pid.size()), &written, nullptr);
    SetEndOfFile(reinterpret_cast<HANDLE>(handle));
}
#else
std::intptr_t open(const std::filesystem::path &file, bool &held)
{
    held = false;
    const int handle = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (handle < 0)
        return none;
    if (::flock(handle, LOCK_EX | LOCK_NB) == 0)
        return handle;
    held = errno == EWOULDBLOCK;
    ::close(handle);
    return none;
}

void close(std::intptr_t handle) { ::close(int(handle)); }

void writeOwner(std::intptr_t handle)
{
    const std::string pid = std::to_string(::getpid()) + "\n";
    // For a person only: who holds it is what the lock says, not the file.
    if (::ftruncate(int(handle), 0) == 0)
        [[maybe_unused]] const auto written = ::pwrite(int(handle), pid.data(), pid.size(), 0);
}
#endif

std::string ownerIn(const std::filesystem::path &file)
{
    std::string pid;
    if (std::FILE *opened = std::fopen(toUtf8(file).c_str(), "r")) {
        char text[32] = {};
        if (std::fgets(text, sizeof text, opened))
            pid = text;
        std::fclose(opened);
    }
    while (!pid.empty() && pid.back() == '\n')
        pid.pop_back();
    return pid.empty() ? "?" : pid;
}

} // namespace

Result<TargetLock> TargetLock::take(const std::filesystem::path &folder, std::string_view target)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    const std::filesystem::path file = fileOf(folder, target);
    bool held = false;
    std::intptr_t handle = open(file, held);
    // Who only looks whether it is held (isHeld) holds it for a blink.
    for (int tries = 0; held && tries < 5; ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        handle = open(file, held);
    }
    if (held)
        return fail(ErrorKind::Conflict, say("Core", "another Timonier (process {}) is at work on {}", ownerIn(file), target),
                    say("Core", "Wait until it has ended, or cancel it there"));
    if (handle == none)
        return fail(ErrorKind::Io, say("Core", "{} cannot be locked", toUtf8(file)), say("Core", "Is its folder writable, and the disk not full?"));
    writeOwner(handle);
    return TargetLock(handle);
}

bool TargetLock::isHeld(const std::filesystem::path &folder, std::string_view target)
{
    const std::filesystem::path file = fileOf(folder, target);
    std::error_code error;
    if (!std::filesystem::exists(file, error))
        return false;
    bool held = false;
    if (const std::intptr_t handle = open(file, held); handle != none)
        close(handle);
    return held;
}

TargetLock::TargetLock(TargetLock &&other) noexcept : m_handle(std::exchange(other.m_handle, none)) {}

TargetLock::~TargetLock()
{
    if (m_handle != none)
        close(m_handle);
}

} // namespace timonier::plan
