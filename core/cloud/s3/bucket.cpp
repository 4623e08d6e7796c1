#include "cloud/s3/bucket.h"

#include "base/pause.h"
#include "base/say.h"
#include "cloud/aws/xml.h"

namespace timonier::s3 {

namespace {

using namespace std::chrono_literals;

constexpr int attempts = 4;
constexpr auto longest = 300s; // of one request, which carries 64 MB at most
constexpr auto soon = 5s;      // a store that fails later than that has tried again itself: a full SeaweedFS does so for half a minute

std::uint64_t numberOf(const std::string &text)
{
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9')
            return 0;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

Result<aws::Xml> read(const HttpAnswer &answer)
{
    auto xml = aws::readXml(answer.body);
    return xml ? std::move(xml) : std::unexpected(std::move(xml).error().because(say("Core", "the object store's answer cannot be read"), say("Core", "Is it the port that speaks S3, and not its web page?")));
}

} // namespace

Result<HttpAnswer> Bucket::ask(const std::string &method, const std::string &key, const std::vector<std::pair<std::string, std::string>> &query, std::string body, std::stop_token stop) const
{
    const std::string what = key.empty() ? say("Core", "the bucket {}", m_place.bucket) : m_place.bucket + "/" + key;
    HttpRequest request{.method = method, .url = m_place.url + "/" + aws::encoded(m_place.bucket) + (key.empty() ? "" : "/" + aws::encoded(key, true)) + (query.empty() ? "" : "?" + aws::queryOf(query)),
                        .body = std::move(body), .whole = longest};
    auto delay = 300ms;
    for (int attempt = 1;; ++attempt) {
        aws::signHeaders(request, m_place.keys, {.region = m_place.region, .service = "s3"}, std::chrono::system_clock::now(), {.encodeTwice = false, .normalize = false, .namesHash = true});
        const auto begun = std::chrono::steady_clock::now();
        auto answer = m_http->send(request, stop);
        const bool quick = std::chrono::steady_clock::now() - begun < soon;
        if (answer && answer->status >= 200 && answer->status < 300)
            return answer;
        Error error = answer ? storeError(what, *answer) : std::move(answer).error().because(say("Core", "the object store was asked for {}", what));
        const bool passes = error.kind == ErrorKind::Throttled || (error.kind == ErrorKind::Server && quick) || error.kind == ErrorKind::Unreachable || error.kind == ErrorKind::Timeout;
        if (!passes || attempt == attempts)
            return std::unexpected(std::move(error));
        if (!pause(delay, stop))
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        delay *= 2;
    }
}

Result<bool> Bucket::exists(std::stop_token stop) const
{
    // And not HEAD: its refusal would have no words.
    const auto answer = ask("GET", {}, {{"list-type", "2"}, {"max-keys", "1"}}, {}, std::move(stop));
    if (!answer && answer.error().kind == ErrorKind::NotFound)
        return false;
    return answer ? Result<bool>(true) : std::unexpected(answer.error());
}

Result<> Bucket::make(std::stop_token stop) const
{
    // Outside us-east-1, AWS wants to be told where; stores of one's own do not mind.
    const std::string body = m_place.region == "us-east-1" ? std::string() : "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>" + m_place.region + "</LocationConstraint></CreateBucketConfiguration>";
    const auto answer = ask("PUT", {}, {}, body, std::move(stop));
    if (!answer && codeOf(answer.error()) == "BucketAlreadyOwnedByYou")
        return {};
    return answer ? Result<>() : std::unexpected(answer.error());
}

Result<std::vector<Stored>> Bucket::list(const std::string &prefix, std::stop_token stop) const
{
    std::vector<Stored> all;
    std::string next;
    do {
        std::vector<std::pair<std::string, std::string>> query{{"list-type", "2"}, {"prefix", prefix}};
        if (!next.empty())
            query.emplace_back("continuation-token", next);
        const HttpAnswer answer = TRY(ask("GET", {}, query, {}, stop));
        const aws::Xml xml = TRY(read(answer));
        for (const aws::Xml &child : xml.children)
            if (child.name == "Contents")
                all.push_back({.key = child.of("Key"), .bytes = numberOf(child.of("Size"))});
        next = xml.of("IsTruncated") == "true" ? xml.of("NextContinuationToken") : std::string();
    } while (!next.empty());
    return all;
}

Result<> Bucket::remove(const std::string &key, std::stop_token stop) const
{
    const auto answer = ask("DELETE", key, {}, {}, std::move(stop));
    if (!answer && answer.error().kind != ErrorKind::NotFound)
        return std::unexpected(answer.error());
    return {};
}

Result<> Bucket::forgetParts(const std::string &prefix, std::stop_token stop) const
{
    const HttpAnswer answer = TRY(ask("GET", {}, {{"prefix", prefix}, {"uploads", ""}}, {}, stop));
    const aws::Xml xml = TRY(read(answer));
    for (const aws::Xml &child : xml.children)
        if (child.name == "Upload" && child.of("Key").starts_with(prefix))
            if (const auto gone = ask("DELETE", child.of("Key"), {{"uploadId", child.of("UploadId")}}, {}, stop); !gone && gone.error().kind != ErrorKind::NotFound)
                return std::unexpected(gone.error());
    return {};
}

Result<std::string> Bucket::openUpload(const std::string &key, std::stop_token stop) const
{
    const HttpAnswer left = TRY(ask("GET", {}, {{"prefix", key}, {"uploads", ""}}, {}, stop));
    const aws::Xml all = TRY(read(left));
    for (const aws::Xml &child : all.children)
        if (child.name == "Upload" && child.of("Key") == key)
            return child.of("UploadId");
    const HttpAnswer begun = TRY(ask("POST", key, {{"uploads", ""}}, {}, stop));
    const aws::Xml xml = TRY(read(begun));
    return xml.of("UploadId");
}

Result<std::vector<Bucket::Part>> Bucket::partsOf(const std::string &key, const std::string &upload, std::stop_token stop) const
{
    std::vector<Part> parts;
    std::string after;
    do {
        std::vector<std::pair<std::string, std::string>> query{{"uploadId", upload}};
        if (!after.empty())
            query.emplace_back("part-number-marker", after);
        const HttpAnswer answer = TRY(ask("GET", key, query, {}, stop));
        const aws::Xml xml = TRY(read(answer));
        for (const aws::Xml &child : xml.children)
            if (child.name == "Part")
                parts.push_back({.number = static_cast<int>(numberOf(child.of("PartNumber"))), .bytes = numberOf(child.of("Size")), .tag = child.of("ETag")});
        after = xml.of("IsTruncated") == "true" ? xml.of("NextPartNumberMarker") : std::string();
    } while (!after.empty());
    return parts;
}

Result<> Bucket::complete(const std::string &key, const std::string &upload, const std::vector<Part> &parts, std::uint64_t bytes, std::stop_token stop) const
{
    std::string body = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
    for (const Part &part : parts)
        body += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", part.number, part.tag);
    const auto answer = ask("POST", key, {{"uploadId", upload}}, body + "</CompleteMultipartUpload>", stop);
    // Its answer may have been lost, and asked again the store knows of no such upload; and 200 may come before it fails.
    const auto xml = answer ? aws::readXml(answer->body) : Result<aws::Xml>(aws::Xml());
    if (answer && xml && xml->name != "Error")
        return {};
    const std::vector<Stored> there = TRY(list(key, stop));
    for (const Stored &one : there)
        if (one.key == key && one.bytes == bytes)
            return {};
    return std::unexpected(answer ? storeError(m_place.bucket + "/" + key, {.status = 500, .body = answer->body}) : answer.error());
}

} // namespace timonier::s3
