#include "catalog/preflight.h"

#include "base/say.h"
#include "catalog/record.h"
#include "catalog/slips.h"
#include "kube/discovery.h"
#include "kube/fetch.h"
#include "kube/object_json.h"
#include "kube/quantity.h"
#include "kube/scope.h"
#include "manifest/parallel.h"

#include <charconv>
#include <set>

namespace timonier::catalog {

namespace {

using Json = nlohmann::json;
using form::Check;
using form::CheckState;

bool isOf(const ObjectRef &ref, std::string_view group, std::string_view kind) { return ref.group == group && ref.kind == kind; }

// As one says it: 20m, 1.5, 189.7; 48 MiB, 2.0 GiB.
std::string cpuText(std::int64_t milli) { return milli < 1'000 ? quantityText(milli, false) : fmt::format("{:.1f}", double(milli) / 1'000); }
std::string memoryText(std::int64_t bytes)
{
    return bytes < (1 << 30) ? fmt::format("{:.0f} MiB", double(bytes) / (1 << 20)) : fmt::format("{:.1f} GiB", double(bytes) / (1 << 30));
}

class Preflight
{
public:
    Preflight(Transport &transport, const PreflightOrder &order, std::stop_token stop) : m_transport(transport), m_order(order), m_stop(std::move(stop))
    {
        for (const ManifestObject &object : order.plan.objects)
            m_objects.push_back({object.ref, Json::parse(object.json, nullptr, false)});
    }

    Result<std::vector<Check>> run()
    {
        TRY(version());
        TRY(others());
        if (m_order.kindProblem)
            kinds();
        if (!m_order.plan.objects.empty()) {
            TRY(permission());
            TRY(others(setLabel(m_order.set)));
            TRY(room());
            TRY(storage());
            TRY(services());
            TRY(routes());
            for (Check &check : TRY(deliveryChecks(m_transport, m_order.shipments, m_order.plan, m_order.asks, m_order.set.ns, m_stop)))
                add(std::move(check));
        }
        for (const std::string &one : m_order.entry.needs.byHand)
            add({.id = "by-hand", .title = say("Core", "On the nodes"), .state = CheckState::Skipped, .words = one, .why = say("Core", "Nothing that can be asked tells this.")});
        return std::move(m_checks);
    }

private:
    struct One {
        ObjectRef ref{};
        Json json{};
    };

    void add(Check check) { m_checks.push_back(std::move(check)); }

    // A list, or nothing where it may not be seen: the check is then Skipped.
    Result<std::optional<Json>> list(const std::string &path, const char *id, const std::string &title)
    {
        const auto answer = fetch(m_transport, {.path = path}, m_stop);
        if (answer)
            return std::optional(Json::parse(answer->body, nullptr, false));
        if (answer.error().kind != ErrorKind::Forbidden && answer.error().kind != ErrorKind::NotFound)
            return std::unexpected(answer.error());
        if (id)
            add({.id = id, .title = title, .state = CheckState::Skipped, .words = say("Core", "you may not look at it"), .why = {}, .evidence = answer.error().message});
        return std::optional<Json>();
    }

    Result<> version()
    {
        const Json answer = Json::parse(TRY(fetch(m_transport, {.path = "/version"}, m_stop)).body, nullptr, false);
        const std::string server = textAt(answer, "/gitVersion");
        int minor = 0;
        const std::string digits = textAt(answer, "/minor");
        std::from_chars(digits.data(), digits.data() + digits.size(), minor);
        Check check{.id = "kubernetes", .title = say("Core", "Kubernetes"), .state = CheckState::Good, .words = server};
        const auto chosen = m_order.filling.values.texts.find("version");
        const auto &versions = m_order.entry.versions;
        auto used = versions.begin();
        if (chosen != m_order.filling.values.texts.end())
            used = std::ranges::find(versions, chosen->second, &Version::name);
        if (used != versions.end() && !used->kubernetes.holds(minor)) {
            const bool above = used->kubernetes.to && minor > used->kubernetes.to;
            check.state = above && !used->breaksAbove ? CheckState::Careful : CheckState::Bad;
            check.words = say("Core", "{}; {} {} is for {}", server, m_order.entry.title, used->name, used->kubernetes.text());
            check.why = above && used->breaksAbove  ? say("Core", "It needs what newer servers no longer have.")
                        : above                     ? say("Core", "Its makers have not tried it with one so new.")
                                                    : say("Core", "It needs what this server does not have yet.");
            if (!used->note.empty())
                check.why += " " + used->note;
            for (const Version &other : versions)
                if (other.kubernetes.holds(minor)) {
                    check.fixes.push_back({.id = "version=" + other.name, .title = say("Core", "Take {} {}", m_order.entry.title, other.name), .commands = {}});
                    break;
                }
        }
        add(std::move(check));
        return {};
    }

