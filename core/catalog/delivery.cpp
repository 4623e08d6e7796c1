#include "catalog/delivery.h"

#include "base/paths.h"
#include "base/say.h"
#include "kube/fetch.h"
#include "kube/scope.h"

namespace timonier::catalog {

namespace {

using Json = nlohmann::json;

constexpr const char *user = "1000";
constexpr int longest = 4 * 3600; // seconds of the pod, should nobody come back to remove it

const Json &at(const Json &object, const char *pointer)
{
    static const Json none;
    const Json::json_pointer where(pointer);
    return object.contains(where) ? object[where] : none;
}

std::string text(const Json &object, const char *pointer)
{
    const Json &found = at(object, pointer);
    return found.is_string() ? found.get<std::string>() : std::string();
}

std::string sumKey(const Shipment &shipment) { return "timonier.dev/" + shipment.parameter + "-sha256"; }
std::string pathKey(const Shipment &shipment) { return "timonier.dev/" + shipment.parameter + "-path"; }

std::string annotation(const Json &object, const std::string &key)
{
    const Json &all = at(object, "/metadata/annotations");
    return all.is_object() && all.contains(key) && all[key].is_string() ? all[key].get<std::string>() : std::string();
}

// Nothing where there is none.
Result<Json> holderOf(Transport &transport, const Shipment &shipment, std::stop_token stop)
{
    const auto answer = fetch(transport, {.path = shipment.holderPath}, std::move(stop));
    if (!answer && (answer.error().kind == ErrorKind::NotFound || answer.error().kind == ErrorKind::Forbidden))
        return Json();
    return answer ? Result<Json>(Json::parse(answer->body, nullptr, false)) : std::unexpected(answer.error());
}

// It runs somewhere, with that claim.
bool usesClaim(const Json &pod, const std::string &claim)
{
    const std::string phase = text(pod, "/status/phase");
    const Json &volumes = at(pod, "/spec/volumes");
    return phase != "Succeeded" && phase != "Failed" && !text(pod, "/spec/nodeName").empty() && volumes.is_array() &&
           std::ranges::any_of(volumes, [&](const Json &volume) { return text(volume, "/persistentVolumeClaim/claimName") == claim; });
}

} // namespace

std::string Shipment::path() const { return store ? fmt::format("{}.{}:{}/{}/{}/{}", store->service.name, store->service.ns, store->service.port, store->bucket, store->folder, to) : to; }

std::string Shipment::place() const { return store ? fmt::format("s3://{}/{}", store->bucket, store->folder) : holder.name; }

std::string Shipment::keyOf(const TreeFile &one) const { return store->folder + "/" + sum.sha256 + "/" + to + (one.name.empty() ? "" : "/" + one.name); }

Result<StorePlace> storeOf(const Entry &entry, const Filling &filling, const Store &store)
{
    const auto put = [&](const std::string &words) { return renderText(entry, filling, words); };
    return StorePlace{.service = {.ns = TRY(put(store.ns)), .kind = "services", .name = TRY(put(store.service)), .port = TRY(put(store.port))}, .id = store.id, .key = store.key,
                      .bucket = TRY(put(store.bucket)), .folder = TRY(put(store.folder)), .region = TRY(put(store.region))};
}

std::vector<std::string> localFiles(const Entry &entry)
{
    std::vector<std::string> all;
    for (const Delivery &one : entry.deliveries)
        all.push_back(one.file);
    for (const Question &one : entry.questions)
        if (!one.body.empty())
            all.push_back(one.body);
    return all;
}

Result<> lookAgain(Transport &transport, Shipment &shipment, std::stop_token stop)
{
    const Json holder = TRY(holderOf(transport, shipment, std::move(stop)));
    shipment.keptSum = annotation(holder, sumKey(shipment));
    shipment.keptPath = annotation(holder, pathKey(shipment));
    return {};
}

Result<std::vector<Shipment>> shipmentsOf(Transport &transport, const Entry &entry, Filling &filling, std::stop_token stop)
{
    std::vector<Shipment> all;
    for (const Delivery &delivery : entry.deliveries) {
        if (!delivery.onlyIf.empty() && !holds(delivery.onlyIf, entry.parameters, filling.values))
            continue;
        const auto put = [&](const std::string &words) { return renderText(entry, filling, words); };
        Shipment one{.parameter = delivery.file, .holder = {"", delivery.store ? "Secret" : "PersistentVolumeClaim", filling.ns, TRY(put(delivery.holder))}, .to = TRY(put(delivery.to)), .image = TRY(put(delivery.image)),
                     .pullSecret = TRY(put(delivery.pullSecret)), .root = !delivery.rootIf.empty() && holds(delivery.rootIf, entry.parameters, filling.values)};
        one.holderPath = "/api/v1/namespaces/" + percentEncoded(one.holder.ns) + (delivery.store ? "/secrets/" : "/persistentvolumeclaims/") + percentEncoded(one.holder.name);
        if (delivery.store)
            one.store = TRY(storeOf(entry, filling, *delivery.store));
        const auto parameter = std::ranges::find(entry.parameters, delivery.file, &form::Parameter::id);
        if (const std::string &file = valueOf(*parameter, filling.values); !file.empty()) {
            one.file = toPath(file);
            FileTree tree = TRY(readTree(one.file, stop));
            one.sum = tree.sum;
            one.files = std::move(tree.files);
        }
        TRY(lookAgain(transport, one, stop));
        filling.sums[one.parameter] = one.file.empty() ? one.keptSum : one.sum.sha256;
        all.push_back(std::move(one));
    }
    return all;
}

Result<> tellHolder(Transport &transport, const Shipment &shipment, const std::string &sum, std::stop_token stop)
{
    const auto value = [&](const std::string &words) { return sum.empty() ? Json() : Json(words); }; // null takes it away
    const Json patch = {{"metadata", {{"annotations", {{sumKey(shipment), value(sum)}, {pathKey(shipment), value(shipment.path())}}}}}};
    TRY(fetch(transport, {.method = "PATCH", .path = shipment.holderPath + "?fieldManager=timonier-upload", .contentType = "application/merge-patch+json", .body = patch.dump()}, std::move(stop)));
    return {};
}

Result<std::string> nodeOf(Transport &transport, const Shipment &shipment, std::stop_token stop)
{
    const Json claim = TRY(holderOf(transport, shipment, stop));
    if (const Json &modes = at(claim, "/spec/accessModes"); modes.is_array() && std::ranges::find(modes, Json("ReadWriteMany")) != modes.end())
        return std::string();
    std::string next;
    do { // no selector finds the users of a claim
        const auto answer = fetch(transport, {.path = "/api/v1/namespaces/" + percentEncoded(shipment.holder.ns) + "/pods?limit=500" + (next.empty() ? "" : "&continue=" + percentEncoded(next))}, stop);
        if (!answer)
            return answer.error().kind == ErrorKind::Forbidden ? Result<std::string>(std::string()) : std::unexpected(answer.error());
        const Json list = Json::parse(answer->body, nullptr, false);
        if (const Json &pods = at(list, "/items"); pods.is_array())
            for (const Json &pod : pods)
                if (usesClaim(pod, shipment.holder.name))
                    return text(pod, "/spec/nodeName");
        next = text(list, "/metadata/continue");
    } while (!next.empty());
    return std::string();
}

SetEntry podOf(const SetName &set, const Shipment &shipment)
{
    std::string name = set.name + "-" + shipment.parameter + "-upload";
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(c < 128 ? std::tolower(c) : c); });
    return {{"", "Pod", shipment.holder.ns, name}, "/api/v1/namespaces/" + percentEncoded(shipment.holder.ns) + "/pods/" + percentEncoded(name)};
}

