#include "cloud/aws/elb_calls.h"

#include <algorithm>

namespace timonier::aws {

namespace {

constexpr std::size_t tagsAtOnce = 20; // DescribeTags of both APIs takes no more

bool isOfCluster(const Xml &described, const std::string &cluster)
{
    return std::ranges::any_of(described.items("Tags"), [&](const Xml *tag) {
        return tag->of("Key") == "kubernetes.io/cluster/" + cluster || (tag->of("Key") == "elbv2.k8s.aws/cluster" && tag->of("Value") == cluster);
    });
}

// One of the two APIs: where the lists are, and what each is called there.
struct Api {
    Service service{};
    bool classic = false;
    std::string list{}, id{}, askTags{}, tagsId{};
};

Result<> add(std::vector<LoadBalancer> &found, const Api &api, Client &client, const std::string &cluster, std::stop_token stop)
{
    std::vector<LoadBalancer> all;
    std::string marker;
    do {
        const Xml page = TRY(client.query(api.service, "DescribeLoadBalancers", marker.empty() ? Parameters{} : Parameters{{"Marker", marker}}, true, stop));
        const Xml &result = page.at("DescribeLoadBalancersResult");
        for (const Xml *one : result.items(api.list))
            all.push_back({.classic = api.classic, .id = one->of(api.id), .name = one->of("LoadBalancerName")});
        marker = result.of("NextMarker");
    } while (!marker.empty());
    for (std::size_t at = 0; at < all.size(); at += tagsAtOnce) {
        Parameters ask;
        for (std::size_t i = at; i < std::min(at + tagsAtOnce, all.size()); ++i)
            ask.emplace_back(fmt::format("{}.member.{}", api.askTags, i - at + 1), all[i].id);
        const Xml answer = TRY(client.query(api.service, "DescribeTags", ask, true, stop));
        for (const Xml *described : answer.items("DescribeTagsResult/TagDescriptions"))
            if (isOfCluster(*described, cluster))
                for (const LoadBalancer &one : all)
                    if (one.id == described->of(api.tagsId))
                        found.push_back(one);
    }
    return {};
}

} // namespace

Result<std::vector<LoadBalancer>> clusterBalancers(Client &client, const std::string &cluster, std::stop_token stop)
{
    std::vector<LoadBalancer> found;
    TRY(add(found, {.service = elb, .list = "LoadBalancers", .id = "LoadBalancerArn", .askTags = "ResourceArns", .tagsId = "ResourceArn"}, client, cluster, stop));
    TRY(add(found, {.service = classicElb, .classic = true, .list = "LoadBalancerDescriptions", .id = "LoadBalancerName", .askTags = "LoadBalancerNames", .tagsId = "LoadBalancerName"}, client, cluster, stop));
    return found;
}

Result<> removeBalancer(Client &client, const LoadBalancer &balancer, std::stop_token stop)
{
    const auto answer = balancer.classic ? client.query(classicElb, "DeleteLoadBalancer", {{"LoadBalancerName", balancer.id}}, true, stop)
                                         : client.query(elb, "DeleteLoadBalancer", {{"LoadBalancerArn", balancer.id}}, true, stop);
    if (!answer && answer.error().kind != ErrorKind::NotFound)
        return std::unexpected(answer.error());
    return {};
}

} // namespace timonier::aws
