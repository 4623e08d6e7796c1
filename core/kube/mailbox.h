// The step from the network thread to a worker: the bytes of one call wait in one buffer, and one task at a time is
// posted for them, however many pieces come. When too much waits, the call is paused until the worker has caught up.
#pragma once

#include "base/worker.h"
#include "kube/transport.h"

#include <functional>
#include <memory>
#include <mutex>

namespace timonier {

class Mailbox final : public Receiver, public std::enable_shared_from_this<Mailbox>
{
public:
    // What the worker gets, in this order; several at once when it was busy.
    struct Handlers {
        std::function<void(const ResponseHead &)> head;
        std::function<void(std::string_view)> data;
        std::function<void(Result<>)> finished;
    };
    static std::shared_ptr<Mailbox> make(std::shared_ptr<Executor> executor, Handlers handlers);

    // Starts the request; what it answers comes to the handlers, on the executor.
    void start(Transport &transport, Request request);
    // On the executor: no handler is called any more, from now on.
    void close();

    void head(const ResponseHead &head) override;
    Flow data(std::string_view bytes) override;
    void finished(Result<> result) override;

private:
    Mailbox(std::shared_ptr<Executor> executor, Handlers handlers)
        : m_executor(std::move(executor)), m_handlers(std::move(handlers))
    {
    }
    void notify();
    void deliver();

    static constexpr std::size_t highWater = 1u << 20;

    // Shared: the network thread may still bring a last word when the worker's owner is gone.
    const std::shared_ptr<Executor> m_executor;
    Handlers m_handlers;           // touched on the executor only
    std::shared_ptr<Call> m_call;  // likewise
    bool m_closed = false;         // likewise
    std::string m_taken;           // likewise: the bytes that the handler has at the moment

    std::mutex m_mutex;
    std::optional<ResponseHead> m_head;
    std::string m_bytes;
    std::optional<Result<>> m_result;
    bool m_posted = false;
    bool m_paused = false;
};

} // namespace timonier
