// Whether files have changed, cheaply and by polling: watchers of the system miss network drives, renames and symbolic
// links (the mounted files of Kubernetes are such), and want an event loop. One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace timonier {

class FileStamp
{
public:
    FileStamp() = default;
    // Remembers how these files are now; one that is missing is remembered as missing.
    explicit FileStamp(std::vector<std::string> paths);
    // Whether one of them was written, replaced, made or removed since; from then on measured against the new state.
    bool changed();
    const std::vector<std::string> &paths() const { return m_paths; }

private:
    struct State {
        std::int64_t modified = -1;    // ns
        std::uintmax_t size = 0;
        std::uint64_t inode = 0;
        bool operator==(const State &) const = default;
    };
    static State look(const std::string &path);
    static std::vector<State> look(const std::vector<std::string> &paths);

    std::vector<std::string> m_paths;
    std::vector<State> m_states;
};

} // namespace timonier
