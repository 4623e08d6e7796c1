#include "kube/network.h"

#include <curl/curl.h>

#include <algorithm>
#include <utility>

#if defined(__linux__)
#include <csignal>
#include <pthread.h>
#endif

namespace timonier {

namespace {

void initialiseCurl()
{
    // Once in a program, never undone: curl and OpenSSL tidy up at exit by themselves.
    static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(once);
}

void prepareThread()
{
#if defined(__linux__)
    pthread_setname_np(pthread_self(), "network");
    // A peer that hangs up must not end the program, and a Ctrl+C belongs to the main thread.
    sigset_t blocked;
    sigemptyset(&blocked);
    for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD})
        sigaddset(&blocked, signal);
    pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
#endif
}

} // namespace

bool NetworkInbox::post(Task task)
{
    const std::scoped_lock lock(m_mutex);
    if (m_closed)
        return false; // the task goes when the caller's parameter does, after the lock
    m_tasks.push_back(std::move(task));
    // Under the lock: the loop takes its multi away under it before that is freed. It writes one byte to a pipe.
    if (m_tasks.size() == 1 && m_multi)
        curl_multi_wakeup(m_multi);
    return true;
}

Network::Network()
{
    initialiseCurl();
    m_multi = curl_multi_init();
    // The API server allows about 100 streams on a connection; lanes (curl_transport.cpp) stay below that.
    curl_multi_setopt(m_multi, CURLMOPT_MAX_CONCURRENT_STREAMS, 100L);
    curl_multi_setopt(m_multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    m_inbox->m_multi = m_multi;
    m_thread = std::thread([this] { run(); });
}

Network::~Network()
{
    {
        const std::scoped_lock lock(m_inbox->m_mutex);
        m_inbox->m_closed = true;
        curl_multi_wakeup(m_multi);
    }
    m_thread.join();
}

void Network::attach(std::shared_ptr<NetworkClient> client) { m_clients.insert(std::move(client)); }

void Network::detach(const std::shared_ptr<NetworkClient> &client) { m_clients.erase(client); }

void Network::add(void *easy)
{
    curl_multi_add_handle(m_multi, easy);
    m_nextTick = {}; // it has time limits of its own
}

void Network::remove(void *easy) { curl_multi_remove_handle(m_multi, easy); }

void Network::run()
{
    prepareThread();
    while (runTasks()) {
        int running = 0;
        curl_multi_perform(m_multi, &running);
        reportDone();
        const int wait = untilNextTick();
        curl_multi_poll(m_multi, nullptr, 0, wait, nullptr);
    }
    // What was posted before the end is honoured, so that nobody waits for a finished() that never comes.
    std::vector<Task> last;
    {
        const std::scoped_lock lock(m_inbox->m_mutex);
        last.swap(m_inbox->m_tasks);
        m_inbox->m_multi = nullptr;
    }
    for (Task &task : last)
        task();
    const auto clients = std::exchange(m_clients, {});
    for (const auto &client : clients)
        client->abandon();
    curl_multi_cleanup(m_multi);
}

bool Network::runTasks()
{
    std::vector<Task> tasks;
    {
        const std::scoped_lock lock(m_inbox->m_mutex);
        if (m_inbox->m_closed)
            return false;
        tasks.swap(m_inbox->m_tasks);
    }
    for (Task &task : tasks) {
        task();
        task = nullptr;
        m_nextTick = {};
    }
    return true;
}

void Network::reportDone()
{
    int left = 0;
    while (const CURLMsg *message = curl_multi_info_read(m_multi, &left)) {
        if (message->msg != CURLMSG_DONE)
            continue;
        CURL *easy = message->easy_handle;
        const CURLcode code = message->data.result; // `message` dies with the next call on the multi
        NetworkTransfer *transfer = nullptr;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
        curl_multi_remove_handle(m_multi, easy);
        transfer->done(code);
        m_nextTick = {};
    }
}

int Network::untilNextTick()
{
    using namespace std::chrono;
    auto now = steady_clock::now();
    if (now >= m_nextTick) {
        auto next = now + hours(1);
        const auto clients = m_clients; // a tick may finish the last call of a client that is closing
        for (const auto &client : clients)
            next = std::min(next, client->tick(now));
        m_nextTick = next;
        now = steady_clock::now();
    }
    // Rounded up, or the last fraction of a millisecond is spent spinning.
    return static_cast<int>(std::max<std::int64_t>(0, ceil<milliseconds>(m_nextTick - now).count()));
}

} // namespace timonier
