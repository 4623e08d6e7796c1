// The form of a kind cluster.
#include "session/local_form.h"

#include "base/say.h"
#include "provision/local/facts.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace timonier {

namespace {

using form::Type;

constexpr std::array engines{std::pair("docker", "Docker"), std::pair("podman", "Podman"), std::pair("nerdctl", "nerdctl")};

struct Asked {
    std::vector<form::Parameter> parameters{};
    std::vector<form::SpecField> fields{{"name"}, {"engine"}, {"controlPlanes", form::SpecField::Shape::Number}, {"workers", form::SpecField::Shape::Number}, {"ports", form::SpecField::Shape::PortList},
                                  {"image"}, {"registry.port", form::SpecField::Shape::Number}, {"images", form::SpecField::Shape::List}, {"defaultNetwork", form::SpecField::Shape::Number}};
};

Asked asked()
{
    Asked all;
    form::Parameter engine{.id = "engine", .title = say("Core", "Container engine"), .help = say("Core", "It runs the nodes, each as a container."), .type = Type::Choice, .initial = "docker"};
    for (const auto &[name, title] : engines)
        engine.choices.push_back({.value = name, .title = title});
    const std::string nodes = say("Core", "Nodes");
    all.parameters = {
        {.id = "name", .title = say("Core", "Name"), .help = say("Core", "The context in your kubeconfig is called kind-NAME."), .type = Type::Name, .initial = "kind", .required = true},
        std::move(engine),
        {.id = "controlPlanes", .title = say("Core", "Control planes"), .help = say("Core", "One is enough to try things out; three stay up when one of them is lost."), .group = nodes,
         .type = Type::Integer, .initial = "1", .required = true, .least = 1.0, .most = 7.0},
        {.id = "workers", .title = say("Core", "Workers"), .help = say("Core", "With none, applications run on the control plane."), .group = nodes, .type = Type::Integer, .initial = "0",
         .required = true, .least = 0.0, .most = 50.0},
        {.id = "ports", .title = say("Core", "Open ports"),
         .help = say("Core", "Ports of this computer that lead into the first node, HOST:NODE, one a line: 8080:30080 opens the NodePort 30080 as localhost:8080. It cannot be changed later."),
         .group = say("Core", "Ports"), .type = Type::Lines, .pattern = R"(\s*([0-9]{1,5}:[0-9]{1,5}\s*)*)", .patternWords = say("Core", "one HOST:NODE a line, such as 8080:30080")},
        {.id = "image", .title = say("Core", "Node image"), .help = say("Core", "It decides the version of Kubernetes: kindest/node:v1.34.0. Empty: the one that kind was released with."),
         .type = Type::Image, .advanced = true},
        {.id = "registry.port", .title = say("Core", "Port of a registry"), .help = say("Core", "A registry on this computer that all nodes know: what is pushed to localhost:PORT they can pull. Empty: none."), .type = Type::Integer,
         .advanced = true, .least = 1.0, .most = 65535.0},
        {.id = "images", .title = say("Core", "Images to load"), .help = say("Core", "Images of this computer's engine that the nodes are to have, one a line."), .type = Type::Lines, .advanced = true},
        {.id = "defaultNetwork", .title = say("Core", "With kind's own pod network"), .help = say("Core", "Without it the nodes are not ready until you install another, such as Calico."),
         .type = Type::Boolean, .initial = "true", .advanced = true}};
    local_form::addCommon(all.parameters, all.fields);
    return all;
}

const std::string &valueOf(const form::Values &values, const std::string &id)
{
    static const Asked all = asked();
    return form::valueOf(*std::ranges::find(all.parameters, id, &form::Parameter::id), values);
}

int numberOf(const std::string &text)
{
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string nodesText(const form::Values &values) { return nodesWords(numberOf(valueOf(values, "controlPlanes")), numberOf(valueOf(values, "workers"))); }

std::vector<form::Parameter> look(ProcessRunner &runner, std::stop_token stop)
{
    std::vector<form::Parameter> all = asked().parameters;
    local::Asked what{.engines = {}};
    for (const auto &[name, title] : engines)
        what.engines.emplace_back(name);
    const auto facts = local::gatherFacts(runner, processEnvironment(), what, stop);
    if (!facts)
        return all;
    const auto engine = std::ranges::find(all, "engine", &form::Parameter::id);
    std::string best;
    for (form::Choice &choice : engine->choices) {
        const auto found = facts->engines.find(choice.value);
        if (found == facts->engines.end() || !found->second.found) {
            choice.refused = say("Core", "It is not installed here");
        } else if (found->second.answers) {
            choice.help = say("Core", "{} answers", found->second.version);
            best = best.empty() ? choice.value : best;
        } else {
            choice.help = say("Core", "It is installed and does not answer");
        }
    }
    // With none at all the checks say what to install; a choice that cannot be made would only be one more riddle.
    if (std::ranges::all_of(engine->choices, [](const form::Choice &choice) { return !choice.refused.empty(); }))
        engine->choices.front().refused.clear();
    if (!best.empty())
        engine->initial = best;
    return all;
}

std::string textOf(const form::Values &values)
{
    const Asked all = asked();
    return form::specText("kind", all.parameters, all.fields, {"name", "engine"}, values);
}

} // namespace

ClusterForm kindForm()
{
    return {.provider = "kind",
            .title = say("Core", "New cluster with kind"),
            .what = say("Core", "A complete Kubernetes cluster on this computer. Each of its nodes is a container, so that it is there within minutes and gone within seconds. "
                                "It is meant for trying things out and for tests."),
            .gets = {{say("Core", "Cluster"), say("Core", "As many nodes as you like, in the version of Kubernetes that you choose")},
                     {say("Core", "Kubeconfig"), say("Core", "A context of its own, kind-NAME, in your kubeconfig; the file as it was is kept")},
                     {say("Core", "What runs there"), say("Core", "Applications that need no more than this computer has; LoadBalancers do not come by themselves")}},
            .takes = {{say("Core", "Time"), say("Core", "Two minutes; the first time also a download of about 400 MiB")},
                      {say("Core", "Memory"), say("Core", "1 GiB and half a GiB for each node, and what your applications need")},
                      {say("Core", "Needs"), say("Core", "Docker, Podman or nerdctl; kind itself is fetched if it is not here")},
                      {say("Core", "Price"), say("Core", "Nothing")}},
            .price = say("Core", "nothing"),
            .parameters = asked().parameters,
            .text = textOf,
            .values = [](const std::string &text, const std::string &file) { return form::specValues("kind", asked().fields, text, file); },
            .subject = [](const form::Values &values) { return std::pair(valueOf(values, "name"), nodesText(values)); },
            .context = [](const form::Values &values) { return "kind-" + valueOf(values, "name"); },
            .forVersion = [](const std::string &version, int, double) { return ClusterForm::Facts{{"image", "kindest/node:v" + version + ".0"}}; },
            .look = look,
            .check = [](const form::Values &values, ProcessRunner &runner, std::stop_token stop, const ClusterForm::Tell &tell) { local_form::check(textOf(values), runner, stop, tell); },
            .fix = [](form::Values values, const form::Check &, const form::Fix &fix, ProcessRunner &runner, std::stop_token stop) {
                return local_form::fix(std::move(values), "kind", fix, runner, stop);
            }};
}

} // namespace timonier
