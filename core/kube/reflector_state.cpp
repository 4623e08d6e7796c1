#include "kube/reflector_state.h"

namespace timonier {

using enum ReflectorState;
using Action = ReflectorAction;
using Event = ReflectorEvent;

std::string_view name(ReflectorState state)
{
    switch (state) {
    case Stopped: return "Stopped";
    case Listing: return "Listing";
    case Watching: return "Watching";
    case Stale: return "Stale";
    case Relisting: return "Relisting";
    case Forbidden: return "Forbidden";
    }
    return "Stopped";
}

ReflectorStep next(ReflectorState state, ReflectorEvent event, bool complete)
{
    const ReflectorStep unchanged{state, Action::None};
    const ReflectorStep list{complete ? Relisting : Listing, Action::List};
    if (event == Event::Stop)
        return state == Stopped ? unchanged : ReflectorStep{Stopped, Action::Close};
    switch (state) {
    case Stopped:
        return event == Event::Start ? list : unchanged;
    case Listing:
    case Relisting:
        switch (event) {
        case Event::Listed: return {Watching, Action::Watch};
        case Event::Gone:
        case Event::Jumped: return {state, Action::List};
        case Event::Lost: return {Stale, Action::Backoff};
        case Event::Refused: return {Forbidden, Action::Backoff};
        default: return unchanged;
        }
    case Watching:
        switch (event) {
        case Event::WatchEnded: return {Watching, Action::Watch};
        case Event::Gone:
        case Event::Jumped: return {Relisting, Action::List};
        case Event::Lost: return {Stale, Action::Backoff};
        case Event::Refused: return {Forbidden, Action::Backoff};
        default: return unchanged;
        }
    case Stale:
        switch (event) {
        // The rows are called live again only when the server has accepted the watch, not when we ask for it.
        case Event::Retry: return complete ? ReflectorStep{Stale, Action::Watch} : ReflectorStep{Listing, Action::List};
        case Event::Watched: return {Watching, Action::None};
        case Event::Gone:
        case Event::Jumped: return list;
        case Event::WatchEnded:
        case Event::Lost: return {Stale, Action::Backoff};
        case Event::Refused: return {Forbidden, Action::Backoff};
        default: return unchanged;
        }
    case Forbidden:
        return event == Event::Retry ? list : unchanged;
    }
    return unchanged;
}

} // namespace timonier
