#include "kube/file_tree.h"

#include "base/paths.h"
#include "base/say.h"

#include <openssl/evp.h>

#include <fstream>
#include <memory>
#include <system_error>

namespace timonier {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t mostFiles = 20'000;

using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

Digest newDigest()
{
    Digest digest(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr);
    return digest;
}

std::string finished(const Digest &digest)
{
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_DigestFinal_ex(digest.get(), sum, &size);
    std::string text;
    for (unsigned i = 0; i < size; ++i)
        text += fmt::format("{:02x}", sum[i]);
    return text;
}

std::unexpected<Error> unreadable(const fs::path &path)
{
    return std::unexpected(Error{.kind = ErrorKind::Io, .message = say("Core", "the file {} cannot be read", toUtf8(path)), .hint = say("Core", "Check the name, and whether you may read it.")});
}

// All files of the folder, not yet measured.
Result<std::vector<TreeFile>> filesIn(const fs::path &folder, std::stop_token stop)
{
    std::error_code problem;
    std::vector<TreeFile> files;
    for (fs::recursive_directory_iterator at(folder, problem), end; !problem && at != end; at.increment(problem)) {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        const fs::path &path = at->path();
        std::error_code unknown;
        const fs::file_status status = at->status(unknown); // of what a link leads to
        if (fs::is_directory(status)) {
            if (at->is_symlink(unknown))
                return fail(ErrorKind::Invalid, say("Core", "{} is a link to a folder", toUtf8(path)), say("Core", "Put the folder itself in its place: such links may lead in circles."));
            continue;
        }
        if (!fs::is_regular_file(status))
            return fail(ErrorKind::Invalid, say("Core", "{} is no file", toUtf8(path)), say("Core", "A link that leads nowhere, a socket or a device cannot be sent: take it out of the folder."));
        std::string name = toUtf8(path.lexically_relative(folder));
        std::ranges::replace(name, static_cast<char>(fs::path::preferred_separator), '/');
        if (name.find_first_of("\n\r\\") != std::string::npos)
            return fail(ErrorKind::Invalid, say("Core", "the name of {} holds a line feed or a backslash", toUtf8(path)), say("Core", "Give it another name."));
        if (files.size() == mostFiles)
            return fail(ErrorKind::TooLarge, say("Core", "{} holds more than {} files", toUtf8(folder), mostFiles), say("Core", "Is it the right folder?"));
        files.push_back({.name = std::move(name), .file = path});
    }
    if (problem)
        return fail(ErrorKind::Io, say("Core", "the folder {} cannot be read: {}", toUtf8(folder), problem.message()), say("Core", "Check whether you may read all that lies in it."));
    if (files.empty())
        return fail(ErrorKind::Invalid, say("Core", "there is no file in the folder {}", toUtf8(folder)));
    std::ranges::sort(files, {}, &TreeFile::name);
    return files;
}

} // namespace

Result<FileSum> fileSum(const fs::path &file, std::stop_token stop)
{
    std::error_code problem;
    if (!fs::is_regular_file(file, problem))
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

std::string FileTree::sums() const
{
    std::string all;
    for (const TreeFile &one : files)
        all += one.sum.sha256 + "  " + one.name + "\n";
    return all;
}

Result<FileTree> readTree(const fs::path &path, std::stop_token stop)
{
    std::error_code problem;
    FileTree tree{.folder = fs::is_directory(path, problem)};
    if (!tree.folder) {
        tree.sum = TRY(fileSum(path, stop));
        tree.files = {{.file = path, .sum = tree.sum}};
        return tree;
    }
    tree.files = TRY(filesIn(path, stop));
    for (TreeFile &one : tree.files) {
        one.sum = TRY(fileSum(one.file, stop));
        tree.sum.bytes += one.sum.bytes;
    }
    const Digest digest = newDigest();
    const std::string all = tree.sums();
    EVP_DigestUpdate(digest.get(), all.data(), all.size());
    tree.sum.sha256 = finished(digest);
    return tree;
}

} // namespace timonier
