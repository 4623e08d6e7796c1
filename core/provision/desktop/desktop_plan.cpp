#include "provision/desktop/desktop_plan.h"

#include "base/lines.h"
#include "base/paths.h"
#include "base/say.h"
#include "provision/local/spec_reader.h"
#include "provision/local/tool.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace timonier::desktop {

namespace {

using namespace std::chrono_literals;
using plan::StepContext;

using Runner = std::shared_ptr<ProcessRunner>;

std::string titleOf(const Spec &spec) { return spec.program == "rancher-desktop" ? "Rancher Desktop" : "Docker Desktop"; }

// What the check offers, done: to start it, to switch its Kubernetes on. Unsupported, with what to do by hand, where nothing is offered.
Result<> mend(const Desktop &desktop, ProcessRunner &runner, StepContext &context)
{
    if (desktop.check.fixes.empty())
        return fail(ErrorKind::Unsupported, say("Core", "{} lets nobody else do that", desktop.title), desktop.check.why);
    for (const std::string &line : desktop.check.fixes.front().commands) {
        std::vector<std::string> words;
        for (std::string &word : partsOf(line, " "))
            words.push_back(std::move(word));
        const std::string program = words.front();
        words.erase(words.begin());
        const ProcessOutput output = TRY(local::runTool(runner, local::toolCommand(program, std::move(words)), [&](ProcessStream, std::string_view piece) { context.print(piece); }, context.stop()));
        if (output.exitCode != 0)
            return fail(ErrorKind::Process, say("Core", "{} ended with {}: {}", line, output.exitCode, local::lastWords(output.err)), say("Core", "Start it by hand, then resume the run"));
    }
    return {};
}

// Looks again every two seconds.
Result<> await(const Spec &spec, const Runner &runner, StepContext &context, std::chrono::seconds most, bool (*isSo)(const Desktop &))
{
    std::mutex mutex;
    std::condition_variable_any wake;
    for (const auto until = std::chrono::steady_clock::now() + most; std::chrono::steady_clock::now() < until;) {
        const Desktop now = TRY(look(spec, *runner, context.stop()));
        if (isSo(now))
            return {};
        std::unique_lock lock(mutex);
        wake.wait_for(lock, context.stop(), 2s, [] { return false; });
        if (context.stop().stop_requested())
            return fail(ErrorKind::Cancelled, say("Core", "it was cancelled before it changed anything"));
    }
    const Desktop now = TRY(look(spec, *runner, context.stop()));
    return isSo(now) ? Result<>() : fail(ErrorKind::Timeout, say("Core", "{}: {}", now.title, now.check.words), now.check.why);
}

plan::Step step(const Spec &spec, const Runner &runner, const char *id, std::string title, std::vector<std::string> needs, std::chrono::seconds most, bool (*isSo)(const Desktop &))
{
    return {.id = id, .title = std::move(title), .needs = std::move(needs), .provider = "desktop", .estimate = 30s,
            .check = [=](StepContext &context) -> Result<bool> { return isSo(TRY(look(spec, *runner, context.stop()))); },
            .apply = [=](StepContext &context) -> Result<> {
                const Desktop now = TRY(look(spec, *runner, context.stop()));
                if (!now.found)
                    return fail(ErrorKind::NotFound, say("Core", "{}: {}", now.title, now.check.words), say("Core", "Install it, or make a cluster with kind or minikube"));
                if (!isSo(now) && (!now.runs || now.kubernetes != Kubernetes::On)) // it comes by itself once it is on
                    TRY(mend(now, *runner, context));
                return await(spec, runner, context, most, isSo);
            }};
}

} // namespace

Result<Spec> readSpec(std::string_view yaml, const std::string &file)
{
    return local::readSpecText(yaml, file, [](const YAML::Node &root) {
        Spec spec;
        local::eachField(root, "", [&](const std::string &field, const YAML::Node &value, const YAML::Node &key) {
            if (field == "program")
                spec.program = local::word(value, field, {"docker-desktop", "rancher-desktop"});
            else if (field != "provider")
                local::noSuchField(key, field);
        });
        return spec;
    });
}

Result<Desktop> look(const Spec &spec, ProcessRunner &runner, std::stop_token stop)
{
    const std::vector<Desktop> all = desktops(TRY(gather(runner, processEnvironment(), homeDir(), std::move(stop))));
    return *std::ranges::find(all, spec.program, &Desktop::id);
}

form::Check checkOf(Desktop desktop)
{
    form::Check check = std::move(desktop.check);
    const bool byHand = desktop.runs && desktop.context.empty() && desktop.kubernetes != Kubernetes::On && check.fixes.empty();
    if (!desktop.found || byHand)
        check.state = form::CheckState::Bad;
    if (!desktop.found)
        check.why = say("Core", "Install it, or make a cluster with kind or minikube");
    return check;
}

plan::Plan planOf(const Spec &spec, std::string specText, Runner runner)
{
    const std::string title = titleOf(spec);
    plan::Plan plan{.provider = "desktop", .target = "desktop/" + spec.program, .title = say("Core", "The Kubernetes of {}", title), .spec = std::move(specText)};
    plan.steps = {step(spec, runner, "program", say("Core", "{} runs", title), {}, 180s, [](const Desktop &one) { return one.runs; }),
                  step(spec, runner, "kubernetes", say("Core", "Its Kubernetes is switched on"), {"program"}, 60s, [](const Desktop &one) { return one.kubernetes == Kubernetes::On; }),
                  step(spec, runner, "context", say("Core", "Its context is in the kubeconfig"), {"kubernetes"}, 600s, [](const Desktop &one) { return !one.context.empty(); })};
    return plan;
}

} // namespace timonier::desktop