    Result<> others()
    {
        if (m_order.entry.needs.entries.empty())
            return {};
        const Discovery discovery = TRY(discover(m_transport, m_stop));
        for (const std::string &id : m_order.entry.needs.entries) {
            const Entry *other = m_order.catalog.find(id);
            const std::string title = other ? other->title : id;
            bool there = other && std::ranges::any_of(other->detect, [&](const std::string &kind) { return discovery.find(kind) != nullptr; });
            if (!there)
                if (const auto records = listRecords(m_transport, {}, id, m_stop); records)
                    there = !records->empty();
            Check check{.id = "entry." + id, .title = title, .state = there ? CheckState::Good : CheckState::Bad, .words = there ? say("Core", "it is there") : say("Core", "it is not there")};
            if (!there) {
                check.why = say("Core", "{} needs it.", m_order.entry.title);
                check.fixes.push_back({.id = "deploy." + id, .title = say("Core", "Deploy {} first", title), .commands = {"timonierctl app deploy " + id}});
            }
            add(std::move(check));
        }
        return {};
    }

    // A kind that the server does not have: who brings it?
    void kinds()
    {
        const Error &error = *m_order.kindProblem;
        Check check{.id = "kinds", .title = say("Core", "Kinds of objects"), .state = CheckState::Bad, .words = error.message, .why = error.hint};
        for (const Entry &other : m_order.catalog.entries)
            for (const std::string &kind : other.detect)
                if (const std::size_t dot = kind.find('.'); other.id != m_order.entry.id && dot != std::string::npos && error.message.find(kind.substr(dot + 1)) != std::string::npos && check.fixes.empty())
                    check.fixes.push_back({.id = "deploy." + other.id, .title = say("Core", "Deploy {} first", other.title), .commands = {"timonierctl app deploy " + other.id}});
        add(std::move(check));
    }

    Result<> permission()
    {
        const auto may = mayApply(m_transport, m_order.plan, m_stop);
        if (may)
            add({.id = "permission", .title = say("Core", "Permission"), .state = CheckState::Good, .words = say("Core", "you may create and change all {} objects", m_objects.size())});
        else if (may.error().kind == ErrorKind::Forbidden)
            add({.id = "permission", .title = say("Core", "Permission"), .state = CheckState::Bad, .words = may.error().message, .why = may.error().hint});
        else
            return std::unexpected(may.error());
        return {};
    }

