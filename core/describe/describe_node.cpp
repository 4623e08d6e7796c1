#include "describe/containers.h"
#include "describe/facts.h"

#include "base/say.h"
#include "kube/quantity.h"

namespace timonier::describing {

namespace {

// "3.9 of 4" where some of it is kept back, else "4".
std::string share(const Json &allocatable, const Json &capacity, std::string (*inWords)(std::int64_t))
{
    const std::int64_t free = milliQuantity(text(allocatable)), all = milliQuantity(text(capacity));
    if (all == 0)
        return {};
    return free == all || free == 0 ? inWords(all) : say("Core", "{} for pods, of {}", inWords(free), inWords(all));
}

std::string wholeBytes(std::int64_t milli) { return bytesText(milli / 1000); }

} // namespace

void nodeFacts(const Subject &node, Facts &facts)
{
    const Json &info = field(node.status(), "nodeInfo");
    const Json &capacity = field(node.status(), "capacity"), &allocatable = field(node.status(), "allocatable");
    const std::string status = node.cell("status"); // "Ready,SchedulingDisabled"
    facts.add(say("Core", "Status"),
              Value{.text = status, .tone = status == "Ready" ? Tone::Good : status.starts_with("Ready") ? Tone::Careful : Tone::Bad});
    facts.add(say("Core", "Roles"), node.cell("roles"));
    if (isTrue(field(node.spec(), "unschedulable")))
        facts.add(say("Core", "New pods"), Value{.text = say("Core", "none: it is cordoned"), .tone = Tone::Careful});
    for (const Json &taint : elements(field(node.spec(), "taints"))) {
        std::string one = text(taint, "key");
        join(one, text(taint, "value"), "=");
        facts.add(say("Core", "Taints"), Value{.text = one, .note = text(taint, "effect"), .mono = true});
    }
    facts.add(say("Core", "CPU"), share(field(allocatable, "cpu"), field(capacity, "cpu"), cpuText));
    facts.add(say("Core", "Memory"), share(field(allocatable, "memory"), field(capacity, "memory"), wholeBytes));
    facts.add(say("Core", "Pods"), share(field(allocatable, "pods"), field(capacity, "pods"), cpuText));
    facts.add(say("Core", "Disk"), share(field(allocatable, "ephemeral-storage"), field(capacity, "ephemeral-storage"), wholeBytes));
    for (const auto &[name, amount] : members(capacity)) {
        // Devices: nvidia.com/gpu …
        if (name.find('/') != std::string_view::npos && milliQuantity(text(*amount)) != 0)
            facts.add(std::string(name), share(field(allocatable, name), *amount, cpuText));
    }
    for (const Json &address : elements(field(node.status(), "addresses")))
        facts.add(say("Core", "Addresses"), Value{.text = text(address, "address"), .note = text(address, "type"), .mono = true});
    facts.add(say("Core", "Version"), text(info, "kubeletVersion"));
    std::string system = text(info, "osImage");
    join(system, text(info, "architecture"));
    facts.add(say("Core", "System"), system);
    facts.add(say("Core", "Kernel"), text(info, "kernelVersion"));
    facts.add(say("Core", "Runtime"), text(info, "containerRuntimeVersion"));
    facts.mono(say("Core", "Pod addresses"), text(node.spec(), "podCIDR"));
    facts.mono(say("Core", "Provider's name"), text(node.spec(), "providerID"));
}

} // namespace timonier::describing
