#include "strategy/application.h"

#include "base/say.h"
#include "cloud/prices/bundled.h"
#include "strategy/manifest.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace timonier::strategy {

namespace {

using nlohmann::json;
using Pointer = json::json_pointer;

// Not zero: then no strategy would cost anything or harm anybody, and none could be told from another.
constexpr double assumedRequests = 100, assumedPrice = 0.10;

std::vector<std::string> statedIn(const json &deployment)
{
    constexpr std::pair<const char *, const char *> places[] = {
        {"replicas", "/spec/replicas"},
        {"maxSurge", "/spec/strategy/rollingUpdate/maxSurge"},
        {"maxUnavailable", "/spec/strategy/rollingUpdate/maxUnavailable"},
        {"minReady", "/spec/minReadySeconds"},
        {"progressDeadline", "/spec/progressDeadlineSeconds"},
        {"grace", "/spec/template/spec/terminationGracePeriodSeconds"},
        {"preStop", "/spec/template/spec/containers/0/lifecycle/preStop"},
        {"cpu", "/spec/template/spec/containers/0/resources/requests/cpu"},
        {"memory", "/spec/template/spec/containers/0/resources/requests/memory"},
    };
    std::vector<std::string> stated;
    for (const auto &[key, place] : places)
        if (deployment.contains(Pointer(place)))
            stated.emplace_back(key);
    return stated;
}

} // namespace

Result<Application> readApplication(std::string object, std::string_view image)
{
    Application read{.parameters = TRY(readDeployment(object, image)), .ns = {}, .object = {}, .file = {}, .instanceType = {}, .stated = {}};
    read.parameters.requestsPerSecond = assumedRequests;
    read.parameters.nodeHour = assumedPrice;
    const json deployment = json::parse(object, nullptr, false);
    if (const Pointer ns("/metadata/namespace"); deployment.contains(ns) && deployment[ns].is_string())
        read.ns = deployment[ns].get<std::string>();
    read.stated = statedIn(deployment);
    read.object = std::move(object);
    return read;
}

Result<Application> readApplicationFile(const std::string &text, const std::string &file, std::string_view image)
{
    auto object = deploymentInFile(text, file);
    auto read = object ? readApplication(std::move(*object), image) : std::unexpected(std::move(object.error()));
    if (!read) { // which file, and where in it: the words alone name only the field
        Error error = std::move(read.error()).with("file", file);
        error.message = error.place() + error.message;
        return std::unexpected(std::move(error));
    }
    read->file = file;
    return read;
}

std::string sourceOf(const Application &application, std::string_view setting)
{
    if (setting == "startUp") {
        if (application.measuredPods == 1)
            return say("Core", "measured from 1 pod");
        return application.measuredPods ? say("Core", "measured from {} pods", application.measuredPods) : say("Core", "worked out from its probes");
    }
    if (setting == "nodeHour" && !application.instanceType.empty())
        return say("Core", "list price of {}, {}, US dollars", application.instanceType, prices::bundledAsOf());
    if (std::ranges::find(application.stated, setting) != application.stated.end())
        return application.file.empty() ? say("Core", "from the Deployment") : say("Core", "from the file");
    for (const std::string_view known : {"replicas", "maxSurge", "maxUnavailable", "minReady", "progressDeadline", "grace", "preStop"})
        if (setting == known)
            return say("Core", "not said: Kubernetes' default");
    return say("Core", "assumed");
}

} // namespace timonier::strategy
