#include "provision/local/kubeconfig_step.h"

#include "base/paths.h"
#include "base/say.h"
#include "kube/kubeconfig_edit.h"
#include "kube/kubeconfig_write.h"

#include <filesystem>

namespace timonier::local {

namespace {

constexpr std::string_view resourceKind = "kubeconfig-context";

KubeconfigWriting writing(const KubeconfigStep &step, bool look) { return {.besideName = step.context, .look = look}; }

Result<KubeconfigChange> enter(const KubeconfigStep &step, plan::StepContext &context, bool look)
{
    const std::string from = TRY(step.fetch(context));
    const std::string file = kubeconfigToWrite(step.file, processEnvironment());
    // A cluster of this name is ours to write, whatever port it has now: kind and minikube hold names to be unique too.
    return changeKubeconfig(file, [&](const std::string &text) { return withContext(text, {.from = from, .name = step.context, .makeCurrent = step.makeCurrent, .replace = true}, file); },
                            writing(step, look), context.stop());
}

Result<> takeOut(const KubeconfigStep &step, const std::string &file, plan::StepContext &context)
{
    std::error_code error;
    if (file.ends_with("." + step.context + ".yaml")) { // written beside a file that was left alone
        std::filesystem::remove(toPath(file), error);
        return {};
    }
    if (!std::filesystem::exists(toPath(file), error))
        return {};
    const KubeconfigChange change = TRY(changeKubeconfig(file, [&](const std::string &text) { return withoutContext(text, step.context, file); }, {.mayBeside = false}, context.stop()));
    context.print(change.words() + "\n");
    return {};
}

} // namespace

plan::Step kubeconfigStep(KubeconfigStep step)
{
    return {.id = "kubeconfig", .title = say("Core", "Enter it in the kubeconfig as {}", step.context), .needs = step.needs, .creates = {{std::string(resourceKind), step.context}},
            .check = [step](plan::StepContext &context) -> Result<bool> { return !TRY(enter(step, context, true)).changed; },
            .apply = [step](plan::StepContext &context) -> Result<> {
                const KubeconfigChange change = TRY(enter(step, context, false));
                context.print(change.words() + "\n");
                if (!change.beside.empty())
                    context.print(say("Core", "To use both: KUBECONFIG={}:{}", change.file, change.beside) + "\n");
                return context.made(resourceKind, step.context, change.beside.empty() ? change.file : change.beside);
            },
            .undo = [step](plan::StepContext &context) -> Result<> {
                const auto known = TRY(context.find(resourceKind, step.context));
                const std::string file = known && !known->outsideId.empty() ? known->outsideId : kubeconfigToWrite(step.file, processEnvironment());
                return takeOut(step, file, context);
            }};
}

} // namespace timonier::local
