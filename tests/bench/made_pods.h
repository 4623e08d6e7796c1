// Pods made up for measuring, byte for byte as a 1.36 server prints them: of a deployment, running, with the managed fields
// of controller-manager and kubelet; about 7 kB each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// What changes from one event of a pod to the next.
struct PodMoment {
    std::uint64_t revision = 0;
    int restarts = 0;
    std::optional<std::string> sent; // value of the label below; none: no such label
};

// When an event was handed to the socket, in ns of CLOCK_MONOTONIC.
constexpr std::string_view sentLabel = "bench.timonier.dev/sent";

std::string madePod(int i, const PodMoment &moment);
PodMoment firstMoment(int i);
// A LIST up to its first pod; with pods and commas in between and "]}" it is whole.
std::string madeListHead();
std::string madeList(int pods);