std::string podJson(const SetName &set, const Shipment &shipment, const std::string &node)
{
    Json security = {{"seccompProfile", {{"type", "RuntimeDefault"}}}};
    if (!shipment.root) {
        const int id = std::stoi(user);
        security.update({{"runAsNonRoot", true}, {"runAsUser", id}, {"runAsGroup", id}, {"fsGroup", id}, {"fsGroupChangePolicy", "OnRootMismatch"}});
    }
    const Json container = {{"name", "upload"},
                            {"image", shipment.image},
                            // Awake for a signal: it is to be gone at once when it is told to go.
                            {"command", {"sh", "-c", "trap 'exit 0' TERM INT; while :; do sleep 5 & wait $!; done"}},
                            {"workingDir", volumeFolder},
                            {"volumeMounts", {{{"name", "volume"}, {"mountPath", volumeFolder}}}},
                            {"securityContext", {{"allowPrivilegeEscalation", false}, {"readOnlyRootFilesystem", true}, {"capabilities", {{"drop", {"ALL"}}}}}},
                            {"resources", {{"requests", {{"cpu", "10m"}, {"memory", "32Mi"}}}, {"limits", {{"cpu", "1"}, {"memory", "256Mi"}}}}}};
    Json spec = {{"restartPolicy", "Never"},
                 {"activeDeadlineSeconds", longest},
                 {"terminationGracePeriodSeconds", 1},
                 {"automountServiceAccountToken", false},
                 {"securityContext", std::move(security)},
                 {"containers", Json::array({container})},
                 {"volumes", {{{"name", "volume"}, {"persistentVolumeClaim", {{"claimName", shipment.holder.name}}}}}}};
    if (!shipment.pullSecret.empty())
        spec["imagePullSecrets"] = {{{"name", shipment.pullSecret}}};
    if (!node.empty()) {
        const Json field = {{"key", "metadata.name"}, {"operator", "In"}, {"values", {node}}};
        spec["affinity"] = {{"nodeAffinity", {{"requiredDuringSchedulingIgnoredDuringExecution", {{"nodeSelectorTerms", {{{"matchFields", Json::array({field})}}}}}}}}};
    }
    const ObjectRef ref = podOf(set, shipment).ref;
    const Json labels = {{"applyset.kubernetes.io/part-of", setLabel(set)}, {"app.kubernetes.io/name", "upload"}, {"app.kubernetes.io/instance", set.name}, {"app.kubernetes.io/managed-by", "timonier"},
                         {"sidecar.istio.io/inject", "false"}}; // a mesh's sidecar would be in nobody's way but its own
    return Json{{"apiVersion", "v1"}, {"kind", "Pod"}, {"metadata", {{"name", ref.name}, {"namespace", ref.ns}, {"labels", labels}}}, {"spec", std::move(spec)}}.dump();
}

} // namespace timonier::catalog
