#include "remote/ssh_session.h"

#include "base/paths.h"
#include "base/say.h"
#include "remote/host_words.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace timonier::remote {

namespace {

constexpr std::size_t piece = 256u << 10;

// $1 the path, $2 the name it has meanwhile, $3 mode, $4 owner, $5 size. Whatever ends it, the other name is gone; a stream that was cut short is told by its size.
constexpr std::string_view putScript = R"sh(umask 022
d=${1%/*}; [ -n "$d" ] || d=/
mkdir -p -- "$d" || exit 1
t=${d%/}/$2
trap 'rm -f -- "$t"' 0; trap 'exit 1' 1 2 13 15
umask 077
cat >"$t" || exit 1
[ "$(wc -c <"$t")" -eq "$5" ] || { echo 'timonier: cut short' >&2; exit 1; }
[ -z "$4" ] || chown -- "$4" "$t" || exit 1
chmod -- "$3" "$t" || exit 1
sync -- "$t" 2>/dev/null || sync
[ ! -d "$1" ] || { echo 'timonier: Is a directory' >&2; exit 1; }
mv -f -- "$t" "$1" || exit 1
trap - 0
sync -- "$d" 2>/dev/null
exit 0)sh";

// What coreutils say in C (strerror(3)), and what it means.
Error fileProblem(const std::string &words, const std::string &path, const std::string &host)
{
    const auto says = [&](std::string_view text) { return words.find(text) != words.npos; };
    const auto error = [&](ErrorKind kind, std::string message, std::string hint) { return Error{.kind = kind, .message = std::move(message), .hint = std::move(hint), .context = {{"host", host}, {"path", path}, {"stderr", hostWords(words)}}}; };
    if (says("No space left on device") || says("Disk quota exceeded"))
        return error(ErrorKind::Io, say("Core", "the disk of {} has no room for {}", host, path), say("Core", "Make room there (df -h, apt-get clean, journalctl --vacuum-size=100M), then go on"));
    if (says("Read-only file system"))
        return error(ErrorKind::Io, say("Core", "{} on {} cannot be written: its file system is mounted read-only", path, host), say("Core", "A disk that fails is mounted like that: look at dmesg there"));
    if (says("Permission denied") || says("Operation not permitted"))
        return error(ErrorKind::Forbidden, say("Core", "{} on {} is not for this user", path, host), say("Core", "It needs root there, by sudo"));
    if (says("Is a directory"))
        return error(ErrorKind::Invalid, say("Core", "{} on {} is a folder", path, host), {});
    if (says("Not a directory") || says("cannot create directory") || says("can't create directory"))
        return error(ErrorKind::Invalid, say("Core", "{} on {} cannot be: a part of its path is a file", path, host), {});
    if (says("invalid user") || says("invalid group"))
        return error(ErrorKind::Invalid, say("Core", "{} on {} cannot be given to that owner: there is none of that name", path, host), {});
    if (says("timonier: cut short"))
        return error(ErrorKind::Unreachable, say("Core", "not all of {} arrived on {}", path, host), say("Core", "Nothing was changed there; send it again"));
    return error(ErrorKind::Io, words.find_first_not_of(" \r\n") == words.npos ? say("Core", "{} on {} could not be dealt with", path, host) : say("Core", "{} on {}: {}", path, host, hostWords(words)), {});
}

Result<> checkPath(const std::string &path)
{
    if (!path.starts_with('/') || path.ends_with('/') || path.find('\0') != path.npos)
        return fail(ErrorKind::Invalid, say("Core", "“{}” is no absolute path of a file", path));
    return {};
}

} // namespace

Result<> SshSession::upload(const Upload &to, std::uint64_t size, const Input &input, std::stop_token stop)
{
    TRY(checkPath(to.path));
    const std::string meanwhile = '.' + newMarks().start.substr(0, 20); // "timonier-" and eleven digits
    const HostCommand command{.arguments = {"sh", "-c", std::string(putScript), "sh", to.path, meanwhile, fmt::format("{:04o}", to.mode & 07777), to.owner, std::to_string(size)}, .root = to.root, .stall = std::chrono::minutes(10)}; // a slow disk may take long to be sure
    const ProcessOutput output = TRY(talk(command, input, std::move(stop)));
    if (output.exitCode != 0)
        return std::unexpected(fileProblem(output.err, to.path, name()));
    return {};
}

Result<> SshSession::put(const Upload &to, std::stop_token stop)
{
    bool given = false;
    return upload(to, to.content.size(), [&]() -> Result<std::string> { return std::exchange(given, true) ? std::string() : to.content; }, std::move(stop));
}

Result<> SshSession::send(const std::string &from, const Upload &to, const std::function<void(std::uint64_t, std::uint64_t)> &progress, std::stop_token stop)
{
    std::error_code error;
    const auto file = toPath(from);
    const std::uint64_t size = std::filesystem::is_regular_file(file, error) ? std::filesystem::file_size(file, error) : 0;
    std::ifstream in(file, std::ios::binary);
    if (!in || error || !std::filesystem::is_regular_file(file, error))
        return std::unexpected(Error{.kind = std::filesystem::exists(file, error) ? ErrorKind::Io : ErrorKind::NotFound, .message = say("Core", "the file {} cannot be read", from), .context = {{"file", from}}});
    std::uint64_t sent = 0;
    const Input input = [&]() -> Result<std::string> {
        if (progress)
            progress(sent, size);
        std::string next(static_cast<std::size_t>(std::min<std::uint64_t>(piece, size - sent)), '\0');
        in.read(next.data(), static_cast<std::streamsize>(next.size()));
        if (static_cast<std::size_t>(in.gcount()) != next.size())
            return std::unexpected(Error{.kind = ErrorKind::Io, .message = say("Core", "the file {} became shorter while it was sent", from), .context = {{"file", from}}});
        sent += next.size();
        return next;
    };
    return upload(to, size, input, std::move(stop));
}

Result<std::string> SshSession::read(const std::string &path, bool root, std::size_t limit, std::stop_token stop)
{
    TRY(checkPath(path));
    const HostCommand command{.arguments = {"head", "-c", std::to_string(limit + 1), "--", path}, .root = root, .outLimit = limit + 1};
    ProcessOutput output = TRY(talk(command, [] { return std::string(); }, std::move(stop)));
    if (output.exitCode != 0 && output.err.find("No such file") != output.err.npos)
        return std::unexpected(Error{.kind = ErrorKind::NotFound, .message = say("Core", "there is no {} on {}", path, name()), .context = {{"host", name()}, {"path", path}}});
    if (output.exitCode != 0)
        return std::unexpected(fileProblem(output.err, path, name()));
    if (output.out.size() > limit)
        return std::unexpected(Error{.kind = ErrorKind::Invalid, .message = say("Core", "{} on {} is larger than {} bytes", path, name(), limit), .context = {{"host", name()}, {"path", path}}});
    return std::move(output.out);
}

} // namespace timonier::remote
