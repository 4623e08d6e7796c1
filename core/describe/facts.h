// The facts of each kind: what a person would look for in its YAML first. Pure.
#pragma once

#include "describe/describe.h"
#include "describe/fields.h"

namespace timonier::describing {

// An object with what is worked out for all kinds alike.
struct Subject {
    const Json &object;
    std::string_view kind;
    std::string ns;
    RowPtr row{};                   // as the tables show it, for the typed kinds; may be null
    const KindSpec *rowKind = nullptr;

    const Json &spec() const { return field(object, "spec"); }
    const Json &status() const { return field(object, "status"); }
    // What that column of the tables says; "" when there is none.
    std::string cell(std::string_view column) const;
};

class Facts
{
public:
    // Nothing is said where there is nothing to say. A second value of the same label goes below the first.
    void add(const std::string &label, Value value);
    void add(const std::string &label, std::string text) { add(label, Value{.text = std::move(text)}); }
    void mono(const std::string &label, std::string text) { add(label, Value{.text = std::move(text), .mono = true}); }
    void link(const std::string &label, ObjectRef to, std::string note = {});
    void time(const std::string &label, std::int64_t unixSeconds);
    void number(const std::string &label, const Json &value);
    void yesNo(const std::string &label, const Json &value);

    std::vector<Fact> take() { return std::move(m_facts); }

private:
    std::vector<Fact> m_facts;
};

// "Deployment" of "apps/v1" by name; `ns` empty for cluster-scoped objects.
ObjectRef refTo(std::string_view apiVersion, std::string_view kind, std::string ns, std::string name);

void podFacts(const Subject &pod, Facts &facts);
void nodeFacts(const Subject &node, Facts &facts);
void workloadFacts(const Subject &object, Facts &facts);       // Deployment, ReplicaSet, StatefulSet, DaemonSet
void jobFacts(const Subject &object, Facts &facts);            // Job, CronJob
void autoscalerFacts(const Subject &object, Facts &facts);
void serviceFacts(const Subject &service, Facts &facts);
void ingressFacts(const Subject &ingress, Facts &facts);
void endpointSliceFacts(const Subject &slice, Facts &facts);
void claimFacts(const Subject &claim, Facts &facts);
void volumeFacts(const Subject &volume, Facts &facts);
void storageClassFacts(const Subject &object, Facts &facts);
void keyFacts(const Subject &object, Facts &facts);            // ConfigMap, Secret
void namespaceFacts(const Subject &object, Facts &facts);
void bindingFacts(const Subject &object, Facts &facts);        // RoleBinding, ClusterRoleBinding
void eventFacts(const Subject &event, Facts &facts);
// Of any other kind: spec and status, one level deep.
void otherFacts(const Subject &object, Facts &facts);

// What belongs to it, to be listed below.
std::vector<Related> relatedTo(const Subject &object);

} // namespace timonier::describing
