// One bucket of an object store: looked at, made, listed, filled, cleared. By paths (http://host/bucket/key), as stores in a cluster have
// it; signed with Signature Version 4 and the sum of every body, so that what arrives broken is refused there. Blocking; any thread.
//
// docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html; SeaweedFS and MinIO, which Kubeflow ships, speak it.
#pragma once

#include "cloud/aws/sigv4.h"
#include "cloud/s3/s3_error.h"
#include "net/http.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace timonier::s3 {

struct Place {
    std::string url{};              // "http://127.0.0.1:40123", without a slash at its end
    std::string region = "us-east-1"; // stores of one's own take any, if it is the one that was signed for
    std::string bucket{};
    aws::Keys keys{};
};

struct Stored {
    std::string key{};
    std::uint64_t bytes = 0;
};

class Bucket
{
public:
    Bucket(std::shared_ptr<HttpClient> http, Place place) : m_http(std::move(http)), m_place(std::move(place)) {}
    const std::string &name() const { return m_place.bucket; }

    // Errors of all: those of storeError(), HttpClient; what may heal is tried again a few times.
    Result<bool> exists(std::stop_token stop) const;
    // Nothing happens where it is there and one's own.
    Result<> make(std::stop_token stop) const;
    // Whatever its key begins with that; page after page.
    Result<std::vector<Stored>> list(const std::string &prefix, std::stop_token stop) const;
    // Nothing happens where it is not there.
    Result<> remove(const std::string &key, std::stop_token stop) const;
    // Parts of uploads that were never ended, below that prefix. (MinIO tells them for whole keys only, and clears them away after a day.)
    Result<> forgetParts(const std::string &prefix, std::stop_token stop) const;

    // A file of this computer. Large ones go in parts; the parts that an upload before has left there, cut or killed, are not sent again: so a
    // key must never be used for another content. Nobody sees the object before it is whole. `sent`: bytes that are there, of this file.
    // Errors: also Io (the file cannot be read, or has become shorter).
    Result<> upload(const std::string &key, const std::filesystem::path &file, std::uint64_t bytes, const std::function<void(std::uint64_t)> &sent, std::stop_token stop) const;

    // Of each part; the largest whole number of them is 10,000.
    static std::uint64_t partSize(std::uint64_t bytes);

private:
    struct Part {
        int number = 0;
        std::uint64_t bytes = 0;
        std::string tag{};
    };
    Result<HttpAnswer> ask(const std::string &method, const std::string &key, const std::vector<std::pair<std::string, std::string>> &query, std::string body, std::stop_token stop) const;
    Result<std::string> openUpload(const std::string &key, std::stop_token stop) const; // its id; a new one, or one that was left
    Result<std::vector<Part>> partsOf(const std::string &key, const std::string &upload, std::stop_token stop) const;
    Result<> complete(const std::string &key, const std::string &upload, const std::vector<Part> &parts, std::uint64_t bytes, std::stop_token stop) const;

    const std::shared_ptr<HttpClient> m_http;
    const Place m_place;
};

} // namespace timonier::s3
