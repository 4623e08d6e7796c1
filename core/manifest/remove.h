// What belongs to a set deleted, in the reverse of the order it came in, each awaited until it is gone. Blocking: worker threads only.
#pragma once

#include "manifest/apply_set.h"

#include <chrono>
#include <functional>

namespace timonier {

struct Removal {
    enum What {
        Removed,
        WasGone,
        NotOurs,    // it no longer has the set's label: somebody took it over
        Kept,       // a namespace or a definition with other people's objects in it
        Held,       // it is being deleted, and something holds it: finalizers
        Failed,
    } what = Removed;
    std::string reason{};
};

struct RemoveOptions {
    std::string setLabel{};
    bool withOthers = false;            // namespaces and definitions go even with other people's objects in them
    std::vector<std::string> leavings{}; // what its applications make themselves, as "secrets/NAME": nobody else's
    std::chrono::milliseconds patience{120'000}; // for what was deleted together to be gone
};

// Custom resources while their controllers live, then webhooks, what runs pods, all else, definitions, namespaces. `news` is called on
// several threads at a time. One for each entry; a stop leaves the rest Failed with that reason.
std::vector<Removal> removeEntries(Transport &transport, const std::vector<SetEntry> &entries, const RemoveOptions &options,
                                   const std::function<void(const SetEntry &, const Removal &)> &news, std::stop_token stop);

} // namespace timonier
