// How a cluster of this computer is, whoever made it. Plain data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace timonier::local {

enum class Phase { Absent, Running, Stopped, Partly, Unknown };

constexpr std::string_view name(Phase phase)
{
    switch (phase) {
    case Phase::Absent: return "absent";
    case Phase::Running: return "running";
    case Phase::Stopped: return "stopped";
    case Phase::Partly: return "partly";
    case Phase::Unknown: break;
    }
    return "unknown";
}

struct NodeState {
    std::string name{}, role{}, state{}; // the tool's words
};

struct ClusterState {
    std::string name{};
    Phase phase = Phase::Unknown;
    std::vector<NodeState> nodes{};
    std::string words{}; // what a person should know of it; may be empty
};

// What some providers bring with a cluster and switch on by name.
struct Addon {
    std::string name{};
    bool enabled = false;
};

// Of the nodes' "running" or not; no nodes: Absent.
inline Phase phaseOf(const std::vector<NodeState> &nodes)
{
    std::size_t running = 0;
    for (const NodeState &node : nodes)
        running += node.state == "running";
    return nodes.empty() ? Phase::Absent : running == nodes.size() ? Phase::Running : running == 0 ? Phase::Stopped : Phase::Partly;
}

} // namespace timonier::local
