#include "manifest/apply_send.h"

#include "base/say.h"
#include "kube/fetch.h"
#include "manifest/apply_replace.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace timonier {

namespace {

using Json = nlohmann::json;

constexpr std::string_view conflictWith = "conflict with \"";

std::string contextOf(const Error &error, std::string_view key)
{
    const auto found = std::ranges::find(error.context, key, [](const auto &pair) { return std::string_view(pair.first); });
    return found == error.context.end() ? std::string() : found->second;
}

bool isInjected(const Json &metadata)
{
    const Json notes = metadata.value("annotations", Json());
    return notes.is_object() && (notes.contains("cert-manager.io/inject-ca-from") || notes.contains("cert-manager.io/inject-ca-from-secret") || notes.contains("cert-manager.io/inject-apiserver-ca"));
}

// The authority of a webhook that somebody else puts in once the object is there: a placeholder in the file ("", or a line feed from when the
// field had to be given: "Cg==") would be ours, and the second time in conflict with cert-manager's cainjector or the webhook's controller.
void leaveAuthority(Json &clientConfig, bool injected)
{
    if (!clientConfig.is_object() || !clientConfig.contains("caBundle"))
        return;
    const Json &given = clientConfig["caBundle"];
    if (injected || given.is_null() || given == "" || given == "Cg==")
        clientConfig.erase("caBundle");
}

// Leaves out what the file gives and the cluster fills in by itself: nobody means to keep it.
void leaveToTheCluster(const ObjectRef &ref, Json &json)
{
    const Json metadata = json.value("metadata", Json::object());
    if (ref.kind == "ClusterRole" && ref.group == "rbac.authorization.k8s.io" && json.contains("aggregationRule") && !json["aggregationRule"].is_null()) {
        json.erase("rules"); // kubernetes.io/docs/reference/access-authn-authz/rbac, "Aggregated ClusterRoles": the control plane overwrites them
    } else if (ref.group == "admissionregistration.k8s.io" && json.contains("webhooks") && json["webhooks"].is_array()) {
        for (Json &webhook : json["webhooks"])
            if (webhook.is_object() && webhook.contains("clientConfig"))
                leaveAuthority(webhook["clientConfig"], isInjected(metadata));
    } else if (ref.group == "apiextensions.k8s.io") {
        if (const Json::json_pointer where("/spec/conversion/webhook/clientConfig"); json.contains(where))
            leaveAuthority(json[where], isInjected(metadata));
    } else if (ref.group == "apiregistration.k8s.io" && json.contains("spec")) {
        leaveAuthority(json["spec"], isInjected(metadata));
    }
}

// What the file says, and what belongs to this run: the namespace, the mark of the set.
std::string bodyOf(const ManifestObject &object, const std::string &setLabel)
{
    Json json = Json::parse(object.json);
    Json &metadata = json["metadata"];
    if (object.ref.ns.empty())
        metadata.erase("namespace");
    else
        metadata["namespace"] = object.ref.ns;
    if (!setLabel.empty()) {
        if (!metadata.contains("labels") || !metadata["labels"].is_object())
            metadata["labels"] = Json::object();
        metadata["labels"]["applyset.kubernetes.io/part-of"] = setLabel;
    }
    leaveToTheCluster(object.ref, json);
    return json.dump();
}

} // namespace

Result<Sent> sendObject(Transport &transport, const ManifestObject &object, const std::string &path, const SendOptions &options, std::stop_token stop)
{
    Response response = TRY(fetch(transport,
                                  {.method = "PATCH",
                                   .path = path + "?fieldManager=timonier&fieldValidation=Strict" + (options.force ? "&force=true" : "") + (options.dryRun ? "&dryRun=All" : ""),
                                   .contentType = "application/apply-patch+yaml", .body = bodyOf(object, options.setLabel)},
                                  stop));
    return Sent{.created = response.head.status == 201, .json = std::move(response.body), .warnings = std::move(response.head.warnings)};
}

std::vector<FieldConflict> conflictsIn(const Error &error)
{
    std::vector<FieldConflict> all;
    for (const auto &[field, message] : error.context)
        if (message.starts_with(conflictWith))
            all.push_back({field, message.substr(conflictWith.size(), message.find('"', conflictWith.size()) - conflictWith.size())});
    return all;
}

bool mayHeal(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::Unreachable:
    case ErrorKind::Timeout:
    case ErrorKind::Throttled: return true;
    case ErrorKind::Server: // "failed calling webhook"; but a webhook that said no with a 5xx has answered, and so has the field manager
        return error.message.find("denied the request") == std::string::npos && error.message.find("failed to create typed patch object") == std::string::npos;
    case ErrorKind::Conflict: return conflictsIn(error).empty();
    case ErrorKind::Forbidden: // the old one of the same name still goes
        return error.message.find("because it is being terminated") != std::string::npos;
    default: return false;
    }
}

Error explained(const ManifestObject &object, Error error)
{
    const auto conflicts = conflictsIn(error);
    if (!conflicts.empty()) {
        std::map<std::string, std::string> byOwner;
        for (const FieldConflict &one : conflicts)
            byOwner[one.owner] += (byOwner[one.owner].empty() ? "" : ", ") + one.field;
        std::string words;
        for (const auto &[owner, fields] : byOwner)
            words += (words.empty() ? "" : "; ") + say("Core", "{} looks after {}", owner, fields);
        error.message = words;
        error.hint = say("Core", "Take these fields out of the manifest, or take them over with --force-conflicts.");
    } else if (isImmutable(error)) {
        error.hint = say("Core", "This cannot be changed in place. Delete it and make it anew with --replace {}: {}.", kubectlName(object.ref), lostWith(object.ref));
    } else if (error.message.find("failed to create typed patch object") != std::string::npos) {
        error.kind = ErrorKind::Invalid; // the server calls it its own failure
        error.hint = say("Core", "Correct the field that it names. A value such as yes, on, y or 0644 needs quotes to be a text.");
    } else if (error.kind == ErrorKind::Forbidden && error.message.find("exceeded quota") != std::string::npos) {
        error.hint = say("Core", "Ask for less, delete something in {}, or have its quota raised.", object.ref.ns);
    }
    if (!object.file.empty() && contextOf(error, "file").empty())
        error.context.insert(error.context.end(), {{"file", object.file}, {"line", std::to_string(object.line)}});
    return error;
}

} // namespace timonier