    // What is there already, and was not put there by this set: it would be changed now, and removed with the set one day. Namespaces and
    // definitions are shared, and guarded where they are removed.
    Result<> others(const std::string &label)
    {
        std::vector<std::size_t> asked;
        const std::vector<SetEntry> mine = m_order.before ? m_order.before->entries : std::vector<SetEntry>();
        const std::vector<SetEntry> fresh = entriesGone(entriesOf(m_order.plan), mine);
        for (std::size_t i = 0; i < fresh.size(); ++i)
            if (!isOf(fresh[i].ref, "", "Namespace") && !isOf(fresh[i].ref, "apiextensions.k8s.io", "CustomResourceDefinition"))
                asked.push_back(i);
        std::vector<char> found(asked.size());
        inParallel(asked.size(), 12, [&](std::size_t n) {
            const auto answer = fetch(m_transport, {.path = fresh[asked[n]].path, .accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"}, m_stop);
            if (answer) // what cannot be asked is not there, or is told by the rights
                found[n] = textAt(Json::parse(answer->body, nullptr, false), "/metadata/labels/applyset.kubernetes.io~1part-of") != label;
        });
        if (m_stop.stop_requested())
            return fail(ErrorKind::Cancelled, say("Core", "interrupted"));
        std::string names;
        int count = 0;
        for (std::size_t n = 0; n < asked.size(); ++n)
            if (found[n] && ++count <= 3)
                names += (names.empty() ? "" : ", ") + timonier::title(fresh[asked[n]].ref);
        if (count)
            add({.id = "others", .title = say("Core", "Objects of the same name"), .state = CheckState::Bad, .words = say("Core", "{} are there already, and not of this set: {}{}", count, names, count > 3 ? ", …" : ""),
                 .why = say("Core", "They would be changed now, and be removed with it one day. If somebody else installed it, leave it to them; or take another name or namespace.")});
        return {};
    }

    Result<> room()
    {
        const std::string title = say("Core", "Room");
        const auto nodes = readRoom(m_transport, [&](const std::string &ns, const std::string &instance) { return m_order.update && ns == m_order.filling.ns && instance == m_order.filling.name; }, m_stop);
        if (!nodes) {
            if (nodes.error().kind != ErrorKind::Forbidden)
                return std::unexpected(nodes.error());
            add({.id = "room", .title = title, .state = CheckState::Skipped, .words = say("Core", "you may not look at the nodes, or at all pods"), .why = {}, .evidence = nodes.error().message});
            return {};
        }
        Fit fit = fitOf(*nodes, wantedOf(m_order.plan.objects));
        const std::int64_t cpu = std::max(fit.cpuMilli, m_order.entry.needs.cpuMilli), memory = std::max(fit.memoryBytes, m_order.entry.needs.memoryBytes);
        Check check{.id = "room", .title = title, .state = CheckState::Good,
                    .words = say("Core", "it asks for {} CPU and {}; free are {} CPU and {} on {} nodes", cpuText(cpu), memoryText(memory), cpuText(fit.freeCpu), memoryText(fit.freeMemory), nodes->size())};
        if (nodes->empty()) {
            check.state = CheckState::Bad;
            check.words = say("Core", "no node takes pods: each is not ready, cordoned or tainted");
            check.why = say("Core", "All pods would stay Pending. A node that has just come needs a moment and a pod network; a single control plane takes pods once its taint is gone.");
            check.fixes.push_back({.id = "untaint", .title = say("Core", "Let the control plane take pods"), .commands = {"kubectl taint nodes --all node-role.kubernetes.io/control-plane-"}});
        } else if (fit.placed < fit.pods) {
            check.state = CheckState::Bad;
            check.why = fit.tooLarge.empty() ? say("Core", "{} of {} pods find no node with enough left: {}", fit.pods - fit.placed, fit.pods, fmt::join(fit.unplaced, ", "))
                                             : say("Core", "A pod of {} is larger than what is free on any node", fmt::join(fit.tooLarge, ", "));
            check.why += ". " + say("Core", "They would stay Pending: ask for less, run fewer, or add a node.");
        } else if (cpu > fit.freeCpu || memory > fit.freeMemory) {
            check.state = CheckState::Bad;
            check.why = say("Core", "Pods would stay Pending, or be ended for want of memory: add a node, or choose fewer components.");
        }
        add(std::move(check));
        return {};
    }

    Result<> storage()
    {
        bool wantsDefault = false;
        std::int64_t bytes = 0;
        const auto claim = [&](const Json &spec) {
            const std::string name = textAt(spec, "/storageClassName");
            wantsDefault |= name.empty() && textAt(spec, "/volumeName").empty();
            bytes += milliQuantity(textAt(spec, "/resources/requests/storage")) / 1000;
        };
        for (const One &one : m_objects) {
            if (isOf(one.ref, "", "PersistentVolumeClaim") && jsonAt(one.json, "/spec/storageClassName") != "")
                claim(jsonAt(one.json, "/spec"));
            if (isOf(one.ref, "apps", "StatefulSet"))
                if (const Json &all = jsonAt(one.json, "/spec/volumeClaimTemplates"); all.is_array())
                    for (const Json &each : all)
                        claim(jsonAt(each, "/spec"));
        }
        bytes = std::max(bytes, m_order.entry.needs.storageBytes);
        if (bytes == 0)
            return {};
        const std::string title = say("Core", "Storage");
        const auto classes = TRY(list("/apis/storage.k8s.io/v1/storageclasses", "storage", title));
        if (!classes)
            return {};
        std::string standard;
        std::size_t count = 0;
        if (const Json &items = jsonAt(*classes, "/items"); items.is_array())
            for (const Json &one : items) {
                ++count;
                if (textAt(one, "/metadata/annotations/storageclass.kubernetes.io~1is-default-class") == "true")
                    standard = textAt(one, "/metadata/name");
            }
        Check check{.id = "storage", .title = title, .state = CheckState::Good, .words = say("Core", "{} of volumes, by the default StorageClass {}", memoryText(bytes), standard)};
        if (standard.empty()) {
            check.state = wantsDefault || m_order.entry.needs.storageBytes ? CheckState::Bad : CheckState::Good;
            check.words = count ? say("Core", "none of the {} StorageClasses is the default one", count) : say("Core", "there is no StorageClass");
            check.why = say("Core", "Its volumes would never be made, and its pods stay Pending (“unbound immediate PersistentVolumeClaims”).");
            check.fixes.push_back({.id = "storage", .title = count ? say("Core", "Mark one as the default") : say("Core", "Install a provisioner, such as the storage add-on of minikube or microk8s"), .commands = {}});
        }
        add(std::move(check));
        return {};
    }

    // Who hands out addresses is told by what it did before, by the cloud, or by its kinds.
    Result<std::string> balancer(const Json &services)
    {
        if (const Json &items = jsonAt(services, "/items"); items.is_array())
            for (const Json &one : items)
                if (textAt(one, "/spec/type") == "LoadBalancer" && jsonAt(one, "/status/loadBalancer/ingress").is_array())
                    return say("Core", "{} in {} has got an address", textAt(one, "/metadata/name"), textAt(one, "/metadata/namespace"));
        if (const auto nodes = TRY(list("/api/v1/nodes?limit=20", nullptr, {})); nodes)
            if (const Json &items = jsonAt(*nodes, "/items"); items.is_array())
                for (const Json &node : items) {
                    const std::string provider = textAt(node, "/spec/providerID").substr(0, textAt(node, "/spec/providerID").find(':'));
                    for (const char *cloud : {"aws", "azure", "gce", "openstack", "digitalocean", "hcloud", "oci", "ibm", "linode", "vultr", "scaleway"})
                        if (provider == cloud)
                            return say("Core", "the cloud ({}) makes load balancers", provider);
                    if (textAt(node, "/status/nodeInfo/kubeletVersion").find("+k3s") != std::string::npos)
                        return say("Core", "k3s brings its own");
                    if (textAt(node, "/metadata/name") == "docker-desktop")
                        return say("Core", "Docker Desktop gives this computer's own address");
                }
        const Discovery discovery = TRY(discover(m_transport, m_stop));
        for (const char *kind : {"ipaddresspools.metallb.io", "ciliumloadbalancerippools.cilium.io"})
            if (discovery.find(kind))
                return say("Core", "{} are served", kind);
        return std::string();
    }

    Result<> services()
    {
        const auto all = TRY(list("/api/v1/services", "services", say("Core", "Services")));
        Surroundings around;
        if (all) {
            if (const Json &items = jsonAt(*all, "/items"); items.is_array())
                for (const Json &one : items)
                    if (const Json &ports = jsonAt(one, "/spec/ports"); ports.is_array())
                        for (const Json &port : ports)
                            if (const Json &number = jsonAt(port, "/nodePort"); number.is_number_integer() && number != 0)
                                around.nodePorts.push_back({number.get<int>(), textAt(one, "/metadata/namespace"), textAt(one, "/metadata/name")});
            for (const TakenPort &taken : around.nodePorts) // the range was widened, or such a port could not be
                if (taken.port < around.portsFrom || taken.port > around.portsTo) {
                    around.portsFrom = 1;
                    around.portsTo = 65535;
                }
        }
        around.anyPod = [&](const std::string &ns, const std::map<std::string, std::string> &labels) {
            std::string selector;
            for (const auto &[key, value] : labels)
                selector += (selector.empty() ? "" : ",") + key + "=" + value;
            const auto pods = fetch(m_transport, {.path = "/api/v1/namespaces/" + percentEncoded(ns) + "/pods?limit=1&labelSelector=" + percentEncoded(selector)}, m_stop);
            if (!pods)
                return true; // it is not known
            const Json answer = Json::parse(pods->body, nullptr, false);
            return jsonAt(answer, "/items").is_array() && !jsonAt(answer, "/items").empty();
        };
        for (Check &slip : slipsOf(m_order.plan.objects, around))
            add(std::move(slip));
        const bool wants = std::ranges::any_of(m_objects, [](const One &one) { return isOf(one.ref, "", "Service") && textAt(one.json, "/spec/type") == "LoadBalancer"; });
        if (!wants || !all)
            return {};
        const std::string who = TRY(balancer(*all));
        add({.id = "load-balancer", .title = say("Core", "Load balancer"), .state = who.empty() ? CheckState::Careful : CheckState::Good, .words = who.empty() ? say("Core", "nothing here is known to hand out addresses") : who,
             .why = who.empty() ? say("Core", "The Service would wait for an address (“<pending>”). With minikube, `minikube tunnel` gives one; on hosts of one's own, MetalLB does; or choose NodePort.") : std::string()});
        return {};
    }

    Result<> routes()
    {
        for (const One &one : m_objects) {
            if (isOf(one.ref, "networking.k8s.io", "Ingress"))
                TRY(classOf(one, "/spec/ingressClassName", "/apis/networking.k8s.io/v1/ingressclasses", "ingressclass.kubernetes.io~1is-default-class", say("Core", "Ingress controller"), "ingress"));
            if (isOf(one.ref, "gateway.networking.k8s.io", "Gateway"))
                TRY(classOf(one, "/spec/gatewayClassName", "/apis/gateway.networking.k8s.io/v1/gatewayclasses", {}, say("Core", "Gateway controller"), "gateway"));
        }
        return {};
    }

    Result<> classOf(const One &one, const char *field, const std::string &path, const std::string &standard, const std::string &title, const char *id)
    {
        const std::string wanted = textAt(one.json, field);
        if (!m_told.insert(id + wanted).second)
            return {};
        const auto classes = TRY(list(path, id, title));
        if (!classes)
            return {};
        std::vector<std::string> names;
        std::string found;
        if (const Json &items = jsonAt(*classes, "/items"); items.is_array())
            for (const Json &each : items) {
                names.push_back(textAt(each, "/metadata/name"));
                const std::string isStandard = "/metadata/annotations/" + standard;
                if (wanted.empty() ? !standard.empty() && textAt(each, isStandard.c_str()) == "true" : names.back() == wanted)
                    found = names.back();
            }
        Check check{.id = id, .title = title, .state = found.empty() ? CheckState::Bad : CheckState::Good, .words = say("Core", "the class {} is served", found)};
        if (found.empty()) {
            check.words = names.empty() ? say("Core", "there is none") : wanted.empty() ? say("Core", "none of {} is the default", fmt::join(names, ", ")) : say("Core", "there is no class {}; there are {}", wanted, fmt::join(names, ", "));
            check.why = say("Core", "Nobody would carry out {}.", timonier::title(one.ref));
            if (names.empty())
                check.fixes.push_back({.id = "deploy.ingress", .title = say("Core", "Deploy an ingress controller first"), .commands = {"timonierctl app deploy contour"}});
        }
        add(std::move(check));
        return {};
    }

    Transport &m_transport;
    const PreflightOrder &m_order;
    const std::stop_token m_stop;
    std::vector<One> m_objects{};
    std::vector<Check> m_checks{};
    std::set<std::string> m_told{};
};

} // namespace

Result<std::vector<Check>> preflight(Transport &transport, const PreflightOrder &order, std::stop_token stop) { return Preflight(transport, order, std::move(stop)).run(); }

} // namespace timonier::catalog
