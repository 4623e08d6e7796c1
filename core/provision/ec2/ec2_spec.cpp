#include "provision/ec2/ec2_spec.h"

#include "cloud/aws/instances.h"
#include "provision/amazon/spec_fields.h"
#include "provision/local/cidr.h"
#include "provision/kubeadm/spec_fields.h"

#include <algorithm>
#include <cstdlib>

namespace timonier::ec2 {

namespace {

using namespace local;
using amazon::matches, amazon::wrong;

constexpr const char *dotted = "([0-9]{1,3}\\.){3}[0-9]{1,3}/[0-9]{1,2}";

// Both of an image's kinds of machine are looked up by the image's maker (wiki.debian.org/Cloud/AmazonEC2Image, documentation.ubuntu.com/aws).
constexpr KnownImage images[] = {
    {"debian-12", "Debian 12", "136693071363", "debian-12-amd64-20*", "debian-12-arm64-20*", "admin"},
    {"debian-13", "Debian 13", "136693071363", "debian-13-amd64-20*", "debian-13-arm64-20*", "admin"},
    {"ubuntu-22.04", "Ubuntu 22.04", "099720109477", "ubuntu/images/hvm-ssd*/ubuntu-jammy-22.04-amd64-server-*", "ubuntu/images/hvm-ssd*/ubuntu-jammy-22.04-arm64-server-*", "ubuntu"},
    {"ubuntu-24.04", "Ubuntu 24.04", "099720109477", "ubuntu/images/hvm-ssd*/ubuntu-noble-24.04-amd64-server-*", "ubuntu/images/hvm-ssd*/ubuntu-noble-24.04-arm64-server-*", "ubuntu"},
};

std::string machineType(const YAML::Node &value, const std::string &field)
{
    std::string type = amazon::instanceTypeName(value, field);
    if (std::string why = tooSmall(type); !why.empty())
        wrong(value, std::move(why));
    return type;
}

// "203.0.113.7", or a network. Everybody is somebody who is let in on purpose: it is written out.
std::string visitor(const YAML::Node &value)
{
    std::string who = text(value, "access.cidrs");
    if (who.find('/') == who.npos)
        who += "/32";
    if (!matches(who, dotted) || !local::cidrOf(who))
        wrong(value, say("Core", "{} must be a network such as {}", "access.cidrs", "203.0.113.0/24"));
    return who;
}

// "3478/udp", "49152-65535/udp", "8080".
Port port(const YAML::Node &value)
{
    const std::string words = text(value, "access.ports");
    if (!matches(words, "[0-9]{1,5}(-[0-9]{1,5})?(/(tcp|udp))?"))
        wrong(value, say("Core", "a port is written as 8080, 3478/udp or 49152-65535/udp"));
    Port made{.from = std::atoi(words.c_str()), .udp = words.ends_with("/udp")};
    const std::size_t dash = words.find('-');
    made.to = dash == words.npos ? made.from : std::atoi(words.c_str() + dash + 1);
    if (made.from < 1 || made.to > 65535 || made.to < made.from)
        wrong(value, say("Core", "{} must be from {} to {}", "access.ports", 1, 65535));
    return made;
}

std::string imageOf(const YAML::Node &value)
{
    std::string image = text(value, "image");
    std::vector<std::string_view> names;
    for (const KnownImage &one : knownImages())
        names.push_back(one.id);
    if (std::ranges::find(names, image) == names.end() && !matches(image, "ami-[0-9a-f]{8,17}"))
        wrong(value, say("Core", "image must be one of {}, or an id such as ami-0123456789abcdef0", fmt::join(names, ", ")));
    return image;
}

void field(Spec &spec, const std::string &field, const YAML::Node &value, const YAML::Node &key)
{
    if (field == "provider")
        word(value, field, {"ec2"});
    else if (kubeadm::takeCommon(spec.cluster, field, value))
        return;
    else if (field == "name") {
        spec.name = text(value, field);
        if (!matches(spec.name, "[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?"))
            wrong(value, say("Core", "name holds small letters, digits and “-”, 30 at most"));
    } else if (field == "region")
        spec.region = amazon::region(value);
    else if (field == "profile")
        spec.profile = text(value, field);
    else if (field == "keys")
        spec.keys = text(value, field);
    else if (field == "controlPlanes") {
        if (as<int>(value, field) != 1)
            wrong(value, say("Core", "controlPlanes is 1 on EC2: several would need a load balancer before them, which this Timonier does not make. EKS has three"));
    } else if (field == "workers")
        spec.workers = number(value, field, 0, mostWorkers);
    else if (field == "type")
        spec.type = machineType(value, field);
    else if (field == "workerType")
        spec.workerType = machineType(value, field);
    else if (field == "disk")
        spec.disk = number(value, field, 10, 16384);
    else if (field == "image")
        spec.image = imageOf(value);
    else if (field == "user") {
        spec.user = text(value, field);
        if (!matches(spec.user, "[a-z_][a-z0-9_-]{0,31}"))
            wrong(value, say("Core", "{} has a value that it cannot have", field));
    } else if (field == "network")
        eachField(value, field, [&](const std::string &name, const YAML::Node &one, const YAML::Node &at) {
            if (name == "cidr") {
                spec.cidr = text(one, "network.cidr");
                const auto read = local::cidrOf(spec.cidr);
                if (!matches(spec.cidr, dotted) || !read || read->bits < 16 || read->bits > 26)
                    wrong(one, say("Core", "{} must be a network such as {}, its length from /{} to /{}", "network.cidr", "10.20.0.0/16", 16, 26));
                amazon::mayBeVpc(one, "network.cidr", spec.cidr);
            } else if (name == "zone") {
                spec.zone = text(one, "network.zone");
            } else {
                noSuchField(at, "network." + name);
            }
        });
    else if (field == "access")
        eachField(value, field, [&](const std::string &name, const YAML::Node &many, const YAML::Node &at) {
            if (name != "cidrs" && name != "ports")
                noSuchField(at, "access." + name);
            static_cast<void>(texts(many, "access." + name)); // a list
            for (const YAML::Node &one : many)
                name == "cidrs" ? spec.from.push_back(visitor(one)) : static_cast<void>(spec.ports.push_back(port(one)));
        });
    else if (field == "podNetwork")
        spec.cluster.network = kubeadm::readNetwork(value, field);
    else if (field == "tags")
        spec.tags = amazon::pairs(value, field, 40);
    else
        noSuchField(key, field);
}

void checkAll(const Spec &spec, const YAML::Node &root)
{
    if (spec.name.empty())
        throw Wrong{root.Mark(), say("Core", "the spec needs a name")};
    if (spec.region.empty())
        throw Wrong{root.Mark(), say("Core", "the spec needs a region, such as eu-west-3")};
    if (!spec.profile.empty() && !spec.keys.empty())
        throw Wrong{root["keys"].Mark(), say("Core", "either profile or keys, not both")};
    if (spec.image.starts_with("ami-") && spec.user.empty())
        wrong(root["image"], say("Core", "an image by its id needs user: whom it lets in (admin, ubuntu, ec2-user)"));
    if (!spec.zone.empty() && !(spec.zone.size() == spec.region.size() + 1 && spec.zone.starts_with(spec.region)))
        wrong(root["network"]["zone"], say("Core", "{} is no zone of {}; they are called {}a", spec.zone, spec.region, spec.region));
    kubeadm::checkSubnets(spec.cluster, root);
    for (const auto &[name, subnet] : {std::pair("podSubnet", spec.cluster.podSubnet), std::pair("serviceSubnet", spec.cluster.serviceSubnet)})
        if (local::overlap(spec.cidr, subnet))
            wrong(root["network"] ? root["network"] : root[name], say("Core", "network.cidr and {} overlap: {} and {}", name, spec.cidr, subnet));
}

} // namespace

const std::vector<KnownImage> &knownImages()
{
    static const std::vector<KnownImage> all(std::begin(images), std::end(images));
    return all;
}

std::string tooSmall(const std::string &type)
{
    if (const auto known = aws::instanceType(type); known && (known->cpus < 2 || known->memoryGib < 2))
        return say("Core", "{} is too small for a node: it has {} vCPU and {} GiB, and kubeadm wants 2 and 2. t3.medium is the least that works", type, known->cpus, known->memoryGib);
    if (type.ends_with(".nano") || type.ends_with(".micro"))
        return say("Core", "{} is too small for a node: it has less than 2 GiB, and kubeadm wants 2 vCPU and 2 GiB. t3.medium is the least that works", type);
    return {};
}

std::string workerName(const Spec &spec, int number) { return fmt::format("{}-worker-{}", spec.name, number); }

std::vector<Machine> Spec::machines() const
{
    std::vector<Machine> all{{.name = name + "-control-1", .type = type, .controlPlane = true}};
    for (int i = 1; i <= workers; ++i)
        all.push_back({.name = workerName(*this, i), .type = workerType.empty() ? type : workerType});
    return all;
}

Result<Spec> readSpec(std::string_view yaml, const std::string &file)
{
    return readSpecText(yaml, file, [](const YAML::Node &root) {
        Spec spec;
        eachField(root, "", [&](const std::string &name, const YAML::Node &value, const YAML::Node &key) { field(spec, name, value, key); });
        checkAll(spec, root);
        if (spec.user.empty())
            for (const KnownImage &image : knownImages())
                if (image.id == spec.image)
                    spec.user = image.user;
        spec.cluster.name = spec.context();
        for (const Machine &machine : spec.machines())
            spec.cluster.hosts.push_back({.host = machine.name, .user = spec.user, .name = machine.name, .controlPlane = machine.controlPlane});
        return spec;
    });
}

} // namespace timonier::ec2
