// From the live store to a view: changes gathered on the worker, taken by the GUI thread in one move when it is ready
// for them. However many times an object changed in between, the view gets its newest row once.
#pragma once

#include "base/error.h"
#include "kube/reflector_state.h"
#include "kube/row.h"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace timonier {

// What a table says of itself beside its rows.
struct TableStatus {
    ReflectorState state = ReflectorState::Stopped;
    std::optional<Error> error;                        // why it is stale, forbidden …
    std::chrono::system_clock::time_point since;       // when it got into this state
    std::chrono::system_clock::time_point verified;    // when its rows were last known to be true ("stale since …")
    std::optional<std::chrono::milliseconds> retryIn;  // until the next try, counted from `since`
    bool complete = false;                             // a whole LIST has been read at least once
};

struct Batch {
    bool reset = false;                                // forget every row first
    std::unordered_map<Uid, RowPtr> changes;           // a null row: removed
    std::shared_ptr<const Columns> columns;            // set when they became known or changed
    std::optional<TableStatus> status;                 // set when it changed

    bool empty() const { return !reset && changes.empty() && !columns && !status; }
};

// One mutex between two threads. put() on the worker, take() on the reader's thread.
class BatchInbox
{
public:
    // `wake` is called without any lock, on the worker, when the inbox turns from empty to filled and when a status comes.
    // It must only wake.
    explicit BatchInbox(std::function<void()> wake) : m_wake(std::move(wake)) {}

    // Merges `more` into what waits. A reset in `more` drops what waited before it.
    void put(Batch &&more);
    // Everything that waits; empty if nothing does.
    Batch take();
    // A change of status is among what waits: worth taking at once.
    bool statusWaits();
    // The reader goes: later puts are dropped. A wake that has begun may still come, so what it rings must outlive it.
    void close();

private:
    std::mutex m_mutex;
    Batch m_waiting;
    bool m_closed = false;
    std::function<void()> m_wake;
};

} // namespace timonier
