#include "catalog/preflight.h"

#include "base/say.h"
#include "catalog/preflight_parts.h"
#include "catalog/record.h"
#include "kube/discovery.h"
#include "kube/fetch.h"
#include "kube/object_json.h"
#include "kube/quantity.h"
#include "kube/scope.h"
#include "manifest/parallel.h"

#include <charconv>

namespace timonier::catalog {

namespace {

using Json = nlohmann::json;
using form::Check;
using form::CheckState;

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
            for (Check &check : TRY(networkChecks(m_transport, m_order.plan, m_objects, m_stop)))
                add(std::move(check));
            for (Check &check : TRY(deliveryChecks(m_transport, m_order.shipments, m_order.plan, m_order.asks, m_order.set.ns, m_stop)))
                add(std::move(check));
        }
        for (const std::string &one : m_order.entry.needs.byHand)
            add({.id = "by-hand", .title = say("Core", "On the nodes"), .state = CheckState::Skipped, .words = one, .why = say("Core", "Nothing that can be asked tells this.")});
        return std::move(m_checks);
    }

private:
    void add(Check check) { m_checks.push_back(std::move(check)); }

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
        for (const SentObject &one : m_objects) {
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
        const auto classes = TRY(listSeen(m_transport, "/apis/storage.k8s.io/v1/storageclasses", "storage", title, m_checks, m_stop));
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

    Transport &m_transport;
    const PreflightOrder &m_order;
    const std::stop_token m_stop;
    std::vector<SentObject> m_objects{};
    std::vector<Check> m_checks{};
};

} // namespace

Result<std::vector<Check>> preflight(Transport &transport, const PreflightOrder &order, std::stop_token stop) { return Preflight(transport, order, std::move(stop)).run(); }

} // namespace timonier::catalog
