#include "kube/upload.h"

#include "base/paths.h"
#include "base/say.h"
#include "kube/tar_stream.h"

#include <openssl/rand.h>

#include <fstream>
#include <memory>
#include <system_error>

namespace timonier {

namespace {

// Words come as $1 …, so that nothing has to be quoted. `head -c` and not `cat`: it ends by itself, also where the server
// cannot tell it that its input has ended; busybox, toybox and GNU have it. Where nobody else may be at work in that place ($6), what an
// earlier upload left behind that was killed goes first.
constexpr const char *beginning = R"sh(LC_ALL=C; export LC_ALL; set -e
target=$1 size=$2 sum=$3 name=$4 tag=$5 replaces=$6
case $target in -*) target=./$target ;; esac
if [ "$replaces" = yes ]; then rm -rf "$target".timonier-*.part "$target".timonier-*.old
elif [ -d "$target" ]; then target=${target%/}/$name; fi
part=$target.$tag.part
trap 'rm -rf "$part"' EXIT
trap 'exit 130' HUP INT PIPE TERM
)sh";

constexpr const char *takesFile = R"sh(head -c "$size" > "$part"
have=$(wc -c < "$part")
if [ "$have" -ne "$size" ]; then echo "$have of $size bytes arrived" >&2; exit 75; fi
said=unchecked
if command -v sha256sum >/dev/null 2>&1; then
  said=$(sha256sum < "$part"); said=${said%% *}
  if [ "$said" != "$sum" ]; then echo "the sum is $said" >&2; exit 76; fi
fi
if [ "$replaces" = yes ] && [ -d "$target" ]; then rm -rf "$target"; fi
mv -f "$part" "$target"
printf '%s\n%s\n' "$said" "$target"
)sh";

// Two folders cannot change places in one step: the old one is put aside for a moment, and comes back where the new one cannot be put there.
constexpr const char *takesFolder = R"sh(if [ -e "$target" ] && [ "$replaces" = no ]; then echo "$target" >&2; exit 77; fi
command -v tar >/dev/null 2>&1 || { echo "tar: not found" >&2; exit 127; }
mkdir "$part"
head -c "$size" | tar -x -o -f - -C "$part"
said=unchecked
if command -v sha256sum >/dev/null 2>&1; then
  if ! bad=$(cd "$part/files" && sha256sum -c ../sums 2>&1); then echo "$bad" | grep -v ': OK$' | head -n 3 >&2; exit 76; fi
  said=$sum
fi
old=
if [ -e "$target" ]; then old=$target.$tag.old; mv "$target" "$old"; fi
mv "$part/files" "$target" || { [ -z "$old" ] || mv "$old" "$target"; exit 1; }
[ -z "$old" ] || rm -rf "$old"
printf '%s\n%s\n' "$said" "$target"
)sh";

constexpr std::size_t mostWords = 4096; // of what the shell prints
constexpr int shortInput = 75;
constexpr int wrongSum = 76;
constexpr int isThere = 77;

std::string hex(const unsigned char *bytes, std::size_t size)
{
    std::string text;
    for (std::size_t i = 0; i < size; ++i)
        text += fmt::format("{:02x}", bytes[i]);
    return text;
}

Error refusal(int code, std::string words, const Upload &what)
{
    while (words.ends_with('\n') || words.ends_with(' '))
        words.pop_back();
    for (char &c : words)
        c = c == '\n' ? ' ' : c;
    if (code == shortInput)
        return {.kind = ErrorKind::Unreachable, .message = say("Core", "the upload of {} was cut short: {}", toUtf8(what.file.filename()), words),
                .hint = say("Core", "Nothing was put in place; try again.")};
    if (code == wrongSum)
        return {.kind = ErrorKind::Io, .message = say("Core", "what arrived of {} is not what was sent: {}", toUtf8(what.file.filename()), words),
                .hint = say("Core", "Nothing was put in place. Did the file change meanwhile? Try again.")};
    if (code == isThere)
        return {.kind = ErrorKind::Conflict, .message = say("Core", "there is {} in the container already", words),
                .hint = say("Core", "A folder takes no place that is taken: remove what lies there, or name another path.")};
    if (code == 126 || code == 127)
        return {.kind = ErrorKind::Unsupported, .message = say("Core", "the container lacks a tool that an upload needs: {}", words),
                .hint = say("Core", "Upload to a volume through a pod whose image has sh, head, wc and, for a folder, tar, such as busybox.")};
    return {.kind = ErrorKind::Process, .message = say("Core", "{} could not be written in the container: {}", what.target, words),
            .hint = say("Core", "Is there such a folder, may the container's user write there, and is there room?")};
}

