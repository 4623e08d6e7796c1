#include "remote/key_file.h"

#include "base/paths.h"
#include "base/say.h"

#include <libssh/libssh.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

#ifndef _WIN32
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace timonier::remote {

namespace {

constexpr std::size_t largest = 64u << 10;

Error wrongFile(ErrorKind kind, const std::string &path, std::string message, std::string hint)
{
    return {.kind = kind, .message = std::move(message), .hint = std::move(hint), .context = {{"key", path}}};
}

// PROTOCOL.key: "openssh-key-v1\0", then the name of the cipher, "none" where it is not encrypted.
bool opensshKeyIsEncrypted(std::string_view text)
{
    const auto begin = text.find('\n');
    const auto end = text.find("-----END", begin == text.npos ? 0 : begin);
    if (begin == text.npos || end == text.npos)
        return false;
    std::string packed;
    for (const char c : text.substr(begin, end - begin))
        if (c != '\n' && c != '\r' && packed.size() < 64)
            packed += c;
    unsigned char bytes[64] = {};
    const void *from = packed.data();
    if (packed.size() < 64 || EVP_DecodeBlock(bytes, static_cast<const unsigned char *>(from), static_cast<int>(packed.size())) < 40)
        return false;
    const void *head = bytes;
    const std::string_view cipher(static_cast<const char *>(head) + 15, 8); // a length of 4 bytes, and the name
    return cipher != std::string_view("\0\0\0\4none", 8);
}

} // namespace

void SshKeyFree::operator()(ssh_key_struct *key) const { ssh_key_free(key); }

Result<KeyFile> KeyFile::read(const std::string &path)
{
    std::error_code error;
    const auto file = toPath(path);
    if (!std::filesystem::exists(file, error))
        return std::unexpected(wrongFile(ErrorKind::NotFound, path, say("Core", "there is no key file {}", path), say("Core", "Name another one, or make one: ssh-keygen -t ed25519")));
    std::ifstream in(file, std::ios::binary);
    std::string text;
    if (in && std::filesystem::is_regular_file(file, error) && std::filesystem::file_size(file, error) <= largest)
        text.assign(std::istreambuf_iterator<char>(in), {});
    else if (!in)
        return std::unexpected(wrongFile(ErrorKind::Forbidden, path, say("Core", "the key file {} cannot be read", path), say("Core", "It should belong to you and be readable for you alone (chmod 600)")));
#ifndef _WIN32
    struct stat status = {};
    if (::stat(file.c_str(), &status) == 0 && (status.st_mode & 077) != 0)
        return std::unexpected(wrongFile(ErrorKind::Forbidden, path, say("Core", "the key file {} can be read by others", path), say("Core", "A key like that is not used, here and by ssh: chmod 600 {}", path)));
#endif
    const auto has = [&](std::string_view words) { return text.find(words) != text.npos; };
    if (has("PuTTY-User-Key-File"))
        return std::unexpected(wrongFile(ErrorKind::Invalid, path, say("Core", "{} is a key in PuTTY's format", path), say("Core", "Have it written as OpenSSH's: puttygen KEY.ppk -O private-openssh -o KEY")));
    if (!has("PRIVATE KEY-----")) {
        if (text.starts_with("ssh-") || text.starts_with("ecdsa-") || has("BEGIN SSH2 PUBLIC KEY") || has("BEGIN PUBLIC KEY"))
            return std::unexpected(wrongFile(ErrorKind::Invalid, path, say("Core", "{} is a public key", path), say("Core", "Name the private one, mostly the same without .pub")));
        return std::unexpected(wrongFile(ErrorKind::Invalid, path, say("Core", "{} holds no key", path), say("Core", "Name a private key as ssh-keygen writes it")));
    }
    KeyFile key{.path = path, .text = Secret(std::move(text))};
    const std::string &held = key.text.reveal();
    key.encrypted = held.find("BEGIN ENCRYPTED PRIVATE KEY") != held.npos || held.find("Proc-Type: 4,ENCRYPTED") != held.npos ||
                    (held.find("BEGIN OPENSSH PRIVATE KEY") != held.npos && opensshKeyIsEncrypted(held));
    return key;
}

SshKey KeyFile::publicKey() const
{
    ssh_key key = nullptr;
    for (const std::string &file : {path + ".pub", path})
        if (ssh_pki_import_pubkey_file(file.c_str(), &key) == SSH_OK)
            return SshKey(key);
    return nullptr;
}

Result<SshKey> KeyFile::privateKey(const Secret &passphrase) const
{
    ssh_key key = nullptr;
    // Without a passphrase libssh asks for one on the terminal where a callback is missing: there is one, and it knows none.
    const auto none = [](const char *, char *, size_t, int, int, void *) { return -1; };
    if (ssh_pki_import_privkey_base64(text.reveal().c_str(), passphrase.empty() ? nullptr : passphrase.reveal().c_str(), none, nullptr, &key) == SSH_OK)
        return SshKey(key);
    if (encrypted)
        return std::unexpected(wrongFile(ErrorKind::Unauthorized, path, passphrase.empty() ? say("Core", "the key {} needs its passphrase", path) : say("Core", "the passphrase of the key {} is wrong", path),
                                         say("Core", "Give its passphrase, or load it into the agent: ssh-add {}", path)));
    return std::unexpected(wrongFile(ErrorKind::Invalid, path, say("Core", "the key {} is damaged, or of a kind that is not supported", path), say("Core", "ed25519, ECDSA and RSA keys can be used; ssh-keygen -y -f {} tells whether it is whole", path)));
}

Result<std::string> makeKeyFile(const std::string &path, const std::string &comment)
{
    const auto failed = [&](const std::string &reason) { return std::unexpected(wrongFile(ErrorKind::Io, path, say("Core", "the key file {} cannot be written: {}", path, reason), say("Core", "See that its folder belongs to you, and that the disk has room"))); };
    const auto file = toPath(path);
    std::error_code error;
    if (std::filesystem::exists(file, error))
        return std::unexpected(wrongFile(ErrorKind::Conflict, path, say("Core", "there is a key file {} already", path), say("Core", "It is not overwritten: it may open something")));
    ssh_key made = nullptr;
    char *text = nullptr, *half = nullptr;
    if (ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &made) != SSH_OK)
        return fail(ErrorKind::Internal, say("Core", "a key cannot be made"));
    const SshKey key(made);
    if (ssh_pki_export_privkey_base64(key.get(), nullptr, nullptr, nullptr, &text) != SSH_OK || ssh_pki_export_pubkey_base64(key.get(), &half) != SSH_OK) {
        ssh_string_free_char(text);
        return fail(ErrorKind::Internal, say("Core", "a key cannot be made"));
    }
    const Secret whole{std::string(text)};
    const std::string publicLine = "ssh-ed25519 " + std::string(half) + " " + comment;
    OPENSSL_cleanse(text, std::strlen(text));
    ssh_string_free_char(text);
    ssh_string_free_char(half);
    if (const auto folder = file.parent_path(); !std::filesystem::exists(folder, error)) {
        std::filesystem::create_directories(folder, error);
        if (error)
            return failed(error.message());
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    }
#ifndef _WIN32
    const int to = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (to < 0)
        return failed(std::generic_category().message(errno));
    const bool written = ::write(to, whole.reveal().data(), whole.reveal().size()) == static_cast<ssize_t>(whole.reveal().size()) && ::fsync(to) == 0;
    const int problem = errno;
    ::close(to);
    if (!written) {
        std::filesystem::remove(file, error);
        return failed(std::generic_category().message(problem));
    }
#else
    if (!(std::ofstream(file, std::ios::binary) << whole.reveal()).flush())
        return failed(say("Core", "the system does not say why"));
#endif
    if (!(std::ofstream(toPath(path + ".pub"), std::ios::binary) << publicLine << '\n').flush())
        return failed(say("Core", "the system does not say why"));
    return publicLine;
}

} // namespace timonier::remote
