#include "provision/eks/eks_spec.h"

#include "base/say.h"
#include "provision/amazon/spec_fields.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <set>

namespace timonier::eks {

namespace {

using namespace local;

using amazon::matches, amazon::pairs, amazon::wrong;

std::string arn(const YAML::Node &node, const std::string &field, const char *kinds)
{
    const std::string value = text(node, field);
    if (!matches(value, fmt::format("arn:[a-z-]+:iam::[0-9]{{12}}:({})/[A-Za-z0-9+=,.@_/-]{{1,512}}", kinds).c_str()))
        wrong(node, say("Core", "{} must be the ARN of an IAM role or user", field));
    return value;
}

std::string cidr(const YAML::Node &node, const std::string &field, int shortest, int longest)
{
    const std::string value = text(node, field);
    const auto read = readCidr(value);
    if (!read || read->length < shortest || read->length > longest)
        wrong(node, say("Core", "{} must be a network such as {}, its length from /{} to /{}", field, "192.168.0.0/16", shortest, longest));
    return value;
}

NodeGroup group(const YAML::Node &node)
{
    NodeGroup made;
    bool range = false;
    eachField(node, "nodes", [&](const std::string &field, const YAML::Node &value, const YAML::Node &key) {
        if (field == "name") {
            made.name = text(value, "nodes.name");
            if (!matches(made.name, "[A-Za-z0-9][A-Za-z0-9_-]{0,62}"))
                wrong(value, say("Core", "a node group's name holds letters, digits, “-” and “_”, 63 at most"));
        } else if (field == "type") {
            made.type = amazon::instanceTypeName(value, "nodes.type");
            if (made.type.ends_with(".nano") || made.type.ends_with(".micro"))
                wrong(value, say("Core", "{} is too small for a node: it has less than 2 GiB, and room for four pods at most. t3.medium is the least that works", made.type));
        } else if (field == "count") {
            made.count = number(value, "nodes.count", 0, 450);
        } else if (field == "min") {
            made.least = number(value, "nodes.min", 0, 450);
            range = true;
        } else if (field == "max") {
            made.most = number(value, "nodes.max", 1, 450);
            range = true;
        } else if (field == "disk") {
            made.disk = number(value, "nodes.disk", 20, 16384);
        } else if (field == "spot") {
            made.spot = as<bool>(value, "nodes.spot");
        } else if (field == "labels") {
            made.labels = pairs(value, "nodes.labels", 50);
        } else {
            noSuchField(key, "nodes." + field);
        }
    });
    if (!range)
        made.least = std::min(made.least, made.count), made.most = std::max(1, made.count);
    if (made.least > made.count || made.count > made.most)
        wrong(node, say("Core", "of the node group {}, min, count and max must not be smaller one than the one before", made.name));
    return made;
}

Network network(const YAML::Node &node)
{
    Network made;
    bool own = false;
    eachField(node, "network", [&](const std::string &field, const YAML::Node &value, const YAML::Node &key) {
        if (field == "subnets") {
            made.subnets = texts(value, "network.subnets");
            for (const YAML::Node &one : value)
                if (!matches(one.as<std::string>(), "subnet-[0-9a-f]{8,17}"))
                    wrong(one, say("Core", "{} is no subnet; they are called subnet-0123456789abcdef0", one.as<std::string>()));
            if (std::set(made.subnets.begin(), made.subnets.end()).size() < 2)
                wrong(value, say("Core", "EKS needs subnets in two zones at least"));
            return;
        }
        own = true;
        if (field == "cidr") {
            made.cidr = cidr(value, "network.cidr", 16, 21);
            amazon::mayBeVpc(value, "network.cidr", made.cidr);
        } else if (field == "zones")
            made.zones = as<int>(value, "network.zones");
        else if (field == "nat")
            made.nat = word(value, "network.nat", {"one", "none"}) == "one";
        else
            noSuchField(key, "network." + field);
        if (made.zones < 2 || made.zones > 4)
            wrong(value, say("Core", "EKS needs two zones at least, and four are enough"));
    });
    if (own && !made.subnets.empty())
        wrong(node, say("Core", "network.subnets are of a network that is there: it takes no cidr, zones or nat"));
    return made;
}

void access(const YAML::Node &node, Spec &spec)
{
    eachField(node, "access", [&](const std::string &field, const YAML::Node &value, const YAML::Node &key) {
        if (field == "public")
            spec.publicAccess = as<bool>(value, "access.public");
        else if (field == "private")
            spec.privateAccess = as<bool>(value, "access.private");
        else if (field == "cidrs")
            for (const YAML::Node &one : list(value, "access.cidrs"))
                spec.publicCidrs.push_back(cidr(one, "access.cidrs", 0, 32));
        else
            noSuchField(key, "access." + field);
    });
    if (!spec.publicAccess && !spec.privateAccess)
        wrong(node, say("Core", "an API server that nobody can reach is of no use: access.public or access.private"));
    if (!spec.publicAccess && !spec.publicCidrs.empty())
        wrong(node, say("Core", "access.cidrs says who comes from outside: it needs access.public"));
}

void field(Spec &spec, const std::string &field, const YAML::Node &value, const YAML::Node &key)
{
    if (field == "name") {
        spec.name = text(value, field);
        if (!matches(spec.name, "[A-Za-z0-9][A-Za-z0-9_-]{0,99}") || spec.name.size() > 50) // roles are called after it: 64 in all
            wrong(value, say("Core", "name holds letters, digits, “-” and “_”, 50 at most"));
    } else if (field == "region") {
        spec.region = amazon::region(value);
    } else if (field == "version") {
        spec.version = text(value, field);
        if (!matches(spec.version, "1\\.[0-9]{2}"))
            wrong(value, say("Core", "version is written as \"1.34\", without a patch: EKS chooses that"));
    } else if (field == "profile") {
        spec.profile = text(value, field);
    } else if (field == "keys") {
        spec.keys = text(value, field);
    } else if (field == "network") {
        spec.network = network(value);
    } else if (field == "roles") {
        eachField(value, "roles", [&](const std::string &name, const YAML::Node &role, const YAML::Node &at) {
            if (name == "cluster")
                spec.clusterRole = arn(role, "roles.cluster", "role");
            else if (name == "nodes")
                spec.nodeRole = arn(role, "roles.nodes", "role");
            else
                noSuchField(at, "roles." + name);
        });
    } else if (field == "access") {
        access(value, spec);
    } else if (field == "admins") {
        for (const YAML::Node &one : list(value, field))
            spec.admins.push_back(arn(one, "admins", "role|user"));
    } else if (field == "addons") {
        spec.addons = texts(value, field);
        for (const YAML::Node &one : value)
            if (!matches(one.as<std::string>(), "[a-z0-9][a-z0-9_-]{0,99}"))
                wrong(one, say("Core", "{} has a value that it cannot have", field));
    } else if (field == "storage") {
        spec.storage = word(value, field, {"gp3", "none"}) == "gp3";
    } else if (field == "nodes" && value.IsScalar()) {
        spec.autoNodes = !word(value, field, {"auto"}).empty();
    } else if (field == "nodes") {
        for (const YAML::Node &one : list(value, field)) {
            spec.nodes.push_back(group(one));
            for (std::size_t i = 0; i + 1 < spec.nodes.size(); ++i)
                if (spec.nodes[i].name == spec.nodes.back().name)
                    wrong(one, say("Core", "there are two node groups {}", spec.nodes[i].name));
        }
    } else if (field == "tags") {
        spec.tags = pairs(value, field, 40);
    } else if (field == "kubeconfig") {
        spec.kubeconfig = text(value, field);
    } else if (field == "current") {
        spec.current = as<bool>(value, field);
    } else if (field == "token") {
        spec.awsTool = word(value, field, {"timonier", "aws"}) == "aws";
    } else if (field != "provider") {
        noSuchField(key, field);
    }
}

} // namespace

std::string Cidr::text() const { return fmt::format("{}.{}.{}.{}/{}", network >> 24, network >> 16 & 255, network >> 8 & 255, network & 255, length); }

Result<Cidr> readCidr(const std::string &text)
{
    Cidr made;
    const char *at = text.data(), *end = at + text.size();
    const auto part = [&](int most, char before) {
        int value = -1;
        if (before && (at == end || *at++ != before))
            return -1;
        const auto [next, error] = std::from_chars(at, end, value);
        at = next;
        return error == std::errc() && value >= 0 && value <= most ? value : -1;
    };
    bool good = true;
    for (int i = 0; i < 4; ++i) {
        const int octet = part(255, i ? '.' : '\0');
        good = good && octet >= 0;
        made.network = made.network << 8 | static_cast<unsigned>(std::max(octet, 0));
    }
    made.length = part(32, '/');
    const unsigned beyond = made.length <= 0 ? 0xffffffffu : made.length == 32 ? 0 : 0xffffffffu >> made.length;
    if (!good || at != end || made.length < 0 || (made.network & beyond))
        return fail(ErrorKind::Invalid, say("Core", "{} is no network", text));
    return made;
}

std::string subnetCidr(const Network &network, bool isPublic, int zone)
{
    const auto vpc = readCidr(network.cidr);
    if (!vpc)
        return {};
    const int length = vpc->length + 3;
    const unsigned number = static_cast<unsigned>(zone + (isPublic ? 0 : 4));
    return Cidr{.network = vpc->network | number << (32 - length), .length = length}.text();
}

Result<Spec> readSpec(std::string_view yaml, const std::string &file)
{
    return readSpecText(yaml, file, [](const YAML::Node &root) {
        Spec spec;
        eachField(root, "", [&](const std::string &name, const YAML::Node &value, const YAML::Node &key) { field(spec, name, value, key); });
        if (spec.name.empty())
            throw Wrong{root.Mark(), say("Core", "the spec needs a name")};
        if (spec.region.empty())
            throw Wrong{root.Mark(), say("Core", "the spec needs a region, such as eu-west-3")};
        if (!spec.profile.empty() && !spec.keys.empty())
            throw Wrong{root.Mark(), say("Core", "either profile or keys, not both")};
        if (spec.autoNodes)
            std::erase_if(spec.addons, [](const std::string &addon) { return addon == "vpc-cni" || addon == "kube-proxy" || addon == "coredns"; }); // Auto Mode has its own
        else if (spec.nodes.empty())
            spec.nodes.emplace_back();
        return spec;
    });
}

} // namespace timonier::eks
