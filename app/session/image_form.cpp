#include "session/image_form.h"

#include "base/environment.h"
#include "base/paths.h"
#include "base/say.h"
#include "form/flat_spec.h"
#include "image/image_spec.h"
#include "image/registry_login.h"

#include <algorithm>
#include <filesystem>

namespace timonier::image_form {

namespace {

using namespace std::chrono_literals;
using form::Check;
using form::CheckState;
using form::Parameter;

const std::vector<form::SpecField> &fields()
{
    using Shape = form::SpecField::Shape;
    static const std::vector<form::SpecField> all{{"context"}, {"dockerfile"}, {"image"}, {"engine"}, {"arguments", Shape::List}, {"trial", Shape::Number}, {"push", Shape::Number}, {"user"}, {"load"}, {"pullSecret"}, {"cluster"}};
    return all;
}

std::string valueOf(const std::vector<Parameter> &all, const form::Values &values, const char *id)
{
    const auto found = std::ranges::find(all, id, &Parameter::id);
    return found != all.end() && form::isAsked(*found, all, values) ? form::valueOf(*found, values) : std::string();
}

std::string firstLine(const std::string &text) { return text.substr(0, text.find('\n')); }

Check engineCheck(const std::string &engine, ProcessRunner &runner, std::stop_token stop)
{
    Check check{.id = "engine", .title = say("Core", "Container engine"), .state = CheckState::Bad};
    const auto output = runner.run({.program = engine, .arguments = {"info", "--format", "json"}, .timeout = 30s}, std::move(stop));
    if (output && output->exitCode == 0) {
        check.state = CheckState::Good;
        check.words = say("Core", "{} answers", engine);
    } else if (!output) {
        check.words = say("Core", "{} is not on this computer", engine);
        check.why = say("Core", "Install it, or choose the other one.");
        check.evidence = output.error().text();
    } else {
        check.words = say("Core", "{} does not answer", engine);
        check.why = say("Core", "Start it, and see that your user may use it.");
        check.evidence = firstLine(output->err.empty() ? output->out : output->err);
    }
    return check;
}

Check loadCheck(const std::string &load, ProcessRunner &runner, std::stop_token stop)
{
    const std::string tool = load.substr(0, load.find('/')), cluster = load.substr(load.find('/') + 1);
    Check check{.id = "load", .title = say("Core", "The cluster it is loaded into"), .state = CheckState::Bad};
    const Command command = tool == "kind" ? Command{.program = tool, .arguments = {"get", "clusters"}, .timeout = 30s} : Command{.program = tool, .arguments = {"profile", "list", "--output", "json", "--light"}, .timeout = 30s};
    const auto output = runner.run(command, std::move(stop));
    if (!output) {
        check.words = say("Core", "{} is not on this computer", tool);
        check.why = say("Core", "It is what loads images into its clusters.");
        check.evidence = output.error().text();
        return check;
    }
    const bool found = tool == "kind" ? ("\n" + output->out).find("\n" + cluster + "\n") != std::string::npos : output->out.find("\"Name\":\"" + cluster + "\"") != std::string::npos;
    check.state = found ? CheckState::Good : CheckState::Bad;
    check.words = found ? say("Core", "{} has a cluster {}", tool, cluster) : say("Core", "{} has no cluster {}", tool, cluster);
    if (!found)
        check.why = say("Core", "Make it first, or name one that is there.");
    return check;
}

Check passwordCheck(const std::string &registry, const std::string &user, bool given, SecretStore &secrets)
{
    Check check{.id = "password", .title = say("Core", "The password of {}", user), .state = CheckState::Good, .words = say("Core", "it was given here, and will be kept in the system's own store")};
    if (given)
        return check;
    const auto kept = secrets.read(image::passwordKey(registry, user));
    if (kept && *kept) {
        check.words = say("Core", "it is kept for {}", registry);
    } else {
        check.state = CheckState::Bad;
        check.words = say("Core", "none is kept for {}", registry);
        check.why = say("Core", "Give it among the settings, or with `timonierctl image login {} --user {}`.", registry, user);
        if (!kept)
            check.evidence = kept.error().text();
    }
    return check;
}

} // namespace

std::vector<Parameter> parameters(const std::string &load)
{
    std::vector<Parameter> all = image::parameters();
    const auto of = [&](const char *id) -> Parameter & { return *std::ranges::find(all, id, &Parameter::id); };
    of("load").initial = load;
    of("push").initial = load.empty() ? "true" : "false";
    const auto user = std::ranges::find(all, "user", &Parameter::id);
    all.insert(user + 1, {.id = "password", .title = say("Core", "Password"), .help = say("Core", "Of that user: kept in the system's own store. Empty: the one that is kept there."), .type = form::Type::Secret, .onlyIf = "push=true; user!="});
    return all;
}

std::vector<Parameter> looked(std::vector<Parameter> all)
{
    const auto engine = std::ranges::find(all, "engine", &Parameter::id);
    const std::string path(variable(processEnvironment(), "PATH"));
    for (form::Choice &choice : engine->choices)
        if (!findProgram(choice.value, path))
            choice.refused = say("Core", "it is not on this computer");
    const auto there = std::ranges::find_if(engine->choices, [](const form::Choice &one) { return one.refused.empty(); });
    if (there != engine->choices.end())
        engine->initial = there->value;
    return all;
}

std::vector<form::Problem> problems(const std::vector<Parameter> &all, const form::Values &values)
{
    std::vector<form::Problem> found;
    const std::string folder = valueOf(all, values, "context"), file = valueOf(all, values, "dockerfile");
    std::error_code error;
    if (!folder.empty() && std::filesystem::is_directory(toPath(folder), error) && !std::filesystem::is_regular_file(toPath(folder) / toPath(file), error))
        found.push_back({"context", say("Core", "there is no {} in it", file)});
    if (!valueOf(all, values, "pullSecret").empty() && valueOf(all, values, "user").empty())
        found.push_back({"pullSecret", say("Core", "it is made of the registry's user: name one")});
    return found;
}

std::string text(const std::vector<Parameter> &all, const form::Values &values) { return form::specText("image", image::parameters(), fields(), {"context", "image"}, [&] {
    form::Values whole = values; // what the wizard takes for granted, the spec must say
    for (const char *id : {"push", "load", "engine"})
        if (const auto found = std::ranges::find(all, id, &Parameter::id); found != all.end())
            whole.texts.try_emplace(id, found->initial);
    return whole;
}()); }

Result<form::Values> values(const std::string &text, const std::string &file)
{
    form::Values read = TRY(form::specValues("image", fields(), text, file));
    if (read.texts.contains("more")) // a field that there is not: the spec's own reader says which, and where
        TRY(image::readSpec(text, file));
    if (auto context = read.texts.find("context"); context != read.texts.end() && !context->second.empty() && toPath(context->second).is_relative()) {
        std::error_code error;
        context->second = toUtf8((std::filesystem::absolute(toPath(file), error).parent_path() / toPath(context->second)).lexically_normal());
    }
    // What the file does not say is what the spec has, not what the wizard would take.
    const std::vector<Parameter> all = image::parameters();
    for (const char *id : {"push", "load"})
        read.texts.try_emplace(id, std::ranges::find(all, id, &Parameter::id)->initial);
    return read;
}

void check(const std::vector<Parameter> &all, const form::Values &values, ProcessRunner &runner, SecretStore &secrets, std::stop_token stop, const std::function<void(Check)> &tell)
{
    const std::string engine = valueOf(all, values, "engine"), load = valueOf(all, values, "load"), user = valueOf(all, values, "user"), name = valueOf(all, values, "image");
    const bool pushes = valueOf(all, values, "push") == "true";
    std::vector<std::function<Check()>> looks{[&] { return engineCheck(engine, runner, stop); }};
    tell({.id = "engine", .title = say("Core", "Container engine")});
    if (!load.empty()) {
        tell({.id = "load", .title = say("Core", "The cluster it is loaded into")});
        looks.emplace_back([&] { return loadCheck(load, runner, stop); });
    }
    if (pushes && !user.empty()) {
        tell({.id = "password", .title = say("Core", "The password of {}", user)});
        looks.emplace_back([&] { return passwordCheck(image::registryOf(name), user, values.secrets.contains("password") && !values.secrets.at("password").reveal().empty(), secrets); });
    }
    if (!pushes && load.empty())
        tell({.id = "goes", .title = say("Core", "Where it goes"), .state = CheckState::Careful, .words = say("Core", "it is neither pushed nor loaded"), .why = say("Core", "It stays on this computer, and no cluster can start it.")});
    for (const auto &look : looks)
        if (!stop.stop_requested())
            tell(look());
}

Result<> keepPassword(const form::Values &values, SecretStore &secrets)
{
    const auto password = values.secrets.find("password");
    const auto image = values.texts.find("image"), user = values.texts.find("user");
    if (password == values.secrets.end() || password->second.reveal().empty() || image == values.texts.end() || user == values.texts.end() || user->second.empty())
        return {};
    return secrets.write(image::passwordKey(image::registryOf(image->second), user->second), password->second);
}

std::string clusterToLoad(const std::string &context)
{
    if (context.starts_with("kind-") && context.size() > 5)
        return "kind/" + context.substr(5);
    return context == "minikube" ? "minikube/minikube" : std::string();
}

} // namespace timonier::image_form
