// Machines: images, keys, who may come in, instances (docs.aws.amazon.com/AWSEC2/latest/APIReference).
#include "cloud/aws/ec2_calls.h"

#include "base/say.h"
#include "cloud/aws/api_error.h"
#include "cloud/aws/ec2_parameters.h"

#include <algorithm>
#include <cstdlib>

#include <openssl/evp.h>

namespace timonier::aws {

namespace {

std::string base64(std::string_view text)
{
    std::string out(4 * ((text.size() + 2) / 3) + 1, '\0');
    const void *in = text.data();
    void *at = out.data();
    out.resize(static_cast<std::size_t>(EVP_EncodeBlock(static_cast<unsigned char *>(at), static_cast<const unsigned char *>(in), static_cast<int>(text.size()))));
    return out;
}

std::string fromBase64(std::string_view text)
{
    std::string packed;
    std::ranges::copy_if(text, std::back_inserter(packed), [](char c) { return c != '\n' && c != '\r' && c != ' '; });
    std::string out(packed.size() / 4 * 3 + 1, '\0');
    const void *in = packed.data();
    void *at = out.data();
    const int size = EVP_DecodeBlock(static_cast<unsigned char *>(at), static_cast<const unsigned char *>(in), static_cast<int>(packed.size()));
    out.resize(static_cast<std::size_t>(std::max(size, 0)));
    while (!out.empty() && out.back() == '\0')
        out.pop_back();
    return out;
}

Image imageOf(const Xml &item)
{
    Image image{.id = item.of("imageId"), .name = item.of("name"), .created = item.of("creationDate"), .rootDevice = item.of("rootDeviceName"), .architecture = item.of("architecture")};
    for (const Xml *device : item.items("blockDeviceMapping"))
        if (device->of("deviceName") == image.rootDevice)
            image.disk = std::atoi(device->of("ebs/volumeSize").c_str());
    return image;
}

Parameters permission(const std::string &group, const Rule &rule)
{
    Parameters parameters{{"GroupId", group}, {"IpPermissions.1.IpProtocol", rule.protocol}};
    if (rule.protocol != "-1") {
        parameters.emplace_back("IpPermissions.1.FromPort", std::to_string(rule.from));
        parameters.emplace_back("IpPermissions.1.ToPort", std::to_string(rule.to));
    }
    if (rule.who == group)
        parameters.emplace_back("IpPermissions.1.Groups.1.GroupId", group);
    else
        parameters.emplace_back("IpPermissions.1.IpRanges.1.CidrIp", rule.who);
    return parameters;
}

Parameters numbered(const std::string &name, const std::vector<std::string> &values)
{
    Parameters parameters;
    for (std::size_t i = 0; i < values.size(); ++i)
        parameters.emplace_back(fmt::format("{}.{}", name, i + 1), values[i]);
    return parameters;
}

} // namespace

Result<Image> Ec2::newestImage(const std::string &owner, const std::string &pattern, const std::string &architecture)
{
    Parameters parameters{{"Owner.1", owner}};
    addFilter(parameters, 1, "name", {pattern});
    addFilter(parameters, 2, "architecture", {architecture});
    addFilter(parameters, 3, "state", {"available"});
    const Xml answer = TRY(ask("DescribeImages", std::move(parameters)));
    Image newest;
    for (const Xml *item : answer.items("imagesSet"))
        if (Image one = imageOf(*item); one.created > newest.created || newest.id.empty())
            newest = std::move(one);
    if (newest.id.empty())
        return fail(ErrorKind::NotFound, say("Core", "this region has no image {} for {}", pattern, architecture), say("Core", "Name one in the spec: image: ami-0123456789abcdef0, and user, whom it lets in"));
    return newest;
}

Result<Image> Ec2::image(const std::string &id)
{
    const Xml answer = TRY(ask("DescribeImages", {{"ImageId.1", id}}));
    const auto items = answer.items("imagesSet");
    if (items.empty())
        return fail(ErrorKind::NotFound, say("Core", "this region has no image {}", id), say("Core", "Images have another id in each region."));
    return imageOf(*items.front());
}

Result<std::string> Ec2::importKey(const std::string &name, const std::string &publicLine, const Tags &tags)
{
    return TRY(ask("ImportKeyPair", withTags({{"KeyName", name}, {"PublicKeyMaterial", base64(publicLine)}}, keyPairKind.type, tags), false)).of("keyPairId");
}

Result<std::string> Ec2::createSecurityGroup(const std::string &vpc, const std::string &name, const std::string &words, const Tags &tags)
{
    return TRY(ask("CreateSecurityGroup", withTags({{"GroupName", name}, {"GroupDescription", words}, {"VpcId", vpc}}, securityGroupKind.type, tags), false)).of("groupId");
}

Result<std::vector<Rule>> Ec2::rules(const std::string &group)
{
    const Xml described = TRY(describe(securityGroupKind, group));
    std::vector<Rule> all;
    for (const Xml *item : described.items("ipPermissions")) {
        Rule rule{.protocol = item->of("ipProtocol")};
        if (rule.protocol != "-1") {
            rule.from = std::atoi(item->of("fromPort").c_str());
            rule.to = std::atoi(item->of("toPort").c_str());
        }
        for (const auto &[list, name] : {std::pair("ipRanges", "cidrIp"), std::pair("ipv6Ranges", "cidrIpv6"), std::pair("groups", "groupId")})
            for (const Xml *who : item->items(list)) {
                rule.who = who->of(name);
                all.push_back(rule);
            }
    }
    return all;
}

Result<> Ec2::allow(const std::string &group, const Rule &rule)
{
    const auto allowed = ask("AuthorizeSecurityGroupIngress", permission(group, rule));
    if (!allowed && codeOf(allowed.error()) != "InvalidPermission.Duplicate")
        return std::unexpected(allowed.error());
    return {};
}

Result<> Ec2::refuse(const std::string &group, const Rule &rule) { return gone(ask("RevokeSecurityGroupIngress", permission(group, rule))); }

Result<std::string> Ec2::createInstance(const InstanceWish &wish, const std::string &token, const Tags &tags)
{
    Parameters parameters{{"ImageId", wish.image.id}, {"InstanceType", wish.type}, {"MinCount", "1"}, {"MaxCount", "1"}, {"KeyName", wish.keyPair}, {"ClientToken", token}, {"SubnetId", wish.subnet}, {"SecurityGroupId.1", wish.group},
                          {"BlockDeviceMapping.1.DeviceName", wish.image.rootDevice.empty() ? "/dev/xvda" : wish.image.rootDevice}, {"BlockDeviceMapping.1.Ebs.VolumeSize", std::to_string(std::max(wish.disk, wish.image.disk))},
                          {"BlockDeviceMapping.1.Ebs.VolumeType", "gp3"}, {"BlockDeviceMapping.1.Ebs.DeleteOnTermination", "true"}, {"MetadataOptions.HttpTokens", "required"}, {"MetadataOptions.HttpPutResponseHopLimit", "1"}};
    parameters = withTags(withTags(std::move(parameters), instanceKind.type, tags), volumeKind.type, tags, 2);
    const Xml answer = TRY(ask("RunInstances", std::move(parameters), false));
    const auto made = answer.items("instancesSet");
    if (made.empty())
        return fail(ErrorKind::Protocol, say("Core", "the answer to {} cannot be read", "RunInstances"));
    return made.front()->of("instanceId");
}

Result<std::vector<Instance>> Ec2::instances(const Tags &tags)
{
    Parameters parameters;
    int number = 0;
    for (const auto &[key, value] : tags)
        addFilter(parameters, ++number, "tag:" + key, {value});
    addFilter(parameters, ++number, "instance-state-name", liveStates());
    const std::size_t own = parameters.size();
    std::vector<Instance> all;
    for (int page = 0; page < 1'000; ++page) {
        const Xml answer = TRY(ask("DescribeInstances", parameters));
        for (const Xml *item : itemsOf(answer, instanceKind.set)) {
            Instance one{.id = item->of("instanceId"), .type = item->of("instanceType"), .state = item->of("instanceState/name"), .publicAddress = item->of("ipAddress"), .privateAddress = item->of("privateIpAddress")};
            for (const Xml *tag : item->items("tagSet"))
                one.tags[tag->of("key")] = tag->of("value");
            all.push_back(std::move(one));
        }
        const std::string &next = answer.of("nextToken");
        if (next.empty())
            break;
        parameters.resize(own);
        parameters.emplace_back("NextToken", next);
    }
    return all;
}

Result<std::string> Ec2::instanceState(const std::string &id)
{
    auto found = describe(instanceKind, id);
    if (!found && found.error().kind == ErrorKind::NotFound)
        return std::string("terminated");
    return TRY(std::move(found)).of("instanceState/name");
}

Result<> Ec2::start(const std::vector<std::string> &ids)
{
    TRY(ask("StartInstances", numbered("InstanceId", ids)));
    return {};
}

Result<> Ec2::halt(const std::vector<std::string> &ids)
{
    TRY(ask("StopInstances", numbered("InstanceId", ids)));
    return {};
}

Result<std::string> Ec2::console(const std::string &instance)
{
    auto answer = ask("GetConsoleOutput", {{"InstanceId", instance}, {"Latest", "true"}});
    if (!answer && answer.error().kind == ErrorKind::Invalid) // of machines without Nitro there is only what was kept at the start
        answer = ask("GetConsoleOutput", {{"InstanceId", instance}});
    const Xml got = TRY(std::move(answer));
    return fromBase64(got.of("output"));
}

Result<> Ec2::takeAddress(const std::string &allocation, const std::string &instance)
{
    TRY(ask("AssociateAddress", {{"AllocationId", allocation}, {"InstanceId", instance}}));
    return {};
}

Result<std::string> Ec2::addressOf(const std::string &allocation) { return TRY(describe(addressKind, allocation)).of("publicIp"); }

Result<> Ec2::forwards(const std::string &instance)
{
    TRY(ask("ModifyInstanceAttribute", {{"InstanceId", instance}, {"SourceDestCheck.Value", "false"}}));
    return {};
}

} // namespace timonier::aws
