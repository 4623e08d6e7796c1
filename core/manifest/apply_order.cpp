#include "manifest/apply_order.h"

#include <algorithm>
#include <array>
#include <map>

namespace timonier {

namespace {

using Key = std::array<std::string, 4>;

Key keyOf(const ObjectRef &ref) { return {ref.group, ref.kind, ref.ns, ref.name}; }

bool matches(const std::vector<std::string> &wanted, const std::string &what)
{
    return std::ranges::any_of(wanted, [&](const std::string &one) { return one == "*" || one == "*/*" || one == what; });
}

bool selects(const std::map<std::string, std::string> &selector, const std::map<std::string, std::string> &labels)
{
    return !selector.empty() && std::ranges::all_of(selector, [&](const auto &pair) {
        const auto found = labels.find(pair.first);
        return found != labels.end() && found->second == pair.second;
    });
}

int rankOf(const ManifestObject &object)
{
    const std::string &kind = object.ref.kind;
    if (kind == "Namespace" && object.ref.group.empty())
        return 0;
    if (!object.facts.newPlural.empty()) // a definition takes a moment until it is Established
        return 1;
    return runsPods(object.ref) ? 2 : 3;
}

class Graph
{
public:
    Graph(const std::vector<ManifestObject> &objects, const PluralOf &pluralOf) : m_objects(objects), m_pluralOf(pluralOf)
    {
        m_order.needs.resize(objects.size());
        m_order.settles.resize(objects.size());
        for (std::size_t i = 0; i < objects.size(); ++i) {
            const ManifestObject &object = objects[i];
            m_byKey[keyOf(object.ref)] = i;
            m_order.rank.push_back(rankOf(object));
            if (!object.facts.newPlural.empty())
                m_definitions[{object.facts.newGroup, object.facts.newKind}] = i;
            else if (!object.facts.newGroup.empty())
                m_aggregated[object.facts.newGroup] = i;
            if (!object.facts.makesSecret.empty())
                m_certificates[{object.ref.ns, object.facts.makesSecret}] = i;
        }
    }

    ApplyOrder make()
    {
        for (std::size_t i = 0; i < m_objects.size(); ++i)
            direct(i);
        // First what they intercept of custom resources (a certificate needs cert-manager's webhook), then the rest: whoever
        // intercepts pods hangs on such a certificate, and so must not hold up those that make it.
        for (const bool custom : {true, false})
            for (std::size_t i = 0; i < m_objects.size(); ++i)
                if (!m_objects[i].facts.rules.empty())
                    intercepted(i, custom);
        for (auto &needs : m_order.needs) {
            std::ranges::sort(needs);
            needs.erase(std::ranges::unique(needs).begin(), needs.end());
        }
        return std::move(m_order);
    }

private:
    void need(std::size_t who, std::size_t what)
    {
        if (who != what)
            m_order.needs[who].push_back(what);
    }
    void needSettled(std::size_t who, std::size_t what)
    {
        need(who, what);
        m_order.settles[what] = true;
    }
    const std::size_t *find(const ObjectRef &ref) const
    {
        const auto found = m_byKey.find(keyOf(ref));
        return found == m_byKey.end() ? nullptr : &found->second;
    }

    void direct(std::size_t i)
    {
        const ManifestObject &object = m_objects[i];
        const ObjectRef &ref = object.ref;
        if (!ref.ns.empty())
            if (const auto *space = find({"", "Namespace", "", ref.ns}))
                needSettled(i, *space);
        if (const auto found = m_definitions.find({ref.group, ref.kind}); found != m_definitions.end())
            needSettled(i, found->second);
        else if (const auto service = m_aggregated.find(ref.group); service != m_aggregated.end())
            needSettled(i, service->second);
        for (ObjectRef use : object.facts.uses) {
            if (use.ns.empty())
                use.ns = ref.ns;
            const auto *found = find(use);
            if (!found) { // it may belong to the cluster
                ObjectRef wide = use;
                wide.ns.clear();
                found = find(wide);
            }
            if (found)
                need(i, *found);
            else if (const auto maker = m_certificates.find({use.ns, use.name}); use.kind == "Secret" && maker != m_certificates.end())
                need(i, maker->second);
        }
        for (const ObjectRef &served : object.facts.servedBy) {
            const auto *service = find(served);
            if (!service)
                continue;
            needSettled(i, *service);
            for (std::size_t j = 0; j < m_objects.size(); ++j)
                if (m_objects[j].ref.ns == served.ns && selects(m_objects[*service].facts.selector, m_objects[j].facts.podLabels))
                    need(i, j);
        }
    }

