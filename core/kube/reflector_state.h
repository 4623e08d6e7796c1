// The states of a reflector (a table kept equal to the server's), and how one leads to another. Pure; no effects.
//
//   Stopped --start--> Listing --listed--> Watching --ended--> Watching (re-armed)
//                        |                    |--gone--> Relisting --listed--> Watching
//                        |                    |--lost--> Stale --retry--> (watch asked for) --watched--> Watching
//                        |--refused--> Forbidden --retry--> Listing
#pragma once

#include <cstdint>
#include <string_view>

namespace timonier {

enum class ReflectorState : std::uint8_t {
    Stopped,     // nobody looks
    Listing,     // the first LIST is under way; rows appear as they arrive
    Watching,    // the rows are the server's, within the wire's delay
    Stale,       // the connection or the server is away: rows are kept, and said to be old; a retry is due
    Relisting,   // rows are kept while a new LIST replaces them
    Forbidden,   // the user may not list or watch this, or is not known: retried rarely, or when asked
};

enum class ReflectorEvent : std::uint8_t {
    Start,       // somebody looks
    Stop,        // nobody looks any more
    Listed,      // a LIST is complete
    Watched,     // the server has accepted a watch (its 200 has come)
    WatchEnded,  // a watch ended as watches do (its time ran out, closed without an error)
    Gone,        // 410, as a status or inside the stream: the resourceVersion is too old
    Lost,        // unreachable, 5xx, 429, time-out, a body that cannot be understood
    Refused,     // 401 after a fresh credential, or 403
    Retry,       // the timer ran out, or a person asked, while Stale or Forbidden
    Jumped,      // the clock jumped (sleep) or the network changed: what is on the wire cannot be trusted
};

std::string_view name(ReflectorState state);

// What to do on entering the new state.
enum class ReflectorAction : std::uint8_t {
    None,
    List,        // LIST, then watch from its resourceVersion
    Watch,       // watch from the last resourceVersion seen
    Backoff,     // wait, then Retry
    Close,       // drop the call and the rows
};

struct ReflectorStep {
    ReflectorState state;
    ReflectorAction action;
    bool operator==(const ReflectorStep &) const = default;
};

// The next state. `complete`: a whole LIST has been read before, so that rows may be kept and a watch may go on.
// An event that does not concern a state leaves it as it is, with no action.
ReflectorStep next(ReflectorState state, ReflectorEvent event, bool complete);

} // namespace timonier
