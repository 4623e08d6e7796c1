// The other side of HttpClient, played: answers in their order, and what was asked.
#pragma once

#include "base/clock.h"
#include "net/http.h"

#include <deque>
#include <functional>
#include <mutex>

namespace timonier::test {

struct PlayedHttp final : HttpClient {
    using Answer = std::function<Result<HttpAnswer>(const HttpRequest &)>;
    std::deque<Answer> next{};   // then:
    Answer otherwise{};
    std::vector<HttpRequest> asked{};
    std::recursive_mutex mutex{}; // an answer may be given by another request

    Result<HttpAnswer> send(const HttpRequest &request, std::stop_token) override
    {
        const std::lock_guard lock(mutex);
        asked.push_back(request);
        Answer answer = otherwise;
        if (!next.empty()) {
            answer = next.front();
            next.pop_front();
        }
        if (!answer)
            return fail(ErrorKind::Unreachable, "nobody is there: " + request.url);
        return answer(request);
    }
    void say(int status, const std::string &body, HttpHeaders headers = {})
    {
        next.push_back([=](const HttpRequest &) { return HttpAnswer{.status = status, .headers = headers, .body = body}; });
    }
    std::string header(std::size_t request, const std::string &name) const
    {
        for (const auto &[key, value] : asked.at(request).headers)
            if (key == name)
                return value;
        return {};
    }
};

struct SetClock final : Clock {
    std::chrono::system_clock::time_point now = std::chrono::system_clock::from_time_t(1'790'000'000); // 2026-09-21
    std::chrono::milliseconds elapsed() const override { return std::chrono::milliseconds(0); }
    std::chrono::system_clock::time_point wall() const override { return now; }
};

} // namespace timonier::test
