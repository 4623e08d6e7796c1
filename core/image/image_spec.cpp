#include "image/image_spec.h"

#include "base/lines.h"
#include "base/paths.h"
#include "base/say.h"
#include "form/flat_spec.h"
#include "kube/yaml_fields.h"

#include <filesystem>

namespace timonier::image {

namespace {

using form::Parameter;
using form::Type;

std::vector<form::SpecField> fieldsOf(const std::vector<Parameter> &all)
{
    std::vector<form::SpecField> fields;
    for (const Parameter &parameter : all)
        fields.push_back({parameter.id, parameter.type == Type::Lines ? form::SpecField::Shape::List : form::SpecField::Shape::Text});
    return fields;
}

Spec specOf(const std::vector<Parameter> &all, const form::Values &values)
{
    const auto value = [&](const char *id) { return form::valueOf(*std::ranges::find(all, id, &Parameter::id), values); };
    Spec spec{.context = value("context"), .dockerfile = value("dockerfile"), .image = value("image"), .engine = value("engine"), .trial = std::chrono::seconds(std::stoi(value("trial"))),
              .push = value("push") == "true", .user = value("user"), .load = value("load"), .pullSecret = value("pullSecret"), .cluster = value("cluster")};
    for (const std::string &line : linesOf(value("arguments")))
        spec.arguments[line.substr(0, line.find('='))] = line.substr(std::min(line.size(), line.find('=') + 1));
    return spec;
}

} // namespace

std::string registryOf(std::string_view image)
{
    const std::size_t slash = image.find('/');
    const std::string_view first = image.substr(0, slash);
    const bool isHost = slash != image.npos && (first.find_first_of(".:") != first.npos || first == "localhost");
    return isHost ? std::string(first) : "docker.io";
}

std::vector<Parameter> parameters()
{
    return {
        {.id = "context", .title = say("Core", "Folder"), .help = say("Core", "What the image is built from, with a Dockerfile in it"), .type = Type::Folder, .required = true},
        {.id = "dockerfile", .title = say("Core", "Dockerfile"), .help = say("Core", "Its name in that folder"), .initial = "Dockerfile", .required = true, .advanced = true},
        {.id = "image", .title = say("Core", "Image"), .help = say("Core", "What it will be called, with the registry it goes to"), .type = Type::Image, .required = true},
        {.id = "engine", .title = say("Core", "Built with"), .type = Type::Choice, .initial = "docker", .choices = {{"docker", "Docker"}, {"podman", "Podman"}}},
        {.id = "arguments", .title = say("Core", "Build arguments"), .help = say("Core", "NAME=VALUE, one a line. Whoever gets the image can read them: no secrets"), .type = Type::Lines, .advanced = true,
         .pattern = "([A-Za-z_][A-Za-z0-9_]*=[^\\n]*\\n?)*", .patternWords = say("Core", "NAME=VALUE, one a line")},
        {.id = "trial", .title = say("Core", "Tried for"), .help = say("Core", "It is started once, and must stay up so long or end well. 0: it is not tried"), .type = Type::Integer,
         .initial = "5", .advanced = true, .least = 0, .most = 600, .unit = "s"},
        {.id = "push", .title = say("Core", "Push it to its registry"), .type = Type::Boolean, .initial = "false"},
        {.id = "user", .title = say("Core", "User of the registry"), .help = say("Core", "Empty: what Docker or Podman are signed in with already"), .onlyIf = "push=true"},
        {.id = "load", .title = say("Core", "Load it into"), .help = say("Core", "A local cluster, kind/NAME or minikube/NAME: then it need not be pushed"),
         .pattern = "(kind|minikube)/[a-z0-9][a-z0-9.-]*", .patternWords = say("Core", "kind/NAME or minikube/NAME")},
        {.id = "pullSecret", .title = say("Core", "Pull secret"), .help = say("Core", "NAMESPACE/NAME: a Secret that lets the cluster pull it, made of the same user"),
         .pattern = "[a-z0-9-]+/[a-z0-9.-]+", .patternWords = say("Core", "NAMESPACE/NAME"), .onlyIf = "push=true"},
        {.id = "cluster", .title = say("Core", "Its cluster"), .help = say("Core", "The context of the cluster that gets the pull secret. Empty: the current one"), .advanced = true, .onlyIf = "push=true; pullSecret!="}};
}

Result<Spec> readSpec(std::string_view yaml, const std::string &file)
{
    const auto all = parameters();
    const std::vector<form::SpecField> fields = fieldsOf(all);
    const std::string text = TRY(yamlText(yaml, file));
    form::FlatSpec flat = TRY(form::readFlatSpec(text, file, fields));
    TRY(form::mustBeKnown(flat, file, fields));
    if (auto context = flat.values.texts.find("context"); context != flat.values.texts.end() && !context->second.empty()) // beside the file, wherever one stands
        context->second = toUtf8((std::filesystem::absolute(toPath(file)).parent_path() / toPath(context->second)).lexically_normal());
    for (const form::Problem &problem : form::problemsOf(all, flat.values))
        return std::unexpected(form::wrongField(flat, file, problem.parameter, problem.parameter + ": " + problem.message));
    Spec spec = specOf(all, flat.values);
    if (!std::filesystem::is_regular_file(toPath(spec.context) / toPath(spec.dockerfile)))
        return std::unexpected(form::wrongField(flat, file, "context", say("Core", "there is no {} in {}", spec.dockerfile, spec.context), say("Core", "Name it by `dockerfile:`, or choose another folder.")));
    return spec;
}

} // namespace timonier::image
