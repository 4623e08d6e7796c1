// A tree of files as a tar archive, made while it is read: nothing of it is held. In GNU's form, which GNU tar, bsdtar, busybox and toybox
// read, with any length of name and file (www.gnu.org/software/tar/manual/html_node/Standard.html). One thread at a time.
//
// In it: "sums", what sha256sum -c takes, and all files below "files/". No owners, no times: they are the receiver's.
#pragma once

#include "kube/file_tree.h"

#include <fstream>
#include <span>

namespace timonier {

class TarStream
{
public:
    explicit TarStream(const FileTree &tree);
    // Of the whole archive; known before it is made.
    std::uint64_t size() const { return m_size; }
    // Fills the buffer with what comes next; 0: the end. Errors: Io (a file cannot be read, or became shorter).
    Result<std::size_t> read(std::span<char> buffer);

private:
    Result<> next();

    const FileTree &m_tree;
    const std::string m_sums;
    std::uint64_t m_size = 0;
    std::size_t m_file = 0;       // the next one
    std::string m_ready{};        // bytes to hand out before the file's
    std::size_t m_taken = 0;
    std::ifstream m_in{};
    std::uint64_t m_left = 0;     // of the file that is open
    std::uint64_t m_padding = 0;  // behind it
    bool m_ended = false;
};

} // namespace timonier
