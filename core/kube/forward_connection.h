// One connection of a forwarded port: bytes both ways between a local socket and a WebSocket to a pod. Its own thread.
#pragma once

#include "kube/websocket.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace timonier {

struct ForwardCounters {
    std::atomic<std::uint64_t> received = 0; // bytes from pods
    std::atomic<std::uint64_t> sent = 0;     // bytes to pods
};

// Relays until either side has ended, and closes neither. `client` does not block. Whatever is slow on one side waits on the
// other: at most some 512 kB each way are held.
// Errors: WebSocket's; Unreachable with the kubelet's words when the pod could not be reached on its port ("cause" in the
// context is then "pod").
Result<> relay(WebSocket &pod, int client, std::chrono::milliseconds linger, std::stop_token stop, ForwardCounters &counters);

// Ends the local side: as a broken connection where `broken`, else as one that was closed.
void closeClient(int client, bool broken);
// The other end has closed its side. Does not read.
bool hasHungUp(int client);

} // namespace timonier
