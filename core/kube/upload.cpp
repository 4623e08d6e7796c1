#include "kube/upload.h"

#include "base/say.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <atomic>
#include <fstream>
#include <memory>
#include <system_error>

namespace timonier {

namespace {

// Words come as $1 …, so that nothing has to be quoted. `head -c` and not `cat`: it ends by itself, also where the server
// cannot tell it that its input has ended; busybox, toybox and GNU have it.
constexpr const char *script = R"sh(LC_ALL=C; export LC_ALL; set -e
target=$1 size=$2 sum=$3 name=$4 tag=$5
case $target in -*) target=./$target ;; esac
if [ -d "$target" ]; then target=${target%/}/$name; fi
part=$target.$tag.part
trap 'rm -f "$part"' EXIT
trap 'exit 130' HUP INT PIPE TERM
head -c "$size" > "$part"
have=$(wc -c < "$part")
if [ "$have" -ne "$size" ]; then echo "$have of $size bytes arrived" >&2; exit 75; fi
said=unchecked
if command -v sha256sum >/dev/null 2>&1; then
  said=$(sha256sum < "$part"); said=${said%% *}
  if [ "$said" != "$sum" ]; then echo "the sum is $said" >&2; exit 76; fi
fi
mv -f "$part" "$target"
printf '%s\n%s\n' "$said" "$target"
)sh";

constexpr std::size_t mostWords = 4096; // of what the shell prints
constexpr int shortInput = 75;
constexpr int wrongSum = 76;

using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

Digest newDigest()
{
    Digest digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr);
    return digest;
}

std::string hex(const unsigned char *bytes, std::size_t size)
{
    std::string text;
    for (std::size_t i = 0; i < size; ++i)
        text += fmt::format("{:02x}", bytes[i]);
    return text;
}

std::string finished(const Digest &digest)
{
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_DigestFinal_ex(digest.get(), sum, &size);
    return hex(sum, size);
}

std::unexpected<Error> unreadable(const std::filesystem::path &file)
{
    return std::unexpected(Error{.kind = ErrorKind::Io, .message = say("Core", "the file {} cannot be read", file.string()),
                                 .hint = say("Core", "Check the name, and whether you may read it.")});
}

Error refusal(int code, std::string words, const Upload &what)
{
    while (words.ends_with('\n') || words.ends_with(' '))
        words.pop_back();
    for (char &c : words)
        c = c == '\n' ? ' ' : c;
    if (code == shortInput)
        return {.kind = ErrorKind::Unreachable, .message = say("Core", "the upload of {} was cut short: {}", what.file.filename().string(), words),
                .hint = say("Core", "Nothing was put in place; try again.")};
    if (code == wrongSum)
        return {.kind = ErrorKind::Io, .message = say("Core", "what arrived of {} is not what was sent: {}", what.file.filename().string(), words),
                .hint = say("Core", "Nothing was put in place. Did the file change meanwhile? Try again.")};
    if (code == 126 || code == 127)
        return {.kind = ErrorKind::Unsupported, .message = say("Core", "the container lacks a tool that an upload needs: {}", words),
                .hint = say("Core", "Upload to a volume through a pod whose image has sh, head and wc, such as busybox.")};
    return {.kind = ErrorKind::Process, .message = say("Core", "{} could not be written in the container: {}", what.target, words),
            .hint = say("Core", "Is there such a folder, may the container's user write there, and is there room?")};
}

} // namespace

// Read once before it is sent: the shell there must know size and sum before it gives the file its name.
Result<FileSum> fileSum(const std::filesystem::path &file, std::stop_token stop)
{
    std::error_code problem;
    if (!std::filesystem::is_regular_file(file, problem))
        return unreadable(file);
    std::ifstream in(file, std::ios::binary);
    const Digest digest = newDigest();
    FileSum measured;
    std::string buffer(256u << 10, '\0');
    while (in) {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        const auto n = static_cast<std::size_t>(in.gcount());
        EVP_DigestUpdate(digest.get(), buffer.data(), n);
        measured.bytes += n;
    }
    if (!in.eof())
        return unreadable(file);
    measured.sha256 = finished(digest);
    return measured;
}

Result<Uploaded> upload(const StreamAccess &access, const Upload &what, std::stop_token stop)
{
    const FileSum measured = TRY(fileSum(what.file, stop));
    unsigned char tag[6];
    if (RAND_bytes(tag, sizeof tag) != 1)
        return fail(ErrorKind::Internal, say("Core", "this computer gives no random numbers"));

    std::ifstream in(what.file, std::ios::binary);
    std::uint64_t sent = 0;
    std::string printed, words;
    const auto keep = [](std::string &where) {
        return [&where](std::string_view bytes) -> Result<> {
            where.append(bytes.substr(0, mostWords - std::min(mostWords, where.size())));
            return {};
        };
    };
    ExecStreams streams{.out = keep(printed), .err = keep(words)};
    streams.input = [&](std::span<char> buffer, std::stop_token) -> Result<std::size_t> {
        const std::uint64_t left = measured.bytes - sent;
        in.read(buffer.data(), static_cast<std::streamsize>(std::min<std::uint64_t>(buffer.size(), left)));
        const auto n = static_cast<std::size_t>(in.gcount());
        if (n == 0 && left > 0)
            return std::unexpected(Error{.kind = ErrorKind::Io, .message = say("Core", "the file {} became shorter while it was sent", what.file.string()),
                                         .hint = say("Core", "Nothing was put in place; try again when nothing writes to it.")});
        sent += n;
        if (what.progress && n > 0)
            what.progress(sent, measured.bytes);
        return n;
    };
    const ExecOptions options{.ns = what.ns,
                              .pod = what.pod,
                              .container = what.container,
                              .command = {"sh", "-c", script, "upload", what.target, std::to_string(measured.bytes), measured.sha256,
                                          what.file.filename().string(), "timonier-" + hex(tag, sizeof tag)},
                              .needsEndOfInput = false,
                              .times = what.times};
    Result<int> code = execute(access, options, streams, stop);
    if (!code) {
        Error error = std::move(code).error();
        if (const std::string text = error.text(); text.find("executable file") != std::string::npos && text.find("not found") != std::string::npos)
            return std::unexpected(std::move(error).because(
                say("Core", "the image of the container has no shell, which an upload needs"),
                say("Core", "Upload to a volume through a pod whose image has sh, head and wc, such as busybox.")));
        if (error.kind == ErrorKind::Unreachable || error.kind == ErrorKind::Timeout)
            return std::unexpected(std::move(error).because(say("Core", "the upload of {} was cut after {} of {} bytes", what.file.filename().string(),
                                                                sent, measured.bytes),
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
    return Uploaded{.bytes = measured.bytes, .path = std::move(path), .sha256 = measured.sha256, .compared = said == measured.sha256};
}

} // namespace timonier
