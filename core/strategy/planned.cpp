#include "strategy/planned.h"

#include <nlohmann/json.hpp>

namespace timonier::strategy {

namespace {

using json = nlohmann::ordered_json;

json amount(const Amount &amount)
{
    return amount.percent ? json(std::to_string(amount.value) + "%") : json(amount.value);
}

std::int64_t seconds(Time time) { return (time.count() + 999) / 1000; }

} // namespace

std::string patchFor(const Application &application, const Parameters &wanted, Strategy strategy, const std::string &image)
{
    const Parameters &was = application.parameters;
    json spec = json::object(), pod = json::object(), container = json::object();
    if (wanted.spec.replicas != was.spec.replicas)
        spec["replicas"] = wanted.spec.replicas;
    if (strategy == Strategy::Recreate && !was.spec.recreate)
        spec["strategy"] = {{"type", "Recreate"}, {"rollingUpdate", nullptr}};
    const bool rolls = was.spec.recreate || wanted.spec.maxSurge != was.spec.maxSurge || wanted.spec.maxUnavailable != was.spec.maxUnavailable;
    if (strategy == Strategy::Rolling && rolls)
        spec["strategy"] = {{"type", "RollingUpdate"},
                            {"rollingUpdate", {{"maxSurge", amount(wanted.spec.maxSurge)}, {"maxUnavailable", amount(wanted.spec.maxUnavailable)}}}};
    if (wanted.spec.minReady != was.spec.minReady)
        spec["minReadySeconds"] = seconds(wanted.spec.minReady);
    if (wanted.spec.progressDeadline != was.spec.progressDeadline && wanted.spec.progressDeadline)
        spec["progressDeadlineSeconds"] = seconds(*wanted.spec.progressDeadline);
    if (wanted.next.grace != was.next.grace)
        pod["terminationGracePeriodSeconds"] = seconds(wanted.next.grace);
    if (!image.empty() && image != was.current.name)
        container["image"] = image;
    if (wanted.next.preStop != was.next.preStop)
        container["lifecycle"] = {{"preStop", {{"sleep", {{"seconds", seconds(wanted.next.preStop)}}}}}};
    if (!container.empty()) {
        const json deployment = json::parse(application.object, nullptr, false);
        const json::json_pointer name("/spec/template/spec/containers/0/name");
        json named = json::object();
        if (deployment.contains(name))
            named["name"] = deployment[name]; // by it the server finds the container in the list
        named.update(container);
        pod["containers"] = json::array({named});
    }
    if (!pod.empty())
        spec["template"] = {{"spec", pod}};
    return (spec.empty() ? json::object() : json{{"spec", spec}}).dump();
}

} // namespace timonier::strategy
