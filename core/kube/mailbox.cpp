#include "kube/mailbox.h"

namespace timonier {

std::shared_ptr<Mailbox> Mailbox::make(std::shared_ptr<Executor> executor, Handlers handlers)
{
    return std::shared_ptr<Mailbox>(new Mailbox(std::move(executor), std::move(handlers)));
}

void Mailbox::start(Transport &transport, Request request)
{
    m_call = transport.start(std::move(request), shared_from_this());
}

void Mailbox::close()
{
    m_closed = true;
    if (m_call)
        m_call->cancel();
    m_call.reset();
    m_handlers = {};
}

void Mailbox::head(const ResponseHead &head)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_head = head;
        if (std::exchange(m_posted, true))
            return;
    }
    notify();
}

Flow Mailbox::data(std::string_view bytes)
{
    Flow flow = Flow::Continue;
    {
        const std::scoped_lock lock(m_mutex);
        m_bytes.append(bytes);
        if (m_bytes.size() > highWater) {
            m_paused = true;
            flow = Flow::Pause;
        }
        if (std::exchange(m_posted, true))
            return flow;
    }
    notify();
    return flow;
}

void Mailbox::finished(Result<> result)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_result = std::move(result);
        if (std::exchange(m_posted, true))
            return;
    }
    notify();
}

void Mailbox::notify()
{
    m_executor->post([self = shared_from_this()] { self->deliver(); });
}

void Mailbox::deliver()
{
    std::optional<ResponseHead> head;
    std::optional<Result<>> result;
    bool resume = false;
    {
        const std::scoped_lock lock(m_mutex);
        m_posted = false;
        head = std::exchange(m_head, std::nullopt);
        m_taken.swap(m_bytes);
        result = std::exchange(m_result, std::nullopt);
        resume = std::exchange(m_paused, false);
    }
    // A handler may close this mailbox, and with it drop the handlers: each is looked up anew, and kept while it runs.
    if (head && !m_closed)
        if (const auto handler = m_handlers.head)
            handler(*head);
    if (!m_taken.empty() && !m_closed)
        if (const auto handler = m_handlers.data)
            handler(m_taken);
    m_taken.clear(); // its memory is the next buffer of the network thread
    if (resume && !m_closed && m_call)
        m_call->resume();
    if (result && !m_closed)
        if (const auto handler = m_handlers.finished)
            handler(std::move(*result));
}

} // namespace timonier
