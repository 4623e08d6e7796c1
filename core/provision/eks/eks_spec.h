// What an EKS cluster is to be: read from YAML and checked. Pure.
#pragma once

#include "base/result.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace timonier::eks {

struct NodeGroup {
    std::string name = "nodes";
    std::string type = "t3.large";
    int least = 1, count = 2, most = 3;
    int disk = 20;              // GiB, gp3
    bool spot = false;
    std::map<std::string, std::string> labels{};
};

struct Network {
    std::string cidr = "192.168.0.0/16"; // of a VPC of its own
    int zones = 2;                       // EKS wants two at least
    bool nat = true;                     // nodes have private addresses; without: public ones, and no NAT gateway to pay for
    std::vector<std::string> subnets{};  // those that are there already; then nothing of a network is made
};

struct Spec {
    std::string name{}, region{};
    std::string version{};      // "1.34"; empty: what EKS takes by itself
    std::string profile{};      // of ~/.aws; empty: whatever AWS' own tools would use
    std::string keys{};         // the name of keys that were typed in
    Network network{};
    std::string clusterRole{}, nodeRole{}; // ARNs of roles that are there; empty: made
    bool publicAccess = true, privateAccess = true;
    std::vector<std::string> publicCidrs{}; // who may reach the API server from outside; empty: everybody
    std::vector<std::string> admins{};   // ARNs that may do everything in it, beside whoever makes it
    std::vector<std::string> addons{"vpc-cni", "kube-proxy", "coredns"};
    bool storage = true;        // volumes on EBS: its driver, and a default StorageClass gp3
    std::vector<NodeGroup> nodes{};
    bool autoNodes = false;     // `nodes: auto`, EKS Auto Mode: AWS makes and takes away machines as pods ask for them, and brings network, DNS, volumes and load balancers
    std::map<std::string, std::string> tags{};
    std::string kubeconfig{};   // where it is entered; empty: where kubectl looks
    bool current = false;
    bool awsTool = false;       // the kubeconfig has `aws` make its tokens, not timonierctl

    std::string context() const { return name + "." + region + ".eks"; }
    std::string target() const { return "eks/" + region + "/" + name; }
};

// Invalid: no YAML, an unknown field, a wrong value; "file" and "line" are in the context.
Result<Spec> readSpec(std::string_view yaml, const std::string &file);

// "192.168.0.0/16" as network and length; nothing: it is none, or has bits beyond its length.
struct Cidr {
    unsigned network = 0;
    int length = 0;
    std::string text() const;
};
Result<Cidr> readCidr(const std::string &text);

// Eight equal parts of the VPC: the first four for public subnets, the others for private ones.
std::string subnetCidr(const Network &network, bool isPublic, int zone);

} // namespace timonier::eks
