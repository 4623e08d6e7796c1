// A tree shaped as a release of Kubeflow (community-distribution v1.11): the folders that the catalogue's entry takes, each small. Written for
// a test that deploys it from the window as a person's own folder.
#pragma once

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QString>

#include <map>

namespace kubeflow_tree {

struct Tree {
    int dashboards = 1;      // replicas
    bool withNotice = true;  // a ConfigMap that a later release no longer has
};

inline std::map<QString, QByteArray> folders(const Tree &tree)
{
    const auto map = [](const char *name, const char *ns) -> QByteArray { return QByteArray("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ") + name + ", namespace: " + ns + "}\ndata: {a: b}\n"; };
    const auto space = [](const char *name) -> QByteArray { return QByteArray("apiVersion: v1\nkind: Namespace\nmetadata: {name: ") + name + "}\n"; };
    return {
        {QStringLiteral("common/cert-manager/kubeflow-issuer/base"), map("issuer", "kubeflow")},
        {QStringLiteral("common/oauth2-proxy/overlays/m2m-dex-only"), map("oauth2-proxy", "auth")},
        {QStringLiteral("common/dex/overlays/oauth2-proxy"), space("auth") + "---\n" + map("dex", "auth")},
        {QStringLiteral("common/kubeflow-namespace/base"), space("kubeflow")},
        {QStringLiteral("common/networkpolicies/base"), "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: default-allow-same-namespace, namespace: kubeflow}\nspec: {podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}\n"},
        {QStringLiteral("common/kubeflow-roles/base"), "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: kubeflow-admin}\naggregationRule: {clusterRoleSelectors: [{matchLabels: {a: b}}]}\nrules: []\n"},
        {QStringLiteral("common/istio/kubeflow-istio-resources/base"), tree.withNotice ? map("notice", "kubeflow") : map("istio", "kubeflow")},
        {QStringLiteral("applications/profiles/pss"),
         "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: profiles.kubeflow.org}\nspec:\n  group: kubeflow.org\n  scope: Cluster\n  names: {kind: Profile, plural: profiles, singular: profile}\n"
         "  versions:\n    - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, x-kubernetes-preserve-unknown-fields: true}}}}}\n"},
        {QStringLiteral("common/user-namespace/base"), "apiVersion: kubeflow.org/v1\nkind: Profile\nmetadata: {name: kubeflow-user-example-com}\nspec: {owner: {kind: User, name: user@example.com}}\n"},
        {QStringLiteral("applications/centraldashboard/overlays/oauth2-proxy"),
         "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: centraldashboard, namespace: kubeflow}\n---\n"
         "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: centraldashboard, namespace: kubeflow}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: kubeflow-admin}\n"
         "subjects: [{kind: ServiceAccount, name: centraldashboard, namespace: kubeflow}]\n---\n"
         "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: centraldashboard, namespace: kubeflow}\nspec:\n  replicas: " + QByteArray::number(tree.dashboards) +
         "\n  selector: {matchLabels: {app: centraldashboard}}\n  template:\n    metadata: {labels: {app: centraldashboard}}\n    spec: {serviceAccountName: centraldashboard, containers: [{name: c, image: 'ghcr.io/kubeflow/dashboard:1', ports: [{containerPort: 8082}], resources: {requests: {cpu: 10m}, limits: {cpu: 20m}}}]}\n---\n"
         "apiVersion: v1\nkind: Service\nmetadata: {name: centraldashboard, namespace: kubeflow}\nspec: {selector: {app: centraldashboard}, ports: [{port: 80, targetPort: 8082}]}\n"},
    };
}

inline void write(const QString &root, const Tree &tree)
{
    for (const auto &[folder, manifests] : folders(tree)) {
        QDir().mkpath(root + u'/' + folder);
        for (const auto &[name, text] : {std::pair(QStringLiteral("all.yaml"), manifests), std::pair(QStringLiteral("kustomization.yaml"), QByteArray("resources: [all.yaml]\n"))})
            if (QFile file(root + u'/' + folder + u'/' + name); !file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
                qFatal("%s cannot be written", qPrintable(folder));
    }
}

} // namespace kubeflow_tree
