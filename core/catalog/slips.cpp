#include "catalog/slips.h"

#include "base/say.h"
#include "kube/object_json.h"

#include <set>

namespace timonier::catalog {

namespace {

using Json = nlohmann::json;
using Labels = std::map<std::string, std::string>;

Labels labelsOf(const Json &map)
{
    Labels labels;
    if (map.is_object())
        for (const auto &[key, value] : map.items())
            if (value.is_string())
                labels[key] = value.get<std::string>();
    return labels;
}

std::string textOf(const Labels &labels)
{
    std::string all;
    for (const auto &[key, value] : labels)
        all += (all.empty() ? "" : ",") + key + "=" + value;
    return all;
}

bool selects(const Labels &selector, const Labels &labels)
{
    return std::ranges::all_of(selector, [&](const auto &one) {
        const auto found = labels.find(one.first);
        return found != labels.end() && found->second == one.second;
    });
}

class Search
{
public:
    Search(const std::vector<ManifestObject> &objects, const Surroundings &around) : m_around(around)
    {
        for (const ManifestObject &object : objects)
            m_objects.push_back({object, Json::parse(object.json, nullptr, false)});
    }

    std::vector<form::Check> run()
    {
        for (const One &one : m_objects) {
            if (one.object.ref.group == "apps" && runsPods(one.object.ref))
                workload(one);
            if (one.object.ref.group.empty() && one.object.ref.kind == "Service")
                service(one);
        }
        return std::move(m_found);
    }

private:
    struct One {
        const ManifestObject &object;
        Json json{};
    };

    void say_(const One &one, const char *id, std::string words, std::string why, std::string fix, form::CheckState state = form::CheckState::Bad)
    {
        m_found.push_back({.id = std::string("slip.") + id, .title = title(one.object.ref), .subject = title(one.object.ref), .state = state, .words = std::move(words), .why = std::move(why),
                           .evidence = one.object.file.empty() ? std::string() : fmt::format("{}:{}", one.object.file, one.object.line), .fixes = {{.id = id, .title = std::move(fix), .commands = {}}}});
    }

    void workload(const One &one)
    {
        const Json &selector = jsonAt(one.json, "/spec/selector"), &pod = jsonAt(one.json, "/spec/template");
        const Labels wanted = labelsOf(jsonAt(one.json, "/spec/selector/matchLabels")), has = labelsOf(jsonAt(one.json, "/spec/template/metadata/labels"));
        if (!pod.is_object())
            return say_(one, "template", say("Core", "it has no template"), say("Core", "There is nothing to make pods of: the server refuses it."), say("Core", "Put the container below spec.template.spec.containers"));
        if (!selector.is_object() || selector.empty())
            return say_(one, "selector", say("Core", "it has no selector"), say("Core", "It would not know its own pods: the server refuses it."),
                        has.empty() ? say("Core", "Write spec.selector.matchLabels, and the same below spec.template.metadata.labels") : say("Core", "Write spec.selector.matchLabels: {}", textOf(has)));
        if (!selects(wanted, has))
            say_(one, "mismatch", say("Core", "its selector, {}, does not find its own pods, which have {}", textOf(wanted), has.empty() ? say("Core", "no labels") : textOf(has)),
                 say("Core", "It would make pods without end and count none of them: the server refuses it."), say("Core", "Give spec.template.metadata.labels the labels {}", textOf(wanted)));
    }

    // The pod templates of the set that a Service selects.
    std::vector<const Json *> podsOf(const One &service, const Labels &selector) const
    {
        std::vector<const Json *> specs;
        for (const One &one : m_objects) {
            if (!runsPods(one.object.ref) || one.object.ref.ns != service.object.ref.ns || !selects(selector, one.object.facts.podLabels))
                continue;
            const bool bare = one.object.ref.kind == "Pod";
            const Json &spec = jsonAt(one.json, bare ? "/spec" : one.object.ref.kind == "CronJob" ? "/spec/jobTemplate/spec/template/spec" : "/spec/template/spec");
            if (spec.is_object())
                specs.push_back(&spec);
        }
        return specs;
    }

    void service(const One &one)
    {
        const Labels selector = labelsOf(jsonAt(one.json, "/spec/selector"));
        nodePorts(one);
        if (selector.empty()) // its endpoints are kept by hand, or it is a name elsewhere
            return;
        const auto pods = podsOf(one, selector);
        if (!pods.empty())
            return ports(one, pods);
        if (m_around.anyPod && !m_around.anyPod(one.object.ref.ns, selector))
            say_(one, "nothing", say("Core", "it selects {}, and no pod has these labels", textOf(selector)), say("Core", "Whoever asks it gets no answer."), nearest(one, selector), makesItself(one) ? form::CheckState::Careful : form::CheckState::Bad);
    }

    // Custom resources, and what their operators make of them: pods that no manifest shows.
    bool makesItself(const One &service) const
    {
        return std::ranges::any_of(m_objects, [&](const One &one) {
            return one.object.ref.ns == service.object.ref.ns && one.object.ref.group.find('.') != std::string::npos && !one.object.ref.group.ends_with(".k8s.io");
        });
    }

