// One object of a manifest, as it is to be sent, and what can be told from it of what it needs. Plain data.
#pragma once

#include "kube/object_ref.h"
#include "manifest/label_match.h"

#include <map>
#include <string>
#include <vector>

namespace timonier {

// The resources that a webhook wants to see before they are kept.
struct WebhookRule {
    std::vector<std::string> groups{}, resources{}; // "*": all
    // Its webhook's. What its matchConditions leave out is not known here (they are CEL): it is taken for intercepted.
    LabelRequirements namespaceSelector{}, objectSelector{};
};

// What an object says of others. A namespace that is empty is the object's own.
struct ObjectFacts {
    std::vector<ObjectRef> uses{};             // by name: service account, config maps, secrets, role …
    std::map<std::string, std::string> labels{}; // its own
    std::map<std::string, std::string> selector{}, podLabels{}; // of a Service; of what makes pods
    std::vector<ObjectRef> servedBy{};         // the Services behind a webhook or an APIService
    std::vector<WebhookRule> rules{};          // of a webhook configuration
    std::string makesSecret{};                 // a cert-manager Certificate
    // What a CustomResourceDefinition or an APIService (then without kind) brings.
    std::string newGroup{}, newKind{}, newPlural{}, newVersion{}; // the version: one that is served
    bool newIsNamespaced = true;
};

struct ManifestObject {
    ObjectRef ref{};
    std::string version{};                     // "v1", without the group
    std::string json{};
    std::string file{};                        // where it was read
    int line = 0;
    ObjectFacts facts{};

    std::string apiVersion() const { return ref.group.empty() ? version : ref.group + "/" + version; }
};

// "Deployment web/front", "ClusterRole admin": for people.
std::string title(const ObjectRef &ref);
// "deployment.apps/front", as kubectl names it.
std::string kubectlName(const ObjectRef &ref);
// Whether it makes pods: a Deployment, a Job …; a Pod too.
bool runsPods(const ObjectRef &ref);

} // namespace timonier
