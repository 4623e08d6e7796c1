// What a host is, read in one round trip: one script on the standard input of one sh, its output taken apart by a pure function.
//
// What could not be told is absent (an empty text, no value), never a guess. Sizes are in bytes.
#pragma once

#include "base/result.h"
#include "remote/session.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace timonier::remote {

struct OsFacts {               // os-release(5)
    std::string id{};          // "debian", "ubuntu", "rocky"
    std::vector<std::string> like{}; // ID_LIKE: "rhel", "centos", "fedora"
    std::string version{};     // VERSION_ID: "12", "24.04"
    std::string codename{};    // "bookworm"
    std::string name{};        // PRETTY_NAME
};

struct DiskFacts {             // of the file system that holds `path`
    std::string path{};        // "/", "/var/lib", "/var/lib/etcd", "/var/lib/containerd", "/tmp": those that exist
    std::string device{};
    std::string mountPoint{};
    std::uint64_t total = 0;
    std::uint64_t free = 0;    // for those who are not root
    bool readOnly = false;
};

struct SwapFacts {
    std::string device{};      // "/swapfile", "/dev/zram0"
    std::uint64_t size = 0;
};

enum class Serving { Unknown, Missing, Stopped, Running, Failed }; // of a systemd unit; Unknown where there is no systemd

struct ContainerdFacts {
    std::string version{};     // "1.6.20", "2.1.4"; empty: there is no such program
    Serving service = Serving::Unknown;
    bool configured = false;   // there is an /etc/containerd/config.toml
    int configVersion = 0;     // 2 or 3 of that file; 0: not told
    // As `containerd config dump` has it (all its imports), else as the file has it; no value: neither says.
    std::optional<bool> criDisabled{};   // disabled_plugins names "cri"
    std::optional<bool> systemdCgroup{};
    std::string sandboxImage{};
};

struct RuntimeFacts {
    ContainerdFacts containerd{};
    std::string dockerVersion{};   // the client program's; empty: none
    Serving docker = Serving::Unknown;
    std::string dockerCgroupDriver{}; // "systemd", "cgroupfs"; asked of the daemon
    std::string criDockerdVersion{};
    Serving criDockerd = Serving::Unknown;
    std::string crioVersion{};
    Serving crio = Serving::Unknown;
    std::string runcVersion{};
    // Of /run/containerd/containerd.sock, /run/cri-dockerd.sock, /var/run/crio/crio.sock, /run/docker.sock: those that are sockets.
    std::vector<std::string> sockets{};
};

struct PackageFacts {          // of those that have to do with Kubernetes: programs, runtimes, what kubeadm calls, time, sudo
    std::string name{};
    std::string version{};
    std::string state{};       // dpkg's "ii", "rc", "iU", …; "installed" of rpm
    bool held = false;         // apt-mark hold
    bool installed() const { return state == "ii" || state == "hi" || state == "installed"; }
};

struct PackageLock {
    std::string file{};        // "/var/lib/dpkg/lock-frontend"
    int pid = 0;
    std::string program{};     // "apt-get", "unattended-upgr"
};

struct PackagingFacts {
    std::string manager{};     // "apt", "dnf", "yum", "zypper"; empty: none of them
    std::vector<PackageFacts> packages{};
    bool interrupted = false;  // `dpkg --audit` has something to say, or /var/lib/dpkg/updates is not empty
    std::string audit{};       // what it says
    std::vector<PackageLock> locks{};
    std::vector<std::string> proxies{}; // apt's own: lines of `apt-config dump`
    bool rebootRequired = false;
};

struct AptSource {             // a line of a sources file that names Kubernetes or a container runtime
    std::string file{};
    unsigned line = 0;         // from 1
    std::string text{};
    bool dead = false;         // apt.kubernetes.io, packages.cloud.google.com/apt kubernetes-*: gone since 2024
};

struct ListeningPort {
    bool udp = false;
    std::string address{};     // "0.0.0.0", "127.0.0.1", "::", "*"
    std::uint16_t port = 0;
    std::string program{};     // "kubelet"; empty where we may not see it
    int pid = 0;
};

struct InterfaceFacts {
    std::string name{};
    std::string mac{};         // "52:54:00:…"; empty of loopback and tunnels
    bool up = false;
    bool physical = false;     // neither a bridge, a veth, a tunnel nor loopback (it has a device, or it is the default route's)
    std::vector<std::string> addresses{}; // "192.0.2.7/24", "2001:db8::7/64"
};

struct RouteFacts {
    std::string destination{}; // "default", "10.0.0.0/16"
    std::string gateway{};     // empty: on the link
    std::string device{};
};

enum class ModuleState { Unknown, Missing, Loadable, Loaded, BuiltIn };

enum class SudoState {
    Root,    // the user is root
    Works,   // these facts were read through it
    Missing, // no such program
    Refused, // see sudoProblem
};

