// What is asked of EKS. Blocking; any thread. Errors: those of Client.
#pragma once

#include "cloud/aws/client.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace timonier::aws {

struct EksCluster {
    std::string status{};        // CREATING, ACTIVE, DELETING, FAILED, UPDATING, PENDING
    std::string version{}, arn{}, endpoint{}, certificate{}; // the last is base64 of PEM
    std::map<std::string, std::string> tags{};
    std::string problems{};      // AWS' own words on its health; empty: none
};

struct NewEksCluster {
    std::string name{}, version{}, role{}, token{};
    std::vector<std::string> subnets{};
    bool publicAccess = true, privateAccess = true;
    std::vector<std::string> publicCidrs{};
    std::string autoRole{};      // of the nodes that Auto Mode makes; empty: no Auto Mode
    std::map<std::string, std::string> tags{};
};

struct NewNodeGroup {
    std::string cluster{}, name{}, role{}, token{};
    std::vector<std::string> types{}, subnets{};
    int least = 1, wanted = 1, most = 1;
    int disk = 20;               // GiB
    std::string image = "AL2023_x86_64_STANDARD"; // EKS' amiType
    bool spot = false;
    std::map<std::string, std::string> labels{}, tags{};
};

struct GroupSize {
    int least = 0, wanted = 0, most = 0;
    bool operator==(const GroupSize &) const = default;
};

// Of a node group or an add-on.
struct EksPart {
    std::string status{};        // CREATING, ACTIVE, DEGRADED, CREATE_FAILED, DELETING …
    std::string version{};       // "1.34"; of an add-on its own: "v1.19.0-eksbuild.1"
    GroupSize size{};            // of a node group
    std::string problems{};      // "NodeCreationFailure: …"
    std::map<std::string, std::string> tags{};
};

class Eks
{
public:
    Eks(Client &client, std::stop_token stop) : m_client(client), m_stop(std::move(stop)) {}

    // Each: none, where there is no such thing.
    Result<std::optional<EksCluster>> cluster(const std::string &name);
    Result<std::optional<EksPart>> nodeGroup(const std::string &cluster, const std::string &name);
    Result<std::optional<EksPart>> addon(const std::string &cluster, const std::string &name);
    Result<bool> hasAccess(const std::string &cluster, const std::string &principal);
    Result<std::vector<std::string>> nodeGroups(const std::string &cluster); // their names
    // The version of an add-on that AWS takes for a Kubernetes "1.34" by itself; empty: it does not say.
    Result<std::string> addonVersion(const std::string &addon, const std::string &kubernetes);
    // "1.35", "1.34" …: those that a new cluster may have.
    Result<std::vector<std::string>> versions();

    Result<> create(const NewEksCluster &what);
    Result<> create(const NewNodeGroup &what);
    // `roles`: ServiceAccounts of it, and the ARN of the role that each takes on.
    Result<> createAddon(const std::string &cluster, const std::string &name, const std::string &token, const std::map<std::string, std::string> &tags, const std::map<std::string, std::string> &roles = {});
    // It may do everything in the cluster (AmazonEKSClusterAdminPolicy).
    Result<> giveAccess(const std::string &cluster, const std::string &principal, const std::string &partition, const std::string &token, const std::map<std::string, std::string> &tags);

    // Each begins a change, and gives its id for awaitUpdate(). `token`: the same one twice is one change.
    Result<std::string> upgradeCluster(const std::string &name, const std::string &version, const std::string &token);
    Result<std::string> resize(const std::string &cluster, const std::string &group, const GroupSize &size, const std::string &token);
    Result<std::string> upgradeGroup(const std::string &cluster, const std::string &group, const std::string &token); // to the control plane's version
    Result<std::string> upgradeAddon(const std::string &cluster, const std::string &addon, const std::string &version, const std::string &token);
    // Until it is over. Errors: Server (it failed, with AWS' words), Timeout.
    Result<> awaitUpdate(const std::string &cluster, const std::string &update, const std::string &group, const std::string &addon);

    // What is gone already is no error. All come back before it is over.
    Result<> removeCluster(const std::string &name);
    Result<> removeNodeGroup(const std::string &cluster, const std::string &name);
    Result<> removeAddon(const std::string &cluster, const std::string &name);
    Result<> removeAccess(const std::string &cluster, const std::string &principal);

private:
    Result<std::string> ask(const std::string &action, const std::string &method, const std::string &path, std::string body = {}, Parameters parameters = {});
    Result<std::string> begin(const std::string &action, const std::string &path, std::string body);
    Result<std::optional<EksPart>> part(const std::string &action, const std::string &path, const char *name);
    Result<> gone(const std::string &action, const std::string &path);

    Client &m_client;
    const std::stop_token m_stop;
};

} // namespace timonier::aws
