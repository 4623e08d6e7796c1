#include "provision/kubeadm/host_tool.h"

#include "base/lines.h"
#include "base/redact.h"
#include "base/say.h"
#include "provision/local/cidr.h"

#include <QFile>

#include <algorithm>

namespace timonier::kubeadm {

namespace {

using namespace std::chrono_literals;

constexpr int notSo = 10; // keep.sh

Result<std::string> resource(const std::string &name)
{
    QFile file(QString::fromStdString(":/provision/kubeadm/" + name + ".sh"));
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Internal, "the script " + name + " is missing");
    return file.readAll().toStdString();
}

std::string tail(std::string_view text, std::size_t most)
{
    while (text.ends_with('\n') || text.ends_with(' '))
        text.remove_suffix(1);
    return std::string(text.substr(text.size() > most ? text.size() - most : 0));
}

std::string doing(const std::string &script)
{
    return script == "kernel"     ? say("Core", "the kernel could not be set up")
           : script == "packages" ? say("Core", "the packages could not be installed or removed")
           : script == "runtime"  ? say("Core", "containerd could not be set up")
           : script == "images"   ? say("Core", "the images could not be loaded")
           : script == "programs" ? say("Core", "the programs of the control plane could not be ended or begun")
           : script == "address"  ? say("Core", "the virtual address is not held")
           : script == "etcd"     ? say("Core", "etcd could not be dealt with")
           : script == "cluster"  ? say("Core", "the host could not be taken out of the cluster")
                                  : say("Core", "the host could not be looked at");
}

} // namespace

std::string nodeAddress(const Host &host, const std::string &routed, const std::vector<std::string> &has)
{
    if (!host.address.empty())
        return host.address;
    if (local::cidrOf(host.host) && std::ranges::find(has, host.host) != has.end())
        return host.host;
    return !routed.empty() ? routed : has.empty() ? host.host : has.front();
}

std::string scriptText(const std::string &name) { return resource("keep").value_or(std::string()) + resource(name).value_or("exit 1\n"); }

Result<ProcessOutput> HostTool::output(const Ask &ask, std::stop_token stop) const
{
    const auto host = TRY(session());
    remote::HostCommand command{.arguments = {"sh", "-c", scriptText(ask.script), ask.script}, .root = true, .input = ask.input, .stall = 15min};
    command.arguments.insert(command.arguments.end(), ask.arguments.begin(), ask.arguments.end());
    if (ask.heard)
        command.heard = [heard = ask.heard](ProcessStream, std::string_view piece) { heard(piece); };
    auto result = host->run(command, std::move(stop));
    if (!result)
        return std::unexpected(std::move(result).error().with("host", name()));
    return result;
}

