// The virtual address, where the spec has one: a pure check of each control plane.
#include "provision/kubeadm/preflight_parts.h"

#include "base/say.h"
#include "provision/local/cidr.h"

#include <algorithm>

namespace timonier::kubeadm {

using form::Check;
using form::CheckState;

Check endpoint(const At &at)
{
    const std::string &address = at.spec.virtualAddress;
    if (address.empty() || !at.look.host.controlPlane)
        return {};
    Check check{.id = "endpoint", .title = say("Core", "Virtual address"), .state = CheckState::Bad};
    std::string interface, others;
    for (const remote::InterfaceFacts &one : at.facts.interfaces)
        for (const std::string &own : one.addresses) {
            if (own.substr(0, own.find('/')) == address && !at.begun) {
                check.words = say("Core", "{} is this host's own address", address);
                check.why = say("Core", "A virtual address is one that no host has: it moves from one control plane to the other");
                return check;
            }
            if (local::overlap(own, address))
                interface = one.name;
            else
                others += (others.empty() ? "" : ", ") + own;
        }
    if (interface.empty()) {
        check.words = say("Core", "{} is in no network of this host", address);
        check.why = say("Core", "All control planes must share the network that it is in, for it is announced there by ARP. This host has {}", others);
        return check;
    }
    if (at.all.addressTaken && std::ranges::none_of(at.all.hosts, [&](const HostLook &look) { return look.facts && look.facts->begunFor == at.spec.name; })) {
        check.words = say("Core", "another computer has {} already", address);
        check.why = say("Core", "Take one that is free, and that no DHCP server gives away");
        return check;
    }
    check.state = CheckState::Good;
    check.words = say("Core", "{}, on {}", address, interface);
    return check;
}

} // namespace timonier::kubeadm
