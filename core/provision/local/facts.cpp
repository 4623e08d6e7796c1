#include "provision/local/facts.h"

#include "base/paths.h"
#include "provision/local/tool.h"

#include <QFile>
#include <QSysInfo>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <thread>

#ifdef _WIN32
#include <winsock2.h>
#include <windows.h>
#else
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

namespace timonier::local {

namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

std::string whole(const char *path)
{
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::uint64_t kibOf(const std::string &meminfo, std::string_view field)
{
    const std::size_t at = meminfo.find(field);
    return at == meminfo.npos ? 0 : std::strtoull(meminfo.c_str() + at + field.size(), nullptr, 10) * 1024;
}

void machine(Facts &facts)
{
    facts.cpus = static_cast<int>(std::thread::hardware_concurrency());
    std::error_code error;
    const auto space = std::filesystem::space(homeDir(), error);
    facts.diskFree = error ? 0 : space.available;
#ifdef _WIN32
    facts.system = System::Windows;
    MEMORYSTATUSEX memory = {};
    memory.dwLength = sizeof memory;
    if (::GlobalMemoryStatusEx(&memory)) {
        facts.memory = memory.ullTotalPhys;
        facts.memoryFree = memory.ullAvailPhys;
    }
    facts.cpuVirtualizes = ::IsProcessorFeaturePresent(PF_VIRT_FIRMWARE_ENABLED);
    // Its management service is there with the role only.
    facts.hyperV = std::filesystem::exists("C:/Windows/System32/vmms.exe", error);
#else
    const std::string memory = whole("/proc/meminfo");
    facts.memory = kibOf(memory, "MemTotal:");
    facts.memoryFree = kibOf(memory, "MemAvailable:");
    const std::string cpu = whole("/proc/cpuinfo");
    facts.cpuVirtualizes = cpu.find(" vmx") != cpu.npos || cpu.find(" svm") != cpu.npos;
    facts.isRoot = ::geteuid() == 0;
    const std::string kernel = whole("/proc/version");
    facts.isWsl = kernel.find("icrosoft") != kernel.npos;
    facts.hasSystemd = std::filesystem::is_directory("/run/systemd/system", error);
    facts.kvmThere = std::filesystem::exists("/dev/kvm", error);
    facts.kvmUsable = facts.kvmThere && ::access("/dev/kvm", R_OK | W_OK) == 0;
    facts.inotifyInstances = std::atoi(whole("/proc/sys/fs/inotify/max_user_instances").c_str());
    for (const auto &entry : std::filesystem::directory_iterator("/sys/class/net", error)) {
        const std::string name = entry.path().filename().string();
        const bool looks = std::ranges::any_of(std::initializer_list<std::string_view>{"tun", "wg", "ppp", "tailscale", "utun", "cscotun", "gpd", "nordlynx", "proton"},
                                               [&](std::string_view one) { return name.starts_with(one); });
        if (looks && !whole((entry.path() / "operstate").c_str()).starts_with("down"))
            facts.vpns.push_back(name);
    }
#endif
}

} // namespace

#ifndef _WIN32
bool isTaken(int port)
{
    const int handle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (handle < 0)
        return false;
    const int yes = 1; // a port that only waits for the end of old connections is free
    ::setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool taken = ::bind(handle, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0 && errno == EADDRINUSE;
    ::close(handle);
    return taken;
}
#else
bool isTaken(int port)
{
    WSADATA data;
    if (::WSAStartup(MAKEWORD(2, 2), &data) != 0)
        return false;
    const SOCKET handle = ::socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = ::htons(static_cast<u_short>(port));
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    const bool taken = ::bind(handle, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0 && ::WSAGetLastError() == WSAEADDRINUSE;
    ::closesocket(handle);
    ::WSACleanup();
    return taken;
}
#endif

namespace {

std::string withoutUser(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    const std::size_t from = scheme == url.npos ? 0 : scheme + 3;
    const std::size_t at = url.rfind('@');
    return at == url.npos || at < from ? std::string(url) : std::string(url.substr(0, from)) + std::string(url.substr(at + 1));
}

std::string textIn(const Json &json, std::initializer_list<const char *> path)
{
    const Json *at = &json;
    for (const char *field : path) {
        if (!at->is_object() || !at->contains(field))
            return {};
        at = &(*at)[field];
    }
    return at->is_string() ? at->get<std::string>() : std::string();
}

std::uint64_t numberIn(const Json &json, std::initializer_list<const char *> path)
{
    const Json *at = &json;
    for (const char *field : path) {
        if (!at->is_object() || !at->contains(field))
            return 0;
        at = &(*at)[field];
    }
    return at->is_number_unsigned() ? at->get<std::uint64_t>() : 0;
}

std::vector<std::string> versionArguments(const std::string &tool)
{
    if (tool == "VBoxManage" || tool == "virsh")
        return {"--version"};
    return {"version"};
}

} // namespace

Engine readEngine(const std::string &name, const Result<ProcessOutput> &output)
{
    Engine engine;
    if (!output) {
        const bool missing = std::ranges::any_of(output.error().context, [](const auto &pair) { return pair.first == "searched"; });
        engine.found = !missing;
        engine.words = output.error().message;
        return engine;
    }
    engine.found = true;
    const Json info = Json::parse(output->out, nullptr, false); // one with no server still prints its client's half, and exits 1
    if (name == "podman") {
        engine.version = textIn(info, {"version", "Version"});
        engine.product = textIn(info, {"host", "distribution", "distribution"});
        engine.cpus = static_cast<int>(numberIn(info, {"host", "cpus"}));
        engine.memory = numberIn(info, {"host", "memTotal"});
    } else {
        engine.version = textIn(info, {"ServerVersion"});
        engine.product = textIn(info, {"OperatingSystem"});
        engine.cpus = static_cast<int>(numberIn(info, {"NCPU"}));
        engine.memory = numberIn(info, {"MemTotal"});
    }
    engine.answers = output->exitCode == 0 && !engine.version.empty();
    if (!engine.answers) {
        engine.words = lastWords(output->err);
        if (engine.words.empty() && info.is_object() && info.contains("ServerErrors") && info["ServerErrors"].is_array() && !info["ServerErrors"].empty() && info["ServerErrors"][0].is_string())
            engine.words = info["ServerErrors"][0].get<std::string>();
    }
    return engine;
}

std::string versionIn(std::string_view words)
{
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool begins = i == 0 || !(std::isalnum(static_cast<unsigned char>(words[i - 1])) || words[i - 1] == '.');
        const std::size_t digits = i + (words[i] == 'v' ? 1 : 0);
        if (!begins || digits >= words.size() || !std::isdigit(static_cast<unsigned char>(words[digits])))
            continue;
        std::size_t end = digits;
        while (end < words.size() && (std::isalnum(static_cast<unsigned char>(words[end])) || words[end] == '.' || words[end] == '-' || words[end] == '+'))
            ++end;
        if (words.substr(digits, end - digits).find('.') != words.npos)
            return std::string(words.substr(i, end - i));
    }
    return {};
}

Result<Facts> gatherFacts(ProcessRunner &runner, const Environment &environment, const Asked &asked, std::stop_token stop)
{
    Facts facts;
    machine(facts);
    for (const std::string &engine : asked.engines) {
        Command command = toolCommand(engine, {"info", "--format", engine == "podman" ? "json" : "{{json .}}"});
        command.timeout = 15s; // a daemon that hangs is one that does not answer
        facts.engines[engine] = readEngine(engine, runner.run(command, stop));
    }
    for (const std::string &tool : asked.tools) {
        Command command = toolCommand(tool, versionArguments(tool));
        command.timeout = 15s;
        const auto output = runner.run(command, stop);
        Tool &entry = facts.tools[tool];
        if (!output) {
            entry.found = std::ranges::none_of(output.error().context, [](const auto &pair) { return pair.first == "searched"; });
            entry.words = entry.found ? output.error().message : std::string();
            continue;
        }
        entry.found = true;
        entry.version = output->exitCode == 0 ? versionIn(output->out) : std::string();
        if (entry.version.empty())
            entry.words = lastWords(output->err + output->out);
    }
    for (const int port : asked.ports)
        if (isTaken(port))
            facts.portsTaken.insert(port);
    for (const char *name : {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"})
        if (facts.proxy.empty())
            facts.proxy = withoutUser(variable(environment, name));
    for (const char *name : {"NO_PROXY", "no_proxy"})
        if (facts.noProxy.empty())
            facts.noProxy = variable(environment, name);
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, "cancelled");
    return facts;
}

} // namespace timonier::local
