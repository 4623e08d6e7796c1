#include "image/image_plan.h"

#include "base/paths.h"
#include "base/pause.h"
#include "base/say.h"
#include "image/build_lines.h"
#include "image/engine.h"
#include "image/registry_login.h"
#include "image/source_mark.h"

#include <algorithm>

namespace timonier::image {

namespace {

using namespace std::chrono_literals;
using plan::Step;
using plan::StepContext;

constexpr const char *markLabel = "dev.timonier.source";
constexpr std::string_view trialKind = "container", triedKind = "tried-image";

std::string trimmed(std::string text)
{
    text.erase(text.find_last_not_of(" \r\n") + 1);
    return text;
}

struct Work {
    Spec spec{};
    Services services{};
    Engine engine{};

    // What the image of that name is, by the engine's own id; none: there is none.
    Result<std::optional<std::string>> imageId(std::stop_token stop) const
    {
        auto id = TRY(engine.ask({"image", "inspect", "--format", "{{.Id}}", spec.image}, stop));
        return id ? std::optional(trimmed(*id)) : std::nullopt;
    }

    // The password of the spec's user; none where the spec names no user. Errors: NotFound, with what to do.
    Result<std::optional<Secret>> password() const
    {
        if (spec.user.empty())
            return std::optional<Secret>();
        auto kept = TRY(services.secrets->read(passwordKey(registryOf(spec.image), spec.user)));
        if (!kept)
            return fail(ErrorKind::NotFound, say("Core", "no password of {} at {} is kept", spec.user, registryOf(spec.image)),
                        say("Core", "Sign in: `timonierctl image login {} --user {}`", registryOf(spec.image), spec.user));
        return kept;
    }
};

// Looked at before anything is built: a push that cannot be is not found out at its end.
Step signInStep(const Work &work)
{
    return {.id = "sign-in", .title = say("Core", "The password of {}", work.spec.user), .estimate = 100ms,
            .check = [work](StepContext &) -> Result<bool> {
                TRY(work.password());
                return true;
            },
            .apply = [](StepContext &) -> Result<> { return {}; }};
}

// Already so: an image of that name says that it was built from exactly this.
Step buildStep(const Work &work)
{
    return {.id = "build", .title = say("Core", "Build {}", work.spec.image), .provider = work.spec.engine, .estimate = 60s, .measure = "build " + work.spec.image,
            .check = [work](StepContext &context) -> Result<bool> {
                const std::string mark = TRY(sourceMark(work.spec, context.stop()));
                const auto known = TRY(work.engine.ask({"image", "inspect", "--format", fmt::format("{{{{index .Config.Labels \"{}\"}}}}", markLabel), work.spec.image}, context.stop()));
                return known && trimmed(*known) == mark;
            },
            .apply = [work](StepContext &context) -> Result<> {
                const std::string mark = TRY(sourceMark(work.spec, context.stop()));
                std::vector<std::string> arguments{"build", "--tag", work.spec.image, "--label", fmt::format("{}={}", markLabel, mark),
                                                   "--file", toUtf8(toPath(work.spec.context) / toPath(work.spec.dockerfile))};
                for (const auto &[name, value] : work.spec.arguments)
                    arguments.insert(arguments.end(), {"--build-arg", name + "=" + value});
                arguments.push_back(work.spec.context);
                TRY(work.engine.run(std::move(arguments), context, [&](std::string_view line) {
                    if (const auto done = buildProgress(line))
                        context.progress(*done);
                }));
                return {};
            }};
}

// "true 0 false": whether it runs, how it ended, whether the kernel killed it for want of memory.
Result<std::string> stateOf(const Work &work, const std::string &container, std::stop_token stop)
{
    const auto text = TRY(work.engine.ask({"container", "inspect", "--format", "{{.State.Running}} {{.State.ExitCode}} {{.State.OOMKilled}}", container}, stop));
    return text ? trimmed(*text) : std::string("false 0 false");
}

// Up for as long as was asked, or ended with 0 before. What it said is printed: it is the evidence.
Result<> watchTrial(const Work &work, const std::string &container, StepContext &context)
{
    std::string state = TRY(stateOf(work, container, context.stop()));
    for (auto waited = 0ms; state.starts_with("true") && waited < work.spec.trial; waited += 250ms) {
        if (!pause(250ms, context.stop()))
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        context.progress(double(waited.count()) / double(work.spec.trial.count()));
        state = TRY(stateOf(work, container, context.stop()));
    }
    if (state.starts_with("true")) {
        context.print(say("Core", "it was still up after {} s", work.spec.trial.count() / 1000) + "\n");
        return {};
    }
    if (state == "false 0 false") {
        context.print(say("Core", "it ended by itself, with 0") + "\n");
        return {};
    }
    if (state.ends_with("true"))
        return fail(ErrorKind::Process, say("Core", "it was killed for want of memory"), say("Core", "Give it more, or let it use less, before it goes to a cluster"));
    const std::string code = state.substr(6, state.find(' ', 6) - 6);
    return fail(ErrorKind::Process, say("Core", "it ended with {} when it was started", code),
                code == "127" || code == "126" ? say("Core", "The program that CMD or ENTRYPOINT names is not in the image, or cannot be run there")
                                               : say("Core", "What it said is above. If it needs arguments or settings to start, set trial to 0"));
}

// Kept in the ledger by the image's id: what was tried is not tried again, and a trial that was cut off leaves no container.
Step trialStep(const Work &work)
{
    const std::string container = "timonier-trial-" + work.engine.program;
    return {.id = "trial", .title = say("Core", "Start it once"), .needs = {"build"}, .creates = {{std::string(trialKind), container}}, .provider = work.spec.engine,
            .estimate = std::chrono::duration_cast<plan::Span>(work.spec.trial) + 2s,
            .check = [work](StepContext &context) -> Result<bool> {
                const auto id = TRY(work.imageId(context.stop()));
                const auto known = id ? TRY(context.find(triedKind, *id)) : std::nullopt;
                return known && known->state == plan::ResourceState::Made;
            },
            .apply = [work, container](StepContext &context) -> Result<> {
                const auto id = TRY(work.imageId(context.stop()));
                if (!id)
                    return fail(ErrorKind::NotFound, say("Core", "there is no image {}", work.spec.image));
                TRY(context.intend(triedKind, *id));
                TRY(work.engine.ask({"rm", "--force", container}, context.stop())); // of a trial that was cut off
                const auto started = work.engine.run({"run", "--detach", "--name", container, work.spec.image}, context);
                const auto tried = started ? watchTrial(work, container, context) : Result<>(std::unexpected(started.error()));
                if (const auto said = work.engine.runner->run({.program = work.engine.program, .arguments = {"logs", "--tail", "50", container}, .timeout = 60s}, {}); said)
                    context.print(said->out + said->err);
                TRY(work.engine.ask({"rm", "--force", container}, {}));
                TRY(context.gone(trialKind, container));
                if (!tried)
                    return tried;
                return context.made(triedKind, *id, *id);
            },
            .undo = [work, container](StepContext &context) -> Result<> {
                TRY(work.engine.ask({"rm", "--force", container}, context.stop()));
                if (const auto id = TRY(work.imageId(context.stop())))
                    return context.gone(triedKind, *id);
                return {};
            }};
}

// Already so: the engine has it from the registry's own answer that this very image is there.
Step pushStep(const Work &work)
{
    return {.id = "push", .title = say("Core", "Push it to {}", registryOf(work.spec.image)), .needs = {work.spec.trial > 0ms ? "trial" : "build"}, .provider = work.spec.engine,
            .estimate = 60s, .measure = "push " + work.spec.image, .retry = {.attempts = 3},
            .check = [work](StepContext &context) -> Result<bool> {
                std::string repository = work.spec.image; // without its tag: the colon after the last slash
                if (const std::size_t colon = repository.rfind(':'); colon != repository.npos && repository.find('/', colon) == repository.npos)
                    repository.resize(colon);
                const auto digests = TRY(work.engine.ask({"image", "inspect", "--format", "{{range .RepoDigests}}{{.}}\n{{end}}", work.spec.image}, context.stop()));
                return digests && ("\n" + *digests).find("\n" + repository + "@") != std::string::npos;
            },
            .apply = [work](StepContext &context) -> Result<> {
                std::vector<std::string> arguments{"push", work.spec.image};
                std::optional<LoginFolder> login;
                if (const auto password = TRY(work.password())) {
                    login.emplace(TRY(LoginFolder::make(dockerConfig(registryOf(work.spec.image), work.spec.user, *password))));
                    arguments = login->pushArguments(work.engine.program, work.spec.image);
                }
                LayerCount layers;
                TRY(work.engine.run(std::move(arguments), context, [&](std::string_view line) {
                    if (const auto done = layers.add(line))
                        context.progress(*done);
                }));
                return {};
            }};
}

// kind and minikube look for themselves whether their nodes have it; which ones a cluster has may have changed since.
Step loadStep(const Work &work)
{
    const std::size_t slash = work.spec.load.find('/');
    const std::string tool = work.spec.load.substr(0, slash), cluster = work.spec.load.substr(slash + 1);
    return {.id = "load", .title = say("Core", "Load it into {}", work.spec.load), .needs = {work.spec.trial > 0ms ? "trial" : "build"}, .provider = tool, .estimate = 20s,
            .check = [](StepContext &) -> Result<bool> { return false; },
            .apply = [work, tool, cluster](StepContext &context) -> Result<> {
                Command command{.program = tool, .arguments = {"load", "docker-image", work.spec.image, "--name", cluster}, .timeout = 30min};
                if (tool == "minikube")
                    command.arguments = {"image", "load", work.spec.image, "--profile", cluster};
                else
                    command.set["KIND_EXPERIMENTAL_PROVIDER"] = work.spec.engine;
                TRY(runTool(*work.services.runner, std::move(command), tool, context));
                return {};
            }};
}

Step pullSecretStep(const Work &work)
{
    const std::size_t slash = work.spec.pullSecret.find('/');
    const std::string ns = work.spec.pullSecret.substr(0, slash), name = work.spec.pullSecret.substr(slash + 1);
    return {.id = "pull-secret", .title = say("Core", "The pull secret {}", work.spec.pullSecret), .needs = {"push"}, .estimate = 1s,
            .check = [](StepContext &) -> Result<bool> { return false; }, // applied again it changes nothing, and a new password must get there
            .apply = [work, ns, name](StepContext &context) -> Result<> {
                const auto password = TRY(work.password());
                if (!password)
                    return fail(ErrorKind::Invalid, say("Core", "a pull secret needs a user"), say("Core", "Set `user:` in the spec, and sign in with `timonierctl image login`"));
                if (!work.services.keepPullSecret)
                    return fail(ErrorKind::Unsupported, say("Core", "there is no cluster to put it into"));
                return work.services.keepPullSecret(ns, name, dockerConfig(registryOf(work.spec.image), work.spec.user, *password), context.stop());
            }};
}

} // namespace

plan::Plan planOf(const Spec &spec, std::string specText, Services services)
{
    const Engine engine{spec.engine, services.runner};
    const Work work{spec, std::move(services), engine};
    plan::Plan plan{.provider = "image", .target = "image/" + spec.image, .title = say("Core", "The image {}", spec.image), .spec = std::move(specText)};
    const bool signsIn = spec.push && !spec.user.empty();
    if (signsIn)
        plan.steps.push_back(signInStep(work));
    plan.steps.push_back(buildStep(work));
    if (signsIn)
        plan.steps.back().needs = {"sign-in"};
    if (spec.trial > 0ms)
        plan.steps.push_back(trialStep(work));
    if (spec.push)
        plan.steps.push_back(pushStep(work));
    if (!spec.load.empty())
        plan.steps.push_back(loadStep(work));
    if (spec.push && !spec.pullSecret.empty())
        plan.steps.push_back(pullSecretStep(work));
    return plan;
}

} // namespace timonier::image
