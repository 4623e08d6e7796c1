// The form of a desktop program's Kubernetes: which program. What it is, and how it is switched on, the checks say.
#include "session/local_form.h"

#include "base/say.h"
#include "provision/desktop/desktop_plan.h"

#include <algorithm>

namespace timonier {

namespace {

form::Parameter asked()
{
    return {.id = "program", .title = say("Core", "Program"), .type = form::Type::Choice, .initial = "docker-desktop",
            .choices = {{.value = "docker-desktop", .title = "Docker Desktop"}, {.value = "rancher-desktop", .title = "Rancher Desktop"}}};
}

const std::vector<form::SpecField> fields{{"program"}};

const std::string &programOf(const form::Values &values)
{
    static const form::Parameter parameter = asked();
    return form::valueOf(parameter, values);
}

std::string titleOf(const form::Values &values)
{
    const form::Parameter parameter = asked();
    const auto choice = std::ranges::find(parameter.choices, programOf(values), &form::Choice::value);
    return choice == parameter.choices.end() ? programOf(values) : choice->title;
}

std::vector<form::Parameter> look(ProcessRunner &runner, std::stop_token stop)
{
    form::Parameter program = asked();
    bool any = false;
    for (form::Choice &choice : program.choices)
        if (const auto one = desktop::look({choice.value}, runner, stop)) {
            choice.help = one->check.words;
            if (one->found && !std::exchange(any, true))
                program.initial = choice.value;
            if (!one->found)
                choice.refused = one->check.words;
        }
    if (!any) // with none at all the checks say what to do
        for (form::Choice &choice : program.choices)
            choice.refused.clear();
    return {std::move(program), local_form::more()};
}

} // namespace

ClusterForm desktopForm()
{
    return {.provider = "desktop",
            .title = say("Core", "The cluster of Docker Desktop or Rancher Desktop"),
            .what = say("Core", "The program makes its cluster itself, in its virtual machine. Timonier finds it, says how its Kubernetes is switched on, and uses its context."),
            .gets = {{say("Core", "Cluster"), say("Core", "One node, in the version that the program brings")}, {say("Core", "Kubeconfig"), say("Core", "The program's own context, which it enters itself")}},
            .takes = {{say("Core", "Time"), say("Core", "A few minutes the first time it is switched on")},
                      {say("Core", "Memory"), say("Core", "What the program's settings give its virtual machine; 4 GiB are sensible")},
                      {say("Core", "Price"), say("Core", "Nothing; Docker asks larger companies for a subscription")}},
            .price = say("Core", "nothing"),
            .parameters = {asked(), local_form::more()},
            .text = [](const form::Values &values) { return form::specText("desktop", {asked(), local_form::more()}, fields, {"program"}, values); },
            .values = [](const std::string &text, const std::string &file) { return form::specValues("desktop", fields, text, file); },
            .subject = [](const form::Values &values) { return std::pair(titleOf(values), say("Core", "1 node")); },
            .context = [](const form::Values &values) { return programOf(values); },
            .forVersion = [](const std::string &, int, double) { return ClusterForm::Facts{}; },
            .look = look,
            .check = [](const form::Values &values, ProcessRunner &runner, std::stop_token stop, const ClusterForm::Tell &tell) {
                const auto one = desktop::look({programOf(values)}, runner, stop);
                tell(one ? desktop::checkOf(*one) : form::Check{.id = "program", .title = titleOf(values), .state = form::CheckState::Bad, .words = one.error().message, .why = one.error().hint});
            },
            .fix = [](form::Values values, const form::Check &, const form::Fix &fix, ProcessRunner &runner, std::stop_token stop) { return local_form::fix(std::move(values), {}, fix, runner, stop); }};
}

} // namespace timonier
