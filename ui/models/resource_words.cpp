#include "ui/models/resource_words.h"

#include <QCoreApplication>

#include <algorithm>

namespace timonier {

QString resourceWords(std::string_view kind)
{
    static constexpr std::pair<std::string_view, const char *> words[] = {
        {"kind-cluster", QT_TRANSLATE_NOOP("Resource", "Cluster of kind")},
        {"minikube-profile", QT_TRANSLATE_NOOP("Resource", "Cluster of minikube")},
        {"kubeconfig-context", QT_TRANSLATE_NOOP("Resource", "Context of the kubeconfig")},
        {"container", QT_TRANSLATE_NOOP("Resource", "Container")},
        {"kubeadm-node", QT_TRANSLATE_NOOP("Resource", "Nodes")},
        {"host-record", QT_TRANSLATE_NOOP("Resource", "Record of what was there")},
        {"host-kernel", QT_TRANSLATE_NOOP("Resource", "Kernel modules and settings")},
        {"host-packages", QT_TRANSLATE_NOOP("Resource", "Packages")},
        {"host-runtime", QT_TRANSLATE_NOOP("Resource", "Settings of containerd")},
        {"host-images", QT_TRANSLATE_NOOP("Resource", "Images")},
        {"eks-cluster", QT_TRANSLATE_NOOP("Resource", "Control plane")},
        {"eks-node-group", QT_TRANSLATE_NOOP("Resource", "Node groups")},
        {"eks-addon", QT_TRANSLATE_NOOP("Resource", "Add-ons")},
        {"eks-access-entry", QT_TRANSLATE_NOOP("Resource", "Administrators")},
        {"aks-cluster", QT_TRANSLATE_NOOP("Resource", "Control plane")},
        {"aks-node-pool", QT_TRANSLATE_NOOP("Resource", "Node groups")},
        {"azure-resource-group", QT_TRANSLATE_NOOP("Resource", "Resource group")},
        {"azure-registry", QT_TRANSLATE_NOOP("Resource", "Registry of images")},
        {"azure-role-assignment", QT_TRANSLATE_NOOP("Resource", "Rights")},
        {"iam-role", QT_TRANSLATE_NOOP("Resource", "Roles")},
        {"vpc", QT_TRANSLATE_NOOP("Resource", "Network (VPC)")},
        {"subnet", QT_TRANSLATE_NOOP("Resource", "Subnets")},
        {"internet-gateway", QT_TRANSLATE_NOOP("Resource", "Internet gateway")},
        {"natgateway", QT_TRANSLATE_NOOP("Resource", "NAT gateway")},
        {"elastic-ip", QT_TRANSLATE_NOOP("Resource", "Public address")},
        {"route-table", QT_TRANSLATE_NOOP("Resource", "Routes")},
        {"security-group", QT_TRANSLATE_NOOP("Resource", "Firewall (security group)")},
        {"ssh-key", QT_TRANSLATE_NOOP("Resource", "Key for ssh, on this computer")},
        {"key-pair", QT_TRANSLATE_NOOP("Resource", "Its public half in AWS")},
        {"instance", QT_TRANSLATE_NOOP("Resource", "Machines")},
        {"made-by-kubernetes", QT_TRANSLATE_NOOP("Resource", "What Kubernetes makes in the account")},
        {"host-helm", QT_TRANSLATE_NOOP("Resource", "Helm")},
        {"etcd-snapshot", QT_TRANSLATE_NOOP("Resource", "Snapshots of etcd")},
        {"etcd-data", QT_TRANSLATE_NOOP("Resource", "Data of etcd, of a restore")},
    };
    for (const auto &[name, title] : words)
        if (name == kind)
            return QCoreApplication::translate("Resource", title);
    return QString::fromUtf8(kind.data(), qsizetype(kind.size()));
}

bool isNameless(std::string_view kind, std::string_view name)
{
    static constexpr std::pair<std::string_view, std::string_view> also[] = {{"elastic-ip", "address"}, {"route-table", "routes"}};
    return name == kind || std::ranges::find(also, std::pair(kind, name)) != std::end(also);
}

std::vector<ResourcesOfKind> resourcesByKind(const std::vector<std::pair<std::string, QString>> &all)
{
    std::vector<ResourcesOfKind> found;
    for (const auto &[kind, name] : all) {
        const QString words = resourceWords(kind);
        auto same = std::ranges::find(found, words, &ResourcesOfKind::kind);
        if (same == found.end())
            same = found.insert(found.end(), ResourcesOfKind{.kind = words});
        if (!name.isEmpty())
            same->names << name;
    }
    for (ResourcesOfKind &one : found)
        one.names.sort();
    return found;
}

} // namespace timonier
