// What a cluster on machines of EC2 is to be: read from YAML and checked. Pure.
#pragma once

#include "base/result.h"
#include "cloud/aws/ec2_calls.h"
#include "provision/kubeadm/kubeadm_spec.h"

#include <string>
#include <string_view>
#include <vector>

namespace timonier::ec2 {

// A port that is open to those who may come in, beside ssh, the API server and NodePorts.
struct Port {
    int from = 0, to = 0;
    bool udp = false;
};

inline constexpr int mostWorkers = 50;

struct Machine {
    std::string name{};         // of the node, and of its part: "demo-control-1"
    std::string type{};
    bool controlPlane = false;
};

struct Spec {
    std::string name{}, region{};
    std::string profile{};      // of ~/.aws; empty: whatever AWS' own tools would use
    std::string keys{};         // the name of keys that were typed in
    int workers = 2;
    std::string type = "t3.medium", workerType{}; // of workers; empty: the same
    int disk = 20;              // GiB, gp3
    std::string image = "debian-12"; // or "ami-…", which needs `user`
    std::string user{};         // whom the image lets in; empty: as that image has it
    std::string cidr = "10.20.0.0/16"; // of the VPC, which is one subnet
    std::string zone{};         // empty: the first one
    std::vector<std::string> from{}; // networks from where ssh, the API server and NodePorts are reached; empty: the address that this computer is seen by
    std::vector<Port> ports{};
    aws::Tags tags{};
    kubeadm::Spec cluster{};    // versions, networks, packages, features; its hosts are `machines()`

    std::string context() const { return name + "." + region + ".ec2"; }
    std::string target() const { return "ec2/" + region + "/" + name; }
    std::vector<Machine> machines() const; // the control plane first
};

// Invalid: no YAML, an unknown field, a wrong value; "file" and "line" are in the context.
Result<Spec> readSpec(std::string_view yaml, const std::string &file);

// Of the node, its machine and its part; from 1.
std::string workerName(const Spec &spec, int number);

// Why such a machine can be no node; empty: it can, or the table does not know it.
std::string tooSmall(const std::string &type);

// An image by its name in a spec.
struct KnownImage {
    std::string_view id{}, title{};
    std::string_view owner{};   // an account's number, in AWS' ordinary regions
    std::string_view amd{}, arm{}; // patterns of names
    std::string_view user{};
};
const std::vector<KnownImage> &knownImages();

} // namespace timonier::ec2
