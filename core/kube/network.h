// The one network thread of the program: curl's multi interface, shared by every cluster that is open.
//
// Commands (start, cancel, resume, close) are tasks in an inbox with one mutex; everything else here lives on the
// network thread alone. Outliving it is harmless: what is posted to a network that has gone is dropped.
#pragma once

#include "base/worker.h"
#include "kube/sockets.h"

#include <chrono>
#include <memory>
#include <set>
#include <thread>

namespace timonier {

// Tasks for the network thread. Any thread.
class NetworkInbox
{
public:
    // Runs the task soon on the network thread. Dropped (false) when the network has gone.
    bool post(Task task);

private:
    friend class Network;
    std::mutex m_mutex;
    std::vector<Task> m_tasks;
    void *m_multi = nullptr;     // what to wake; null before the loop runs and after it ended
    bool m_closed = false;
};

// One transfer that curl drives (CURLOPT_PRIVATE of its easy handle).
struct NetworkTransfer {
    virtual ~NetworkTransfer() = default;
    // The transfer is over, and its handle is off the multi. `code` is a CURLcode.
    virtual void done(int code) = 0;
};

// What a transport keeps on the network thread.
struct NetworkClient {
    using TimePoint = std::chrono::steady_clock::time_point;
    virtual ~NetworkClient() = default;
    // Looks after its time limits; says when it wants to be asked again at the latest.
    virtual TimePoint tick(TimePoint now) = 0;
    // The network goes: everything under way is finished with Cancelled.
    virtual void abandon() = 0;
};

class Network
{
public:
    Network();
    // Joins the thread. Every call under way gets finished(Cancelled) before this returns.
    ~Network();
    Network(const Network &) = delete;
    Network &operator=(const Network &) = delete;

    const std::shared_ptr<NetworkInbox> &inbox() const { return m_inbox; }

    // --- From here on: the network thread only (tasks, and what curl calls) ---
    void attach(std::shared_ptr<NetworkClient> client);
    void detach(const std::shared_ptr<NetworkClient> &client);
    // `easy` is a CURL handle whose private pointer is a NetworkTransfer.
    void add(void *easy);
    void remove(void *easy);
    SocketTable &sockets() { return m_sockets; }

private:
    void run();
    bool runTasks();
    void reportDone();
    int untilNextTick();

    std::shared_ptr<NetworkInbox> m_inbox = std::make_shared<NetworkInbox>();
    SocketTable m_sockets;
    std::set<std::shared_ptr<NetworkClient>> m_clients;
    NetworkClient::TimePoint m_nextTick{};
    void *m_multi = nullptr;
    std::thread m_thread;        // last: it uses all of the above
};

} // namespace timonier
