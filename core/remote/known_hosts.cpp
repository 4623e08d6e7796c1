#include "remote/known_hosts.h"

#include "base/paths.h"
#include "base/say.h"
#include "remote/host_words.h"
#include "remote/ssh_config_lines.h"
#include "remote/words.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <system_error>

#ifndef _WIN32
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#else
#include <fstream>
#endif

namespace timonier::remote {

namespace {

std::string toBase64(std::string_view bytes)
{
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const void *data = bytes.data();
    void *to = out.data();
    out.resize(static_cast<std::size_t>(EVP_EncodeBlock(static_cast<unsigned char *>(to), static_cast<const unsigned char *>(data), static_cast<int>(bytes.size()))));
    return out;
}

std::optional<std::string> fromBase64(std::string_view text)
{
    if (text.empty() || text.size() % 4 != 0 || text.size() > 65'536)
        return std::nullopt;
    std::string out(text.size() / 4 * 3, '\0');
    const void *data = text.data();
    void *to = out.data();
    if (EVP_DecodeBlock(static_cast<unsigned char *>(to), static_cast<const unsigned char *>(data), static_cast<int>(text.size())) < 0)
        return std::nullopt;
    out.resize(out.size() - static_cast<std::size_t>(std::ranges::count(text.substr(text.size() - 2), '=')));
    return out;
}

// "|1|salt|hash": HMAC-SHA1 of the name (HashKnownHosts).
bool matchesHashed(std::string_view hashed, const std::string &name)
{
    hashed.remove_prefix(3);
    const auto bar = hashed.find('|');
    if (bar == hashed.npos)
        return false;
    const auto salt = fromBase64(hashed.substr(0, bar));
    const auto hash = fromBase64(hashed.substr(bar + 1));
    if (!salt || !hash)
        return false;
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    const void *text = name.data();
    if (!HMAC(EVP_sha1(), salt->data(), static_cast<int>(salt->size()), static_cast<const unsigned char *>(text), name.size(), digest, &size))
        return false;
    const void *bytes = digest;
    return *hash == std::string_view(static_cast<const char *>(bytes), size);
}

struct Entry {
    std::string_view marker{}; // "@revoked", "@cert-authority", or nothing
    HostKey key{};
    const std::string *file = nullptr;
    unsigned line = 0;
};

std::vector<Entry> entriesOf(const std::vector<KnownHostsFile> &files, const std::string &name)
{
    std::vector<Entry> found;
    for (const KnownHostsFile &file : files) {
        unsigned number = 0;
        for (std::string_view rest = file.text; !rest.empty();) {
            const auto end = std::min(rest.find('\n'), rest.size());
            auto words = wordsOf(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
            ++number;
            Entry entry{.file = &file.path, .line = number};
            if (!words.empty() && words[0].starts_with('@')) {
                entry.marker = words[0];
                words.erase(words.begin());
            }
            if (words.size() < 3 || words[0].starts_with('#'))
                continue;
            if (words[0].starts_with("|1|") ? !matchesHashed(words[0], name) : !matchesPatternList(name, lowered(words[0])))
                continue;
            auto blob = fromBase64(words[2]);
            if (!blob)
                continue;
            entry.key = {std::string(words[1]), std::move(*blob)};
            found.push_back(std::move(entry));
        }
    }
    return found;
}

} // namespace

HostKey hostKeyOf(std::string_view type, std::string_view base64)
{
    return {std::string(type), fromBase64(base64).value_or(std::string())};
}

std::string HostKey::base64() const { return toBase64(blob); }

std::string HostKey::fingerprint() const
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_Digest(blob.data(), blob.size(), digest, &size, EVP_sha256(), nullptr);
    const void *bytes = digest;
    std::string text = toBase64({static_cast<const char *>(bytes), size});
    text.erase(text.find_last_not_of('=') + 1);
    return "SHA256:" + text;
}

std::string knownHostName(std::string_view host, std::uint16_t port)
{
    return port == 22 ? lowered(host) : '[' + lowered(host) + "]:" + std::to_string(port);
}

HostKeyVerdict judge(const std::vector<KnownHostsFile> &files, std::string_view host, std::uint16_t port, bool alias, const HostKey &key)
{
    const std::string name = knownHostName(host, alias ? 22 : port);
    const std::vector<Entry> entries = entriesOf(files, name);
    const auto where = [](HostKeyIs is, const Entry &entry) { return HostKeyVerdict{is, entry.key, *entry.file, entry.line}; };
    // Revoked first, wherever it stands; under the plain name as well.
    const std::vector<Entry> plain = name == lowered(host) ? std::vector<Entry>() : entriesOf(files, lowered(host));
    for (const auto *list : {&entries, &plain})
        for (const Entry &entry : *list)
            if (entry.marker == "@revoked" && entry.key.blob == key.blob)
                return where(HostKeyIs::Revoked, entry);
    const Entry *other = nullptr;
    for (const Entry &entry : entries) {
        if (!entry.marker.empty())
            continue;
        if (entry.key.blob == key.blob)
            return {HostKeyIs::Known, {}, {}, 0};
        if (!other || (entry.key.type == key.type && other->key.type != key.type))
            other = &entry;
    }
    if (other)
        return where(HostKeyIs::Changed, *other);
    for (const Entry &entry : plain)
        if (entry.marker.empty() && entry.key.blob == key.blob)
            return {HostKeyIs::Known, {}, {}, 0};
    return {};
}

std::vector<std::string> knownTypes(const std::vector<KnownHostsFile> &files, std::string_view host, std::uint16_t port, bool alias)
{
    std::vector<std::string> types;
    const std::string name = knownHostName(host, alias ? 22 : port);
    std::vector<Entry> entries = entriesOf(files, name);
    if (entries.empty() && name != lowered(host))
        entries = entriesOf(files, lowered(host));
    for (const Entry &entry : entries)
        if (entry.marker.empty() && std::ranges::find(types, entry.key.type) == types.end())
            types.push_back(entry.key.type);
    return types;
}

Result<> addKnownHost(const std::string &path, const std::string &name, const HostKey &key)
{
    const auto failed = [&](const std::string &reason) {
        return std::unexpected(Error{.kind = ErrorKind::Io, .message = say("Core", "the host's key cannot be added to {}: {}", path, reason),
                                     .hint = say("Core", "See that the file and its folder belong to you, and that the disk has room"), .context = {{"file", path}}});
    };
    const std::filesystem::path file = toPath(path);
    std::error_code error;
    if (const auto folder = file.parent_path(); !folder.empty() && !std::filesystem::exists(folder, error)) {
        std::filesystem::create_directories(folder, error);
        if (error)
            return failed(error.message());
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    }
    const std::string line = name + ' ' + key.type + ' ' + key.base64() + '\n';
#ifndef _WIN32
    const int to = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (to < 0)
        return failed(std::generic_category().message(errno));
    // A last line without an end would swallow ours.
    char last = '\n';
    if (const off_t size = ::lseek(to, 0, SEEK_END); size > 0 && ::pread(to, &last, 1, size - 1) != 1)
        last = '\n';
    const std::string whole = (last == '\n' ? "" : "\n") + line; // one write: others may add to it too
    const bool written = ::write(to, whole.data(), whole.size()) == static_cast<ssize_t>(whole.size()) && ::fsync(to) == 0;
    const int problem = errno;
    ::close(to);
    if (!written)
        return failed(std::generic_category().message(problem));
#else
    std::ofstream to(file, std::ios::binary | std::ios::app);
    if (!(to << line).flush())
        return failed(say("Core", "the system does not say why"));
#endif
    return {};
}

} // namespace timonier::remote
