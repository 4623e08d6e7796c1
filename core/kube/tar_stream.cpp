#include "kube/tar_stream.h"

#include "base/paths.h"
#include "base/say.h"

#include <cstring>

namespace timonier {

namespace {

constexpr std::uint64_t block = 512;
constexpr std::uint64_t record = 20 * block; // tar's own unit of reading
constexpr std::size_t longestName = 100;

std::uint64_t padded(std::uint64_t bytes, std::uint64_t unit = block) { return (bytes + unit - 1) / unit * unit; }

// Octal with a 0 at its end where it fits, else the number itself behind a mark (GNU).
void number(char *field, std::size_t width, std::uint64_t value)
{
    if (value < std::uint64_t(1) << (3 * (width - 1))) {
        const std::string digits = fmt::format("{:0{}o}", value, width - 1);
        std::memcpy(field, digits.data(), width - 1);
        return;
    }
    for (std::size_t i = 0; i < width; ++i)
        field[width - 1 - i] = static_cast<char>(i < 8 ? value >> (8 * i) & 0xff : 0);
    field[0] = static_cast<char>(0x80);
}

std::string plainHeader(const std::string &name, std::uint64_t bytes, char type)
{
    std::string made(block, '\0');
    std::memcpy(made.data(), name.data(), std::min(name.size(), longestName));
    number(made.data() + 100, 8, 0644);
    number(made.data() + 108, 8, 0);  // root's, should nobody say -o
    number(made.data() + 116, 8, 0);
    number(made.data() + 124, 12, bytes);
    number(made.data() + 136, 12, 0);
    made[156] = type;
    std::memcpy(made.data() + 257, "ustar  ", 8);
    std::memset(made.data() + 148, ' ', 8);
    unsigned sum = 0;
    for (const char c : made)
        sum += static_cast<unsigned char>(c);
    std::memcpy(made.data() + 148, fmt::format("{:06o}", sum).c_str(), 7);
    return made;
}

// Of a name that is too long there is a block before, which holds it.
std::string header(const std::string &name, std::uint64_t bytes)
{
    std::string made;
    if (name.size() > longestName) {
        made = plainHeader("././@LongLink", name.size() + 1, 'L') + name;
        made.resize(block + padded(name.size() + 1));
    }
    return made + plainHeader(name, bytes, '0');
}

std::string nameOf(const TreeFile &file) { return "files/" + file.name; }

} // namespace

TarStream::TarStream(const FileTree &tree) : m_tree(tree), m_sums(tree.sums())
{
    m_ready = header("sums", m_sums.size()) + m_sums;
    m_ready.resize(block + padded(m_sums.size()));
    m_size = m_ready.size();
    for (const TreeFile &one : tree.files)
        m_size += header(nameOf(one), one.sum.bytes).size() + padded(one.sum.bytes);
    m_size = padded(m_size + 2 * block, record);
}

Result<> TarStream::next()
{
    m_taken = 0;
    m_ready.assign(m_padding, '\0');
    m_padding = 0;
    if (m_file < m_tree.files.size()) {
        const TreeFile &file = m_tree.files[m_file++];
        m_ready += header(nameOf(file), file.sum.bytes);
        m_left = file.sum.bytes;
        m_padding = padded(m_left) - m_left;
        m_in = std::ifstream(file.file, std::ios::binary);
        if (!m_in)
            return std::unexpected(Error{.kind = ErrorKind::Io, .message = say("Core", "the file {} cannot be read", toUtf8(file.file)), .hint = say("Core", "Check the name, and whether you may read it.")});
    } else if (!m_ended) {
        m_ended = true;
        std::uint64_t sent = block + padded(m_sums.size());
        for (const TreeFile &one : m_tree.files)
            sent += header(nameOf(one), one.sum.bytes).size() + padded(one.sum.bytes);
        m_ready.append(m_size - sent, '\0');
    }
    return {};
}

Result<std::size_t> TarStream::read(std::span<char> buffer)
{
    while (true) {
        if (m_taken < m_ready.size()) {
            const std::size_t n = std::min(buffer.size(), m_ready.size() - m_taken);
            std::memcpy(buffer.data(), m_ready.data() + m_taken, n);
            m_taken += n;
            return n;
        }
        if (m_left > 0) {
            m_in.read(buffer.data(), static_cast<std::streamsize>(std::min<std::uint64_t>(buffer.size(), m_left)));
            const auto n = static_cast<std::size_t>(m_in.gcount());
            if (n == 0)
                return std::unexpected(Error{.kind = ErrorKind::Io, .message = say("Core", "the file {} became shorter while it was sent", toUtf8(m_tree.files[m_file - 1].file)),
                                             .hint = say("Core", "Nothing was put in place; try again when nothing writes to it.")});
            m_left -= n;
            return n;
        }
        if (m_ended)
            return std::size_t(0);
        TRY(next());
    }
}

} // namespace timonier