Error HostTool::failed(const std::string &script, const ProcessOutput &output) const
{
    const std::string words = redact(tail(output.err + "\n" + output.out, 4'000));
    Error error{.kind = ErrorKind::Process, .message = doing(script), .context = {{"host", name()}, {"exit code", std::to_string(output.exitCode)}, {"words", words}}};
    if (const Known *meaning = meaningOf({.error = true, .id = script, .text = words}, "v1.99", known())) {
        error.message += ": " + translated("Kubeadm", meaning->cause.c_str());
        error.hint = meaning->why.empty() ? std::string() : translated("Kubeadm", meaning->why.c_str());
        for (const std::string &command : meaning->commands)
            error.hint += (error.hint.empty() ? "→ " : " → ") + command;
    } else {
        const std::string last = redact(tail(output.err.empty() ? output.out : output.err, 300));
        error.message += ": " + last.substr(last.rfind('\n') == last.npos ? 0 : last.rfind('\n') + 1);
    }
    return error;
}

Result<std::string> HostTool::run(const Ask &ask, std::stop_token stop) const
{
    const ProcessOutput done = TRY(output(ask, std::move(stop)));
    if (done.exitCode != 0)
        return std::unexpected(failed(ask.script, done));
    return done.out;
}

Result<bool> HostTool::isSo(const Ask &ask, std::stop_token stop) const
{
    const ProcessOutput done = TRY(output(ask, std::move(stop)));
    if (done.exitCode != 0 && done.exitCode != notSo)
        return std::unexpected(failed(ask.script, done));
    return done.exitCode == 0;
}

Result<NodeFacts> HostTool::node(std::stop_token stop) const
{
    const std::lock_guard lock(m_mutex); // the second who asks waits for the answer of the first
    if (m_node)
        return *m_node;
    const std::string answer = TRY(run({.script = "node", .arguments = {"read"}}, std::move(stop)));
    NodeFacts facts{.name = m_host.name, .criSocket = "unix:///run/containerd/containerd.sock"};
    std::string routed;
    std::vector<std::string> has;
    LineCutter cutter([&](std::string_view line, bool) {
        const std::size_t space = line.find(' ');
        const std::string key(line.substr(0, space)), value(space == line.npos ? std::string_view() : line.substr(space + 1));
        if (key == "name" && facts.name.empty())
            facts.name = value;
        else if (key == "cgroup")
            facts.cgroupV1 = value != "cgroup2fs";
        else if (key == "address")
            routed = value;
        else if (key == "has")
            has.push_back(value);
    });
    cutter.add(answer);
    cutter.end();
    facts.address = nodeAddress(m_host, routed, has);
    m_node = facts;
    return facts;
}

Result<> HostTool::kubeadm(const Run &run, std::stop_token stop) const
{
    const auto host = TRY(session());
    const std::string file = fmt::format("/run/timonier/kubeadm-{}.yaml", run.arguments.front());
    remote::HostCommand command{.arguments = {"kubeadm"}, .root = true, .stall = 15min};
    for (const std::string &argument : run.arguments)
        command.arguments.push_back(argument);
    if (!run.config.empty()) {
        TRY(put(file, run.config.reveal(), 0600, stop));
        command.arguments.insert(command.arguments.end(), {"--config", file});
    }
    Output output(run.work);
    const auto take = [&](std::string_view line, bool) {
        const auto done = output.line(line);
        if (done && run.progress)
            run.progress(*done);
    };
    LineCutter out(take), err(take); // a line of one stream is not cut by the other
    command.heard = [&](ProcessStream stream, std::string_view piece) {
        (stream == ProcessStream::Out ? out : err).add(piece);
        if (run.heard)
            run.heard(piece);
    };
    const auto result = host->run(command, stop);
    out.end();
    err.end();
    if (!run.config.empty())
        (void)host->run({.arguments = {"rm", "-f", file}, .root = true}, {}); // /run is emptied by a reboot
    if (!result) {
        Error error = result.error();
        return std::unexpected(std::move(error).with("host", name()));
    }
    if (result->exitCode != 0)
        return std::unexpected(errorOf(output, run.work, result->exitCode, result->err.empty() ? result->out : result->err, name(), run.version));
    return {};
}

Result<std::string> HostTool::kubectl(std::vector<std::string> arguments, const std::string &input, std::stop_token stop, const Heard &heard, std::chrono::milliseconds timeout) const
{
    const auto host = TRY(session());
    remote::HostCommand command{.arguments = {"kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf", "--request-timeout=60s"}, .root = true, .input = input, .timeout = timeout};
    command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
    if (heard)
        command.heard = [heard](ProcessStream, std::string_view piece) { heard(piece); };
    auto result = host->run(command, std::move(stop));
    if (!result)
        return std::unexpected(std::move(result).error().with("host", name()));
    if (result->exitCode == 0)
        return result->out;
    const std::string words = redact(tail(result->err, 2'000));
    // admin.conf may do everything: an API server that refuses it (while `kubeadm upgrade` replaces it) has not read its roles yet.
    const bool young = words.find("forbidden: User \"") != words.npos;
    const bool passes = young || words.find("refused") != words.npos || words.find("timed out") != words.npos || words.find("timeout") != words.npos || words.find("EOF") != words.npos;
    return std::unexpected(Error{.kind = passes                                            ? ErrorKind::Unreachable
                                         : words.find("(NotFound)") != std::string::npos ? ErrorKind::NotFound
                                                                                         : ErrorKind::Process,
                                 .message = say("Core", "the cluster refused it: {}", words.substr(words.rfind('\n') == words.npos ? 0 : words.rfind('\n') + 1)),
                                 .context = {{"host", name()}, {"kubectl", words}}});
}

Result<> HostTool::put(const std::string &path, const std::string &content, unsigned mode, std::stop_token stop) const
{
    const auto host = TRY(session());
    auto done = host->put({.path = path, .content = content, .mode = mode, .owner = "root:root", .root = true}, std::move(stop));
    if (!done)
        return std::unexpected(std::move(done).error().with("host", name()));
    return {};
}

Result<std::string> HostTool::read(const std::string &path, std::stop_token stop) const
{
    const auto host = TRY(session());
    auto text = host->read(path, true, 4u << 20, std::move(stop));
    if (!text)
        return std::unexpected(std::move(text).error().with("host", name()));
    return text;
}

} // namespace timonier::kubeadm
