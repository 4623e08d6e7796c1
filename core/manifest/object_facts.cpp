#include "manifest/object_facts.h"

#include <nlohmann/json.hpp>

namespace timonier {

namespace {

using Json = nlohmann::json;

const Json &at(const Json &map, std::initializer_list<const char *> keys)
{
    static const Json none;
    const Json *here = &map;
    for (const char *key : keys) {
        const auto found = here->is_object() ? here->find(key) : here->end();
        if (!here->is_object() || found == here->end())
            return none;
        here = &*found;
    }
    return *here;
}

std::string text(const Json &map, std::initializer_list<const char *> keys)
{
    const Json &found = at(map, keys);
    return found.is_string() ? found.get<std::string>() : std::string();
}

std::vector<std::string> texts(const Json &list)
{
    std::vector<std::string> all;
    if (list.is_array())
        for (const Json &one : list)
            if (one.is_string())
                all.push_back(one.get<std::string>());
    return all;
}

std::map<std::string, std::string> labels(const Json &map)
{
    std::map<std::string, std::string> all;
    if (map.is_object())
        for (const auto &[key, value] : map.items())
            if (value.is_string())
                all[key] = value.get<std::string>();
    return all;
}

// A LabelSelector. What is not one is taken for one that matches all.
LabelRequirements requirements(const Json &selector)
{
    LabelRequirements all;
    for (const auto &[key, value] : labels(at(selector, {"matchLabels"})))
        all.push_back({key, LabelRequirement::In, {value}});
    if (const Json &expressions = at(selector, {"matchExpressions"}); expressions.is_array())
        for (const Json &one : expressions) {
            const std::string op = text(one, {"operator"});
            const auto known = op == "In" ? LabelRequirement::In : op == "NotIn" ? LabelRequirement::NotIn : op == "DoesNotExist" ? LabelRequirement::DoesNotExist : LabelRequirement::Exists;
            if (known != LabelRequirement::Exists || op == "Exists")
                all.push_back({text(one, {"key"}), known, texts(at(one, {"values"}))});
        }
    return all;
}

// The list behind a key, or an empty one, to loop over.
const Json &list(const Json &map, std::initializer_list<const char *> keys)
{
    static const Json none = Json::array();
    const Json &found = at(map, keys);
    return found.is_array() ? found : none;
}

void use(ObjectFacts &facts, const char *group, const char *kind, std::string name, std::string ns = {})
{
    if (!name.empty())
        facts.uses.push_back({group, kind, std::move(ns), std::move(name)});
}

void pod(ObjectFacts &facts, const Json &spec)
{
    use(facts, "", "ServiceAccount", text(spec, {"serviceAccountName"}));
    use(facts, "scheduling.k8s.io", "PriorityClass", text(spec, {"priorityClassName"}));
    use(facts, "node.k8s.io", "RuntimeClass", text(spec, {"runtimeClassName"}));
    for (const Json &one : list(spec, {"imagePullSecrets"}))
        use(facts, "", "Secret", text(one, {"name"}));
    for (const Json &volume : list(spec, {"volumes"})) {
        use(facts, "", "ConfigMap", text(volume, {"configMap", "name"}));
        use(facts, "", "Secret", text(volume, {"secret", "secretName"}));
        use(facts, "", "PersistentVolumeClaim", text(volume, {"persistentVolumeClaim", "claimName"}));
        for (const Json &source : list(volume, {"projected", "sources"})) {
            use(facts, "", "ConfigMap", text(source, {"configMap", "name"}));
            use(facts, "", "Secret", text(source, {"secret", "name"}));
        }
    }
    for (const char *part : {"containers", "initContainers"})
        for (const Json &container : list(spec, {part})) {
            for (const Json &source : list(container, {"envFrom"})) {
                use(facts, "", "ConfigMap", text(source, {"configMapRef", "name"}));
                use(facts, "", "Secret", text(source, {"secretRef", "name"}));
            }
            for (const Json &variable : list(container, {"env"})) {
                use(facts, "", "ConfigMap", text(variable, {"valueFrom", "configMapKeyRef", "name"}));
                use(facts, "", "Secret", text(variable, {"valueFrom", "secretKeyRef", "name"}));
            }
        }
}

void servedBy(ObjectFacts &facts, const Json &service)
{
    if (const std::string name = text(service, {"name"}); !name.empty())
        facts.servedBy.push_back({"", "Service", text(service, {"namespace"}), name});
}

} // namespace

ObjectFacts factsOf(const ObjectRef &ref, const Json &object)
{
    ObjectFacts facts{.labels = labels(at(object, {"metadata", "labels"}))};
    const std::string &group = ref.group, &kind = ref.kind;
    if (runsPods(ref)) {
        const Json &owner = kind == "CronJob" ? at(object, {"spec", "jobTemplate"}) : object;
        const Json &podLike = kind == "Pod" ? object : at(owner, {"spec", "template"});
        facts.podLabels = labels(at(podLike, {"metadata", "labels"}));
        pod(facts, at(podLike, {"spec"}));
    } else if (group.empty() && kind == "Service") {
        facts.selector = labels(at(object, {"spec", "selector"}));
    } else if (group.empty() && kind == "PersistentVolumeClaim") {
        use(facts, "storage.k8s.io", "StorageClass", text(object, {"spec", "storageClassName"}));
    } else if (group == "rbac.authorization.k8s.io" && kind.ends_with("RoleBinding")) {
        const std::string role = text(object, {"roleRef", "kind"});
        use(facts, "rbac.authorization.k8s.io", role == "ClusterRole" ? "ClusterRole" : "Role", text(object, {"roleRef", "name"}));
        for (const Json &subject : list(object, {"subjects"}))
            if (text(subject, {"kind"}) == "ServiceAccount")
                use(facts, "", "ServiceAccount", text(subject, {"name"}), text(subject, {"namespace"}));
    } else if (group == "apiextensions.k8s.io" && kind == "CustomResourceDefinition") {
        facts.newGroup = text(object, {"spec", "group"});
        facts.newKind = text(object, {"spec", "names", "kind"});
        facts.newPlural = text(object, {"spec", "names", "plural"});
        facts.newIsNamespaced = text(object, {"spec", "scope"}) == "Namespaced";
        for (const Json &version : list(object, {"spec", "versions"}))
            if (facts.newVersion.empty() && at(version, {"served"}) == true)
                facts.newVersion = text(version, {"name"});
    } else if (group == "apiregistration.k8s.io" && kind == "APIService") {
        facts.newGroup = text(object, {"spec", "group"});
        servedBy(facts, at(object, {"spec", "service"}));
    } else if (group == "admissionregistration.k8s.io" && kind.ends_with("WebhookConfiguration")) {
        for (const Json &webhook : list(object, {"webhooks"})) {
            servedBy(facts, at(webhook, {"clientConfig", "service"}));
            for (const Json &rule : list(webhook, {"rules"}))
                facts.rules.push_back({texts(at(rule, {"apiGroups"})), texts(at(rule, {"resources"})), requirements(at(webhook, {"namespaceSelector"})), requirements(at(webhook, {"objectSelector"}))});
        }
    } else if (group == "cert-manager.io" && kind == "Certificate") {
        facts.makesSecret = text(object, {"spec", "secretName"});
        const std::string issuer = text(object, {"spec", "issuerRef", "kind"});
        use(facts, "cert-manager.io", issuer == "ClusterIssuer" ? "ClusterIssuer" : "Issuer", text(object, {"spec", "issuerRef", "name"}));
    }
    return facts;
}

} // namespace timonier