    std::string nearest(const One &service, const Labels &selector) const
    {
        for (const One &one : m_objects)
            if (runsPods(one.object.ref) && one.object.ref.ns == service.object.ref.ns)
                for (const auto &[key, value] : selector)
                    if (const auto has = one.object.facts.podLabels.find(key); has != one.object.facts.podLabels.end())
                        return say("Core", "Select {}={}, as the pods of {} have it", key, has->second, title(one.object.ref));
        return say("Core", "Give the Service the labels of the pods it is for");
    }

    void ports(const One &one, const std::vector<const Json *> &pods)
    {
        std::set<std::int64_t> numbers;
        std::set<std::string> names;
        for (const Json *spec : pods)
            for (const char *list : {"/containers", "/initContainers"})
                if (const Json &containers = jsonAt(*spec, list); containers.is_array())
                    for (const Json &container : containers)
                        if (const Json &all = jsonAt(container, "/ports"); all.is_array())
                            for (const Json &port : all) {
                                if (const Json &number = jsonAt(port, "/containerPort"); number.is_number_integer())
                                    numbers.insert(number.get<std::int64_t>());
                                if (const Json &name = jsonAt(port, "/name"); name.is_string())
                                    names.insert(name.get<std::string>());
                            }
        const Json &all = jsonAt(one.json, "/spec/ports");
        if (!all.is_array())
            return;
        for (const Json &port : all) {
            const Json &outside = jsonAt(port, "/port"), &target = jsonAt(port, "/targetPort").is_null() ? outside : jsonAt(port, "/targetPort");
            if (target.is_string() && !names.contains(target.get<std::string>()) && target.get<std::string>().find_first_not_of("0123456789") != std::string::npos)
                say_(one, "named", say("Core", "its targetPort is called {}, and no container has a port of that name", target.get<std::string>()), say("Core", "It would lead nowhere."),
                     say("Core", "Name the container's port {}, or write its number", target.get<std::string>()));
            if (numbers.empty() || !target.is_number_integer() || numbers.contains(target.get<std::int64_t>()))
                continue;
            const auto to = target.get<std::int64_t>();
            if (outside.is_number_integer() && numbers.contains(outside.get<std::int64_t>()))
                say_(one, "swapped", say("Core", "port {} and targetPort {} are swapped: the container listens on {}", outside.get<std::int64_t>(), to, outside.get<std::int64_t>()),
                     say("Core", "Whoever asks it is refused."), say("Core", "Write port: {}, targetPort: {}", to, outside.get<std::int64_t>()));
            else
                say_(one, "target", say("Core", "its targetPort is {}, and the containers say that they listen on {}", to, fmt::join(numbers, ", ")),
                     say("Core", "If nothing listens there, whoever asks it is refused."), numbers.size() == 1 ? say("Core", "Write targetPort: {}", *numbers.begin()) : std::string(), form::CheckState::Careful);
        }
    }

    void nodePorts(const One &one)
    {
        const Json &all = jsonAt(one.json, "/spec/ports");
        if (!all.is_array())
            return;
        for (const Json &port : all) {
            const Json &given = jsonAt(port, "/nodePort");
            if (!given.is_number_integer() || given == 0)
                continue;
            const int number = given.get<int>();
            if (number < m_around.portsFrom || number > m_around.portsTo) {
                say_(one, "range", say("Core", "its NodePort {} is not between {} and {}", number, m_around.portsFrom, m_around.portsTo),
                     say("Core", "The server hands out only these, unless it was started with another range, and refuses it."), say("Core", "Choose one from {} to {}, or none: then the server chooses", m_around.portsFrom, m_around.portsTo));
                continue;
            }
            const Json &protocol = jsonAt(port, "/protocol");
            const auto key = std::pair(number, protocol.is_string() ? protocol.get<std::string>() : std::string("TCP"));
            if (const auto [first, fresh] = m_ports.try_emplace(key, title(one.object.ref)); !fresh)
                say_(one, "twice", say("Core", "its NodePort {} is that of {} too", number, first->second), say("Core", "A port can lead to one Service only."), say("Core", "Choose another, or none: then the server chooses"));
            for (const TakenPort &taken : m_around.nodePorts)
                if (taken.port == number && (taken.ns != one.object.ref.ns || taken.service != one.object.ref.name))
                    say_(one, "taken", say("Core", "its NodePort {} is taken by the Service {} in {}", number, taken.service, taken.ns), say("Core", "The server refuses it."),
                         say("Core", "Choose another, or none: then the server chooses"));
        }
    }

    const Surroundings &m_around;
    std::vector<One> m_objects{};
    std::map<std::pair<int, std::string>, std::string> m_ports{};
    std::vector<form::Check> m_found{};
};

} // namespace

std::vector<form::Check> slipsOf(const std::vector<ManifestObject> &objects, const Surroundings &around) { return Search(objects, around).run(); }

} // namespace timonier::catalog