// Bytes as they go out: of a file, or of the archive of a folder.
class Outgoing
{
public:
    explicit Outgoing(const FileTree &tree) : m_tree(tree)
    {
        if (tree.folder)
            m_tar = std::make_unique<TarStream>(tree);
        else
            m_in.open(tree.files.front().file, std::ios::binary);
    }
    std::uint64_t size() const { return m_tar ? m_tar->size() : m_tree.sum.bytes; }
    std::uint64_t sent() const { return m_sent; }
    Result<std::size_t> read(std::span<char> buffer)
    {
        std::size_t n = 0;
        if (m_tar) {
            n = TRY(m_tar->read(buffer));
        } else {
            const std::uint64_t left = size() - m_sent;
            m_in.read(buffer.data(), static_cast<std::streamsize>(std::min<std::uint64_t>(buffer.size(), left)));
            n = static_cast<std::size_t>(m_in.gcount());
            if (n == 0 && left > 0)
                return std::unexpected(Error{.kind = ErrorKind::Io, .message = say("Core", "the file {} became shorter while it was sent", toUtf8(m_tree.files.front().file)),
                                             .hint = say("Core", "Nothing was put in place; try again when nothing writes to it.")});
        }
        m_sent += n;
        return n;
    }

private:
    const FileTree &m_tree;
    std::unique_ptr<TarStream> m_tar{};
    std::ifstream m_in{};
    std::uint64_t m_sent = 0;
};

} // namespace

// Read once before it is sent: the shell there must know size and sum before it gives it its name.
Result<Uploaded> upload(const StreamAccess &access, const Upload &what, std::stop_token stop)
{
    const FileTree tree = TRY(readTree(what.file, stop));
    unsigned char tag[6];
    if (RAND_bytes(tag, sizeof tag) != 1)
        return fail(ErrorKind::Internal, say("Core", "this computer gives no random numbers"));

    Outgoing outgoing(tree);
    std::string printed, words;
    const auto keep = [](std::string &where) {
        return [&where](std::string_view bytes) -> Result<> {
            where.append(bytes.substr(0, mostWords - std::min(mostWords, where.size())));
            return {};
        };
    };
    ExecStreams streams{.out = keep(printed), .err = keep(words)};
    streams.input = [&](std::span<char> buffer, std::stop_token) -> Result<std::size_t> {
        const std::size_t n = TRY(outgoing.read(buffer));
        if (what.progress && n > 0)
            what.progress(outgoing.sent(), outgoing.size());
        return n;
    };
    const std::string name = toUtf8(what.file.has_filename() ? what.file.filename() : what.file.parent_path().filename());
    const ExecOptions options{.ns = what.ns,
                              .pod = what.pod,
                              .container = what.container,
                              .command = {"sh", "-c", std::string(beginning) + (tree.folder ? takesFolder : takesFile), "upload", what.target, std::to_string(outgoing.size()), tree.sum.sha256,
                                          name, "timonier-" + hex(tag, sizeof tag), what.replaces ? "yes" : "no"},
                              .needsEndOfInput = false,
                              .times = what.times};
    Result<int> code = execute(access, options, streams, stop);
    if (!code) {
        Error error = std::move(code).error();
        if (const std::string text = error.text(); text.find("executable file") != std::string::npos && text.find("not found") != std::string::npos)
            return std::unexpected(std::move(error).because(
                say("Core", "the image of the container has no shell, which an upload needs"),
                say("Core", "Upload to a volume through a pod whose image has sh, head, wc and, for a folder, tar, such as busybox.")));
        if (error.kind == ErrorKind::Unreachable || error.kind == ErrorKind::Timeout)
            return std::unexpected(std::move(error).because(say("Core", "the upload of {} was cut after {} of {} bytes", toUtf8(what.file.filename()),
                                                                outgoing.sent(), outgoing.size()),
                                                            say("Core", "Nothing was put in place; try again.")));
        if (!words.empty())
            error = std::move(error).with("stderr", words);
        return std::unexpected(std::move(error));
    }
    if (*code != 0)
        return std::unexpected(refusal(*code, words, what));
    const auto line = printed.find('\n');
    const std::string said = printed.substr(0, line);
    std::string path = line == std::string::npos ? std::string() : printed.substr(line + 1);
    if (path.ends_with('\n'))
        path.pop_back();
    return Uploaded{.bytes = tree.sum.bytes, .path = std::move(path), .sha256 = tree.sum.sha256, .compared = said == tree.sum.sha256};
}

} // namespace timonier
