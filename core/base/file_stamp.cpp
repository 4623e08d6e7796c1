#include "base/file_stamp.h"

#include "base/paths.h"

#ifdef _WIN32
#include <filesystem>
#else
#include <sys/stat.h>
#endif

namespace timonier {

FileStamp::FileStamp(std::vector<std::string> paths) : m_paths(std::move(paths)), m_states(look(m_paths)) {}

bool FileStamp::changed()
{
    std::vector<State> now = look(m_paths);
    const bool changed = now != m_states;
    m_states = std::move(now);
    return changed;
}

FileStamp::State FileStamp::look(const std::string &path)
{
#ifdef _WIN32
    std::error_code error;
    const std::filesystem::path file = toPath(path);
    const auto modified = std::filesystem::last_write_time(file, error);
    if (error)
        return {};
    return {.modified = modified.time_since_epoch().count(), .size = std::filesystem::file_size(file, error)};
#else
    struct stat s = {};
    if (::stat(path.c_str(), &s) != 0)
        return {};
    // Two writes within one tick of a coarse clock are told apart by the size and by the inode of a replaced file.
    return {.modified = std::int64_t{s.st_mtim.tv_sec} * 1'000'000'000 + s.st_mtim.tv_nsec,
            .size = static_cast<std::uintmax_t>(s.st_size),
            .inode = s.st_ino};
#endif
}

std::vector<FileStamp::State> FileStamp::look(const std::vector<std::string> &paths)
{
    std::vector<State> states;
    states.reserve(paths.size());
    for (const std::string &path : paths)
        states.push_back(look(path));
    return states;
}

} // namespace timonier
