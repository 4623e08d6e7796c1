#include "kube/containers.h"

#include "base/say.h"
#include "kube/json.h"

#include <algorithm>

namespace timonier {

namespace {

void readNames(Json &json, ContainerBrief::Type type, std::vector<ContainerBrief> &out)
{
    json.elements([&] {
        ContainerBrief container{.type = type, .name = {}};
        json.fields([&](std::string_view field) {
            if (field == "name")
                container.name = json.text();
        });
        out.push_back(std::move(container));
    });
}

void readState(Json &json, ContainerBrief &container)
{
    json.fields([&](std::string_view state) {
        container.state = state == "running"  ? ContainerBrief::State::Running
            : state == "terminated"           ? ContainerBrief::State::Ended
            : state == "waiting"              ? ContainerBrief::State::Waiting
                                              : ContainerBrief::State::Unknown;
        json.fields([&](std::string_view field) {
            if (field == "reason")
                container.reason = json.text();
            else if (field == "exitCode")
                container.exitCode = json.integer();
        });
    });
}

void readStatuses(Json &json, std::vector<ContainerBrief> &out)
{
    json.elements([&] {
        ContainerBrief status;
        json.fields([&](std::string_view field) {
            if (field == "name")
                status.name = json.text();
            else if (field == "restartCount")
                status.restarts = json.integer();
            else if (field == "state")
                readState(json, status);
        });
        out.push_back(std::move(status));
    });
}

} // namespace

Result<std::vector<ContainerBrief>> readContainers(std::string_view podJson)
{
    JsonParser parser;
    Json json = TRY(parser.parseCopy(podJson));
    if (json.ahead() != '{')
        return fail(ErrorKind::Protocol, say("Core", "The server sent an object that is not JSON"));
    std::vector<ContainerBrief> init, normal, ephemeral, statuses;
    std::string chosen;
    json.fields([&](std::string_view key) {
        if (key == "metadata") {
            json.fields([&](std::string_view field) {
                if (field != "annotations")
                    return;
                json.fields([&](std::string_view name) {
                    if (name == "kubectl.kubernetes.io/default-container")
                        chosen = json.text();
                });
            });
        } else if (key == "spec") {
            json.fields([&](std::string_view field) {
                if (field == "initContainers")
                    readNames(json, ContainerBrief::Type::Init, init);
                else if (field == "containers")
                    readNames(json, ContainerBrief::Type::Normal, normal);
                else if (field == "ephemeralContainers")
                    readNames(json, ContainerBrief::Type::Ephemeral, ephemeral);
            });
        } else if (key == "status") {
            json.fields([&](std::string_view field) {
                if (field == "initContainerStatuses" || field == "containerStatuses" || field == "ephemeralContainerStatuses")
                    readStatuses(json, statuses);
            });
        }
    });
    if (json.failed())
        return fail(ErrorKind::Protocol, say("Core", "The server sent an object that is not JSON"));
    std::vector<ContainerBrief> all = std::move(init);
    if (!normal.empty() && std::ranges::find(normal, chosen, &ContainerBrief::name) == normal.end())
        chosen = normal.front().name;
    std::ranges::move(normal, std::back_inserter(all));
    std::ranges::move(ephemeral, std::back_inserter(all));
    for (ContainerBrief &container : all) {
        container.isDefault = container.name == chosen && container.type == ContainerBrief::Type::Normal;
        const auto status = std::ranges::find(statuses, container.name, &ContainerBrief::name);
        if (status == statuses.end())
            continue;
        container.state = status->state;
        container.reason = status->reason;
        container.exitCode = status->exitCode;
        container.restarts = status->restarts;
    }
    return all;
}

} // namespace timonier
