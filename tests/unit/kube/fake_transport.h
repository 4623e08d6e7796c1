// A Transport that answers from a function, at once and on the calling thread.
#pragma once

#include "kube/transport.h"

#include <functional>
#include <vector>

namespace test {

struct Answer {
    timonier::ResponseHead head{};
    std::string body{};
    std::optional<timonier::Error> error{}; // at the end; with head.status 0: instead of an answer
    bool silent = false;                  // never finishes
};

struct FakeTransport final : timonier::Transport {
    struct FakeCall final : timonier::Call {
        void resume() override {}
        void cancel() override {}
    };

    std::function<Answer(const timonier::Request &)> answer;
    std::vector<timonier::Request> requests;

    std::unique_ptr<timonier::Call> start(timonier::Request request, std::shared_ptr<timonier::Receiver> receiver) override
    {
        requests.push_back(request);
        const Answer a = answer(request);
        if (a.head.status)
            receiver->head(a.head);
        if (!a.body.empty())
            receiver->data(a.body);
        if (a.error)
            receiver->finished(std::unexpected(*a.error));
        else if (!a.silent)
            receiver->finished({});
        return std::make_unique<FakeCall>();
    }
};

inline Answer reply(int status, std::string body, std::optional<std::chrono::seconds> retryAfter = {})
{
    Answer a;
    a.head.status = status;
    a.head.retryAfter = retryAfter;
    a.body = std::move(body);
    return a;
}

inline Answer broken(timonier::ErrorKind kind, int status = 0, std::string body = {})
{
    Answer a = reply(status, std::move(body));
    a.error = timonier::Error{.kind = kind, .message = "broken"};
    return a;
}

} // namespace test
