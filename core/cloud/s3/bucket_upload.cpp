#include "cloud/s3/bucket.h"

#include "base/paths.h"
#include "base/say.h"

#include <fstream>

namespace timonier::s3 {

namespace {

constexpr std::uint64_t leastPart = 8u << 20; // S3 wants 5 MiB at least; each is held in memory once
constexpr std::uint64_t mostParts = 10'000;

Result<std::string> piece(std::ifstream &in, const std::filesystem::path &file, std::uint64_t at, std::uint64_t bytes)
{
    std::string read(bytes, '\0');
    in.clear();
    in.seekg(static_cast<std::streamoff>(at));
    in.read(read.data(), static_cast<std::streamsize>(bytes));
    if (static_cast<std::uint64_t>(in.gcount()) != bytes)
        return std::unexpected(Error{.kind = ErrorKind::Io, .message = say("Core", "the file {} cannot be read, or became shorter while it was sent", toUtf8(file)), .hint = say("Core", "Nothing was put in place; try again when nothing writes to it.")});
    return read;
}

} // namespace

std::uint64_t Bucket::partSize(std::uint64_t bytes)
{
    std::uint64_t size = leastPart;
    while ((bytes + size - 1) / size > mostParts)
        size *= 2;
    return size;
}

Result<> Bucket::upload(const std::string &key, const std::filesystem::path &file, std::uint64_t bytes, const std::function<void(std::uint64_t)> &sent, std::stop_token stop) const
{
    std::ifstream in(file, std::ios::binary);
    const std::uint64_t size = partSize(bytes);
    if (bytes <= size) {
        std::string whole = TRY(piece(in, file, 0, bytes));
        TRY(ask("PUT", key, {}, std::move(whole), stop));
        sent(bytes);
        return {};
    }
    const std::string upload = TRY(openUpload(key, stop));
    const std::vector<Part> before = TRY(partsOf(key, upload, stop));
    std::vector<Part> parts;
    for (std::uint64_t at = 0; at < bytes; at += size) {
        Part part{.number = static_cast<int>(at / size) + 1, .bytes = std::min(size, bytes - at)};
        const auto there = std::ranges::find(before, part.number, &Part::number);
        if (there != before.end() && there->bytes == part.bytes) {
            part.tag = there->tag;
        } else {
            std::string body = TRY(piece(in, file, at, part.bytes));
            const HttpAnswer answer = TRY(ask("PUT", key, {{"partNumber", std::to_string(part.number)}, {"uploadId", upload}}, std::move(body), stop));
            part.tag = answer.header("etag");
        }
        sent(at + part.bytes);
        parts.push_back(std::move(part));
    }
    return complete(key, upload, parts, bytes, stop);
}

} // namespace timonier::s3
