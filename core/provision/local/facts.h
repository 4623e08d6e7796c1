// What this computer has, as far as clusters on it care. Plain data, looked up once before a preflight; what cannot be found out is left at
// its first value.
#pragma once

#include "base/environment.h"
#include "base/process.h"
#include "base/result.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace timonier::local {

struct Engine {
    bool found = false;          // the program
    bool answers = false;        // what it talks to
    std::string version{};       // of the server
    std::string product{};       // "Docker Desktop", "Rancher Desktop", else its system
    int cpus = 0;                // those of its virtual machine, where it has one
    std::uint64_t memory = 0;    // bytes, likewise
    std::string words{};         // its own, where it does not answer
};

struct Tool {
    bool found = false;
    std::string version{};       // "v0.30.0"; empty: it does not say
    std::string words{};         // of one that cannot run
};

enum class System { Linux, Windows, Mac };

struct Facts {
    System system = System::Linux;
    int cpus = 0;
    std::uint64_t memory = 0, memoryFree = 0; // bytes
    std::uint64_t diskFree = 0;               // bytes, where the home is
    bool isRoot = false;
    bool isWsl = false, hasSystemd = false;
    bool cpuVirtualizes = false;              // vmx or svm
    bool kvmThere = false, kvmUsable = false; // /dev/kvm, and our right to it
    bool hyperV = false;                      // Windows: the role is on
    std::map<std::string, Engine> engines{};  // docker, podman
    std::map<std::string, Tool> tools{};      // kind, minikube, virsh, VBoxManage …
    std::set<int> portsTaken{};               // of those that were asked about
    std::string proxy{};                      // of the environment, without user and password
    std::string noProxy{};
    std::vector<std::string> vpns{};          // network interfaces that look like one and are up
    bool mayFetch = false;                    // a tool that is missing is fetched by the plan
    int inotifyInstances = 0;                 // fs.inotify.max_user_instances; 0: not Linux
};

struct Asked {
    std::vector<std::string> engines{"docker"};
    std::vector<std::string> tools{};
    std::vector<int> ports{}; // TCP, of 127.0.0.1
};

// Asks programs and files; blocks for seconds at most for each. Errors: Cancelled.
Result<Facts> gatherFacts(ProcessRunner &runner, const Environment &environment, const Asked &asked, std::stop_token stop);

// An engine's words, read: `info --format json` of docker and podman.
Engine readEngine(const std::string &name, const Result<ProcessOutput> &output);
// A TCP port of 127.0.0.1.
bool isTaken(int port);
// The first thing that looks like a version: "kind v0.30.0 go1.25", "minikube version: v1.38.1".
std::string versionIn(std::string_view words);

} // namespace timonier::local
