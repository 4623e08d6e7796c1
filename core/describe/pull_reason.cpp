// Why an image cannot be pulled: what containerd, CRI-O and the registries say, by the words that they have in common.
#include "describe/verdict.h"

#include "base/say.h"

#include <algorithm>
#include <initializer_list>

namespace timonier::describing {

std::string pullReason(std::string_view message)
{
    std::string lower(message);
    std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const auto has = [&](std::initializer_list<std::string_view> words) {
        return std::ranges::any_of(words, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
    };
    if (has({"toomanyrequests", "429 too many", "rate limit"}))
        return say("Core", "the registry limits how often images may be pulled");
    if (has({"no match for platform", "no matching manifest"}))
        return say("Core", "the image is not made for this node's processor");
    if (has({"x509", "certificate"}))
        return say("Core", "the node does not trust the registry's certificate");
    if (has({"server gave http response to https"}))
        return say("Core", "the registry speaks HTTP, and the node expects HTTPS");
    if (has({"no such host", "i/o timeout", "connection refused", "dial tcp", "network is unreachable", "context deadline exceeded"}))
        return say("Core", "the node cannot reach the registry");
    if (has({"no basic auth", "unauthorized", "authentication required", "403 forbidden", "401 unauthorized"}))
        return say("Core", "the registry asks for other credentials");
    if (has({"pull access denied", "access denied", "insufficient_scope", "denied:"}))
        return say("Core", "the registry has no such image, or asks for other credentials");
    if (has({"not found", "manifest unknown", "name unknown"}))
        return say("Core", "the registry has no such image or tag");
    if (has({"no space left"}))
        return say("Core", "the node's disk is full");
    return {};
}

} // namespace timonier::describing
