// Where a cluster can run, what it may be for, and which of these go together: data, and one function that holds them against each other. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace timonier {

struct RunPlace {
    std::string provider{};    // "kind"
    std::string group{};       // "This computer", "Your own hosts", "A cloud"
    std::string title{}, what{};
    std::string price{}, time{}, fits{};
    int oldest = 0, newest = 0; // minor versions of Kubernetes 1 that it can make; 0: open
    bool thisComputer = false; // its size is the place's size
};

// Minor versions of Kubernetes 1, both ends among them; 0: open.
struct RunPurpose {
    std::string id{}, title{};
    int oldest = 0, newest = 0;
    std::string advised{};     // "1.34": what is asked for then
    int cpus = 0;
    double memoryGib = 0, diskGib = 0;
    std::string why{};         // of its versions: "it uses APIs that 1.22 removed"
};

struct Machine {
    int cpus = 0;              // 0: not known
    double memoryGib = 0;
};

const std::vector<RunPlace> &runPlaces();
const std::vector<RunPurpose> &runPurposes();

// Why this purpose cannot be served there; empty: it can.
std::string refusal(const RunPlace &place, const RunPurpose &purpose, const Machine &machine);
// "Kubernetes 1.34 or newer, 8 CPUs, 16 GiB of memory"; empty: it asks for nothing.
std::string needsText(const RunPurpose &purpose);

Machine thisMachine();

} // namespace timonier