    void intercepted(std::size_t webhook, bool custom)
    {
        const std::vector<bool> under = hangsOn(webhook);
        for (std::size_t i = 0; i < m_objects.size(); ++i) {
            const ObjectRef &ref = m_objects[i].ref;
            const bool isCustom = m_definitions.contains({ref.group, ref.kind});
            if (isCustom == custom && !under[i] && isIntercepted(m_objects[webhook].facts.rules, m_objects[i]))
                need(i, webhook);
        }
    }

    bool isIntercepted(const std::vector<WebhookRule> &rules, const ManifestObject &object) const
    {
        const auto definition = m_definitions.find({object.ref.group, object.ref.kind});
        const std::string plural = definition != m_definitions.end() ? m_objects[definition->second].facts.newPlural : m_pluralOf(object.ref.group, object.ref.kind);
        return std::ranges::any_of(rules, [&](const WebhookRule &rule) {
            const bool itself = matches(rule.groups, object.ref.group) && matches(rule.resources, plural) && mayMatch(rule.objectSelector, object.facts.labels, true);
            const bool itsPods = runsPods(object.ref) && matches(rule.groups, "") && matches(rule.resources, "pods") && mayMatch(rule.objectSelector, object.facts.podLabels, true);
            return (itself || itsPods) && isInNamespaceOf(rule, object);
        });
    }

    // Of a namespace that is not among the objects only the name is known. What lies in none is never left out.
    bool isInNamespaceOf(const WebhookRule &rule, const ManifestObject &object) const
    {
        const bool isSpace = object.ref.group.empty() && object.ref.kind == "Namespace";
        const std::string &ns = isSpace ? object.ref.name : object.ref.ns;
        if (ns.empty())
            return true;
        const std::size_t *const space = find({"", "Namespace", "", ns});
        std::map<std::string, std::string> labels = space ? m_objects[*space].facts.labels : std::map<std::string, std::string>();
        labels["kubernetes.io/metadata.name"] = ns;
        return mayMatch(rule.namespaceSelector, labels, space != nullptr);
    }

    // Itself, and all that must be there before it.
    std::vector<bool> hangsOn(std::size_t object) const
    {
        std::vector<bool> seen(m_objects.size());
        std::vector<std::size_t> open = {object};
        seen[object] = true;
        while (!open.empty()) {
            const std::size_t now = open.back();
            open.pop_back();
            for (const std::size_t next : m_order.needs[now])
                if (!seen[next]) {
                    seen[next] = true;
                    open.push_back(next);
                }
        }
        return seen;
    }

    const std::vector<ManifestObject> &m_objects;
    const PluralOf &m_pluralOf;
    ApplyOrder m_order{};
    std::map<Key, std::size_t> m_byKey{};
    std::map<std::pair<std::string, std::string>, std::size_t> m_definitions{}; // by group and kind
    std::map<std::string, std::size_t> m_aggregated{};                          // by group
    std::map<std::pair<std::string, std::string>, std::size_t> m_certificates{}; // by namespace and the Secret's name
};

} // namespace

ApplyOrder applyOrder(const std::vector<ManifestObject> &objects, const PluralOf &pluralOf) { return Graph(objects, pluralOf).make(); }

} // namespace timonier
