// Whether packets pass between hosts: each listens on the ports that it will need, and each tries those of the others, for a second or two. No root is needed
// but for ports below 1024. Any thread; blocks.
#pragma once

#include "provision/kubeadm/cluster_tool.h"
#include "provision/kubeadm/preflight.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace timonier::kubeadm {

class PortTrial
{
public:
    PortTrial(const ClusterTool &cluster, std::stop_token stop);
    ~PortTrial(); // nothing of it goes on there

    // The host, by its place in the spec, begins to listen; it does when this returns, or never will. `address`: what the others know it by.
    void listen(std::size_t host, const std::string &address);
    // It tries the others, and listens to nobody: something of this plan's own runs there already.
    void callOnly(std::size_t host, const std::string &address);

    // When all that come are there: everybody tries everybody's.
    std::vector<PortLook> tried();

private:
    struct Place {
        std::string address{};         // empty: it has no part in it
        bool listens = false;
        bool settled = false;          // it listens, or it is over
        bool left = false;             // before we ended it: its connection was cut. Nothing is said of it then
        std::vector<std::string> on{}; // "t6443"
    };
    void listener(std::size_t host);
    std::vector<PortLook> callsOf(std::size_t host) const;

    const ClusterTool &m_cluster;
    const std::stop_token m_stop;
    std::stop_source m_end{};
    std::stop_callback<std::function<void()>> m_stopped;
    mutable std::mutex m_mutex{};
    std::condition_variable_any m_changed{};
    std::vector<Place> m_places;
    std::vector<std::jthread> m_threads{};
};

} // namespace timonier::kubeadm
