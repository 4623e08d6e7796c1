// A host that plays what the scripts of a kubeadm plan, kubeadm and kubectl would do: as states of a map. Any thread.
#pragma once

#include "provision/kubeadm/access.h"

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

// All hosts of one cluster, and what their API server knows.
struct PlayedCluster {
    std::mutex mutex{};
    std::string authority{};                       // in PEM
    std::set<std::string> nodes{};
    bool initialised = false;
    bool network = false;
    std::set<std::string> secrets{};
    std::vector<std::string> commands{};           // every argument that was ever sent, one line a command
    std::vector<std::pair<std::string, unsigned>> files{}; // path and mode of what was put
    std::map<std::string, std::string> contents{}; // the last content put, by host and path
    // "HOST SCRIPT VERB" -> how often the connection is lost before that command is answered
    std::map<std::string, int> cuts{};
};

class PlayedHost final : public timonier::remote::Session
{
public:
    PlayedHost(PlayedCluster &cluster, std::string name) : m_cluster(cluster), m_name(std::move(name)) {}

    std::string name() const override { return "root@" + m_name; }

    timonier::Result<timonier::ProcessOutput> run(const timonier::remote::HostCommand &command, std::stop_token) override
    {
        const std::lock_guard lock(m_cluster.mutex);
        std::string line = m_name;
        for (const std::string &argument : command.arguments)
            line += " " + (argument.size() > 300 ? std::string("SCRIPT") : argument);
        m_cluster.commands.push_back(line);
        const auto &words = command.arguments;
        const bool isScript = words.size() > 4 && words[0] == "sh";
        const std::string key = m_name + " " + (isScript ? words[3] + " " + words[4] : words[0] + " " + (words.size() > 1 ? words[1] : ""));
        if (int &left = m_cluster.cuts[key]; left > 0) {
            --left;
            return std::unexpected(timonier::Error{.kind = timonier::ErrorKind::Unreachable, .message = "lost", .context = {{"connection", "lost"}}});
        }
        if (isScript)
            return script(words[3], words[4], words);
        if (words[0] == "kubeadm")
            return kubeadm(words, command);
        if (words[0] == "kubectl")
            return kubectl({words.begin() + 4, words.end()}, command.input);
        return timonier::ProcessOutput{};
    }
    timonier::Result<> put(const timonier::remote::Upload &upload, std::stop_token) override
    {
        const std::lock_guard lock(m_cluster.mutex);
        m_cluster.files.emplace_back(upload.path, upload.mode);
        m_cluster.contents[m_name + " " + upload.path] = upload.content;
        if (upload.path == "/etc/containerd/config.toml")
            m_config = upload.content;
        return {};
    }
    timonier::Result<> send(const std::string &, const timonier::remote::Upload &, const std::function<void(std::uint64_t, std::uint64_t)> &, std::stop_token) override { return {}; }
    timonier::Result<std::string> read(const std::string &path, bool, std::size_t, std::stop_token) override
    {
        const std::lock_guard lock(m_cluster.mutex);
        if (path == "/etc/kubernetes/pki/ca.crt")
            return m_cluster.authority;
        if (path == "/etc/kubernetes/admin.conf")
            return std::string("apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    certificate-authority-data: QQ==\n    server: https://192.0.2.9:6443\n  name: dev\ncontexts:\n- context: {cluster: dev, user: kubernetes-admin}\n  name: kubernetes-admin@dev\n"
                               "current-context: kubernetes-admin@dev\nusers:\n- name: kubernetes-admin\n  user: {client-certificate-data: QQ==}\n");
        return timonier::fail(timonier::ErrorKind::NotFound, "no such file");
    }

private:
    using Output = timonier::Result<timonier::ProcessOutput>;
    static Output says(std::string text)
    {
        timonier::ProcessOutput output;
        output.out = std::move(text);
        return output;
    }
    static Output isSo(bool so)
    {
        timonier::ProcessOutput output;
        output.exitCode = so ? 0 : 10;
        return output;
    }

    Output script(const std::string &name, const std::string &verb, const std::vector<std::string> &)
    {
        if (name == "node")
            return says("name " + m_name + "\ncgroup cgroup2fs\naddress 192.0.2.1\nhas 192.0.2.1\n");
        if (name == "cluster") {
            if (verb == "planes")
                return isSo(m_cluster.initialised);
            if (verb == "joined" || verb == "remains")
                return isSo(m_node);
            if (verb == "papers")
                return isSo(false);
            if (verb == "burn")
                return says({});
            m_node = false; // leave
            m_cluster.nodes.erase(m_name);
            if (m_first)
                m_cluster.initialised = false;
            return says({});
        }
        if (name == "runtime" && verb == "read")
            return says(m_config);
        if (verb == "check" || verb == "state")
            return isSo(m_done.contains(name));
        if (verb == "apply" || verb == "restart" || verb == "pull")
            m_done.insert(name);
        if (verb == "undo")
            m_done.erase(name);
        return says({});
    }
    Output kubeadm(const std::vector<std::string> &words, const timonier::remote::HostCommand &command)
    {
        if (words[1] == "version")
            return says("v1.36.3\n");
        if (words[1] == "config")
            return says("registry.k8s.io/kube-proxy:v1.36.3\nregistry.k8s.io/pause:3.10.1\n");
        if (words[1] == "init" && words[2] != "phase") {
            m_cluster.initialised = m_first = true;
        } else if (words[1] == "init") {
            m_cluster.secrets.insert("kubeadm-certs");
            return says({});
        }
        m_node = true;
        m_cluster.nodes.insert(m_name);
        if (command.heard)
            command.heard(timonier::ProcessStream::Out, "[preflight] Running pre-flight checks\n[kubelet-start] Starting the kubelet\n");
        return says({});
    }
    Output kubectl(const std::vector<std::string> &words, const std::string &input)
    {
        if (words[0] == "get" && words[1] == "nodes") {
            std::string items;
            for (const std::string &node : m_cluster.nodes)
                items += (items.empty() ? "" : ",") + std::string(R"({"metadata":{"name":")") + node + R"(","labels":{}},"spec":{},"status":{"conditions":[{"type":"Ready","status":"True"}],"nodeInfo":{"kubeletVersion":"v1.36.3"}}})";
            return says(R"({"items":[)" + items + "]}");
        }
        if (words[0] == "get" && words[1] == "deployment")
            return says("1 1");
        if (words[0] == "get" && words[1] == "secret") {
            std::string found;
            for (const std::string &secret : m_cluster.secrets)
                found += "secret/" + secret + "\n";
            return says(found);
        }
        if (words[0] == "delete" && words[1] == "secret")
            m_cluster.secrets.clear();
        if (words[0] == "apply" && input.find("bootstrap-token-") != input.npos)
            m_cluster.secrets.insert("bootstrap-token");
        return says({});
    }

    PlayedCluster &m_cluster;
    const std::string m_name;
    bool m_node = false, m_first = false;
    std::set<std::string> m_done{};
    std::string m_config = "version = 2\n";
};

// Each host of the spec by its name, the same one each time.
inline timonier::kubeadm::Access played(PlayedCluster &cluster)
{
    auto hosts = std::make_shared<std::map<std::string, std::shared_ptr<PlayedHost>>>();
    return [&cluster, hosts](const timonier::kubeadm::Host &host) -> timonier::Result<std::shared_ptr<timonier::remote::Session>> {
        const std::lock_guard lock(cluster.mutex);
        auto &one = (*hosts)[host.host];
        if (!one)
            one = std::make_shared<PlayedHost>(cluster, host.host);
        return one;
    };
}
