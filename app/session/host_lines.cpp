#include "session/host_lines.h"

#include "base/say.h"

#include <algorithm>
#include <sstream>

namespace timonier {

namespace {

bool isNumber(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos; }

} // namespace

const char *const hostsPattern = R"(\s*(\S+([ \t]+[a-z]+=\S+)*\s*)*)";

std::string hostLineWords() { return say("Core", "one host a line: ops@198.51.100.11 name=worker-a label=disk=ssd"); }

HostFields hostFields(const std::string &line)
{
    HostFields fields;
    std::istringstream words(line);
    std::string host;
    words >> host;
    if (const std::size_t at = host.rfind('@'); at != std::string::npos) {
        fields.emplace_back("user", host.substr(0, at));
        host.erase(0, at + 1);
    }
    // "[2001:db8::1]:2222", "name:2222"; several colons without brackets are an address by themselves.
    const std::size_t close = host.starts_with('[') ? host.find(']') : std::string::npos;
    const std::size_t colon = close != std::string::npos ? host.find(':', close) : std::ranges::count(host, ':') == 1 ? host.find(':') : std::string::npos;
    const std::string port = colon == std::string::npos ? std::string() : host.substr(colon + 1);
    if (isNumber(port))
        host.erase(colon);
    if (close != std::string::npos)
        host = host.substr(1, close - 1);
    fields.emplace(fields.begin(), "host", host);
    if (isNumber(port))
        fields.emplace_back("port", port);
    for (std::string word; words >> word;) {
        const std::size_t equals = word.find('=');
        fields.emplace_back(word.substr(0, equals), equals == std::string::npos ? std::string() : word.substr(equals + 1));
    }
    return fields;
}

std::string hostLine(const kubeadm::Host &host, const kubeadm::Host &common)
{
    std::string line = host.user.empty() || host.user == common.user ? std::string() : host.user + "@";
    const bool hasPort = host.port && host.port != common.port;
    line += hasPort && host.host.find(':') != std::string::npos ? "[" + host.host + "]" : host.host;
    if (hasPort)
        line += ":" + std::to_string(host.port);
    const auto add = [&](const char *field, const std::string &value) {
        if (!value.empty())
            line += std::string(" ") + field + "=" + value;
    };
    add("name", host.name);
    add("address", host.address);
    add("key", host.key == common.key ? std::string() : host.key);
    add("jump", host.jump == common.jump ? std::string() : host.jump);
    for (const auto &[name, value] : host.labels)
        add("label", name + "=" + value);
    for (const std::string &taint : host.taints)
        add("taint", taint);
    return line;
}

} // namespace timonier