struct LeftOver {              // of an earlier cluster: a file, or a folder that is not empty
    std::string path{};
    bool folder = false;
    unsigned entries = 0;      // in a folder
};

struct HostFacts {
    std::string host{};        // Session::name()
    bool asRoot = false;       // false: much is not to be seen (programs of ports, product uuid, what lies in /etc/kubernetes)

    OsFacts os{};
    std::string kernel{};      // "6.1.0-31-amd64"
    std::string arch{};        // Kubernetes' word: "amd64", "arm64", …; else what uname says
    std::string virtualization{}; // systemd-detect-virt's word: "kvm", "wsl", "docker"; "none"
    bool wsl = false;
    std::string init{};        // the program of process 1: "systemd", "init", "sh"
    bool systemd = false;      // it was booted with it (/run/systemd/system)
    std::string systemState{}; // "running", "degraded", "starting" …
    std::string bootId{};      // changes with each boot

    unsigned cpus = 0;
    std::uint64_t memory = 0;
    std::uint64_t memoryAvailable = 0;
    std::vector<DiskFacts> disks{};
    std::vector<SwapFacts> swaps{};
    std::vector<std::string> swapInFstab{}; // its lines that would bring swap back

    int cgroupVersion = 0;     // 1, 2; 0: not told. Hybrid counts as 1, which is where its controllers are
    std::string kubeletCgroupDriver{}; // of /var/lib/kubelet/config.yaml
    RuntimeFacts runtimes{};

    std::string kubeadmVersion{}; // "v1.36.3", of the programs, wherever they came from
    std::string kubeletVersion{};
    std::string kubectlVersion{}; // only where kubeadm is too
    Serving kubelet = Serving::Unknown;
    PackagingFacts packaging{};
    std::vector<AptSource> aptSources{};

    std::vector<ListeningPort> ports{};
    std::string hostname{};
    std::string fullName{};    // hostname -f
    std::vector<std::string> hostnameAddresses{}; // what it resolves to on the host itself; empty: it does not
    std::vector<std::string> nameservers{};
    std::string machineId{};
    std::string productUuid{};
    std::vector<InterfaceFacts> interfaces{};
    std::vector<RouteFacts> routes{}; // the main tables of IPv4 and IPv6
    std::vector<std::string> firewalls{}; // active ones: "ufw", "firewalld"

    // Host minus ours, told to within clockError either way (half of what asking took).
    std::optional<std::chrono::nanoseconds> clockOffset{};
    std::chrono::nanoseconds clockError{};
    std::optional<bool> timeSynchronized{};
    std::string timeService{}; // the unit that runs: "systemd-timesyncd", "chrony", …; empty: none

    std::map<std::string, std::string> proxies{}; // HTTPS_PROXY, NO_PROXY, … of a login there; names in capitals
    std::map<std::string, ModuleState> modules{}; // overlay, br_netfilter, ip_vs, nf_conntrack
    std::map<std::string, std::string> sysctls{}; // "net.ipv4.ip_forward" -> "1"; absent: there is no such setting (yet)
    std::string selinux{};     // "Enforcing", "Permissive", "Disabled"; empty: none
    bool appArmor = false;
    std::vector<LeftOver> leftOvers{}; // /etc/kubernetes, /var/lib/kubelet, /var/lib/etcd, /etc/cni/net.d, …

    std::string begunFor{};    // the cluster for which a plan of Timonier's has changed something there (core/provision/kubeadm); empty: none has

    std::string user{};        // who signs in
    unsigned uid = 0;
    std::string home{};
    bool homeExists = false;
    std::string shell{};
    std::vector<std::string> groups{};
    SudoState sudo = SudoState::Refused;
    std::string sudoProblem{}; // our own words

    const InterfaceFacts *interfaceOf(std::string_view address) const; // "192.0.2.7"; null: none
    const PackageFacts *package(std::string_view name) const;
    const DiskFacts *disk(std::string_view path) const;
    const RouteFacts *defaultRoute() const; // of IPv4, else of IPv6
    // Whoever listens there, on any address; null: the port is free.
    const ListeningPort *listening(std::uint16_t port, bool udp = false) const;
    std::string address() const; // the one to reach it by: of the default route's interface; empty: none
};

// Reads them: as root where that can be had, else as the user, with the reason in sudoProblem. Blocks; any thread.
// Errors: those of Session::run() that are not sudo's; Protocol (what answers is no POSIX system).
Result<HostFacts> readHostFacts(Session &session, std::stop_token stop);

// The script, and its output as facts. `mark` begins the lines between the sections: a word that no file there holds.
std::string hostFactsScript(std::string_view mark);
Result<HostFacts> parseHostFacts(std::string_view output, std::string_view mark);

} // namespace timonier::remote
