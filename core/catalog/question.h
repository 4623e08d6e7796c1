// Asks what was deployed, as a person would: through a port-forward to its Service, first whether it is well, then one question.
// Blocking, but for what is said to be pure: worker threads only.
#pragma once

#include "base/result.h"
#include "catalog/template.h"
#include "kube/fetch.h"
#include "kube/port_target.h"
#include "kube/websocket.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <stop_token>

namespace timonier::catalog {

struct Asked {
    PortTarget target{};            // a Service
    std::string health{};           // a path; empty: any answer will do
    std::string path{}, type{};     // where the question goes, and its media type
    std::filesystem::path body{};   // the question; empty: none is asked
    std::string answer{};           // what must stand in the answer; empty: a good status will do
};

// Those that are wanted. Errors: Invalid.
Result<std::vector<Asked>> questionsOf(const Entry &entry, const Filling &filling);

// By the file's name, as web servers have it: "image/jpeg"; application/octet-stream where it tells nothing. Pure.
std::string mediaType(const std::filesystem::path &file);

// What is wrong with the answer to the question; nothing: it is as it should be. Pure. Errors: Server (a status that is not good),
// Invalid (the words are not in it).
Result<> judge(const Asked &asked, const Response &response);

// `tell` gets what was found, a line at a time. What may pass by itself (nothing listens yet, 503) is tried again for `patience`;
// the question itself is asked once.
// Errors: Unreachable (nothing listens; the connection broke), Timeout (no answer), Forbidden (no port-forward), those of judge(), fileSum().
Result<> ask(const std::shared_ptr<Transport> &transport, const StreamAccess &streams, const Asked &asked, const std::function<void(const std::string &)> &tell, std::chrono::milliseconds patience, std::stop_token stop);

} // namespace timonier::catalog
