#include "provision/minikube/minikube_failures.h"

#include "base/redact.h"
#include "base/say.h"
#include "provision/local/spec_reader.h"

#include <QFile>

#include <algorithm>
#include <cctype>

namespace timonier::minikube {

namespace {

std::string lower(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

// "*" for any text, several of them.
bool matches(std::string_view pattern, std::string_view text)
{
    const std::size_t star = pattern.find('*');
    if (star == pattern.npos)
        return pattern == text;
    if (!text.starts_with(pattern.substr(0, star)))
        return false;
    for (std::size_t at = star; at <= text.size(); ++at)
        if (matches(pattern.substr(star + 1), text.substr(at)))
            return true;
    return false;
}

bool saysAlready(const Spec &spec, const std::string &setting)
{
    return setting == "driver=" + spec.driver || setting == "runtime=" + spec.runtime || setting == "kubernetes=" + spec.kubernetes || setting == "memory=" + spec.memory ||
           setting == fmt::format("cpus={}", spec.cpus) || (setting == "force=true" && spec.force) || (setting == "prefetch=true" && spec.prefetch);
}

// "stable", "latest" and none are newer than any that is asked about.
bool isBelow(const Spec &spec, const std::string &version)
{
    return spec.kubernetes.starts_with('v') && local::compareVersions(spec.kubernetes, version) < 0;
}

form::Fix fixOf(const YAML::Node &node)
{
    form::Fix fix{.id = "run"};
    local::eachField(node, "fixes", [&](const std::string &field, const YAML::Node &value, const YAML::Node &key) {
        if (field == "title")
            fix.title = local::as<std::string>(value, field);
        else if (field == "set")
            fix.id = local::as<std::string>(value, field);
        else if (field == "run")
            for (const YAML::Node &one : value)
                fix.commands.push_back(local::as<std::string>(one, field));
        else
            local::noSuchField(key, "fixes." + field);
    });
    return fix;
}

} // namespace

Result<std::vector<Known>> readKnown(std::string_view yaml)
{
    return local::readSpecText(yaml, "minikube-errors.yaml", [](const YAML::Node &root) {
        std::vector<Known> all;
        for (const YAML::Node &node : root["errors"]) {
            Known one;
            local::eachField(node, "errors", [&](const std::string &field, const YAML::Node &value, const YAML::Node &key) {
                if (field == "fixes")
                    for (const YAML::Node &fix : value)
                        one.fixes.push_back(fixOf(fix));
                else if (std::string *text = field == "id" ? &one.id : field == "signal" ? &one.signal : field == "from" ? &one.from : field == "cause" ? &one.cause : field == "why" ? &one.why : nullptr)
                    *text = local::as<std::string>(value, field);
                else
                    local::noSuchField(key, field);
            });
            if (one.id.empty() || one.cause.empty())
                throw local::Wrong{node.Mark(), "an error needs id and cause"};
            all.push_back(std::move(one));
        }
        return all;
    });
}

const std::vector<Known> &known()
{
    static const std::vector<Known> all = [] {
        QFile file(QStringLiteral(":/provision/minikube-errors.yaml"));
        (void)file.open(QIODevice::ReadOnly);
        return readKnown(file.readAll().toStdString()).value_or(std::vector<Known>{}); // a test reads it
    }();
    return all;
}

form::Check failureOf(const Event &event, const Spec &spec, const std::vector<Known> &all)
{
    form::Check check{.id = event.name, .title = "minikube", .state = form::CheckState::Bad, .words = event.message.substr(0, event.message.find('\n')),
                      .why = event.advice, .evidence = redact(event.message)};
    if (check.words.size() > 300)
        check.words.resize(300);
    check.words = redact(check.words);
    const std::string words = lower(event.message + "\n" + event.advice);
    const auto found = std::ranges::find_if(all, [&](const Known &one) {
        return matches(one.id, event.name) && (one.signal.empty() || words.find(lower(one.signal)) != words.npos) && (one.from.empty() || !isBelow(spec, one.from));
    });
    if (found == all.end())
        return check;
    check.words = translated("Minikube", found->cause.c_str());
    if (!found->why.empty())
        check.why = translated("Minikube", found->why.c_str());
    for (form::Fix fix : found->fixes) {
        if (saysAlready(spec, fix.id))
            continue;
        fix.title = translated("Minikube", fix.title.c_str());
        check.fixes.push_back(std::move(fix));
    }
    return check;
}

Error errorOf(const form::Check &failure, int exitCode)
{
    Error error{.kind = ErrorKind::Process, .message = failure.words, .hint = failure.why,
                .context = {{"id", failure.id}, {"exit code", std::to_string(exitCode)}, {"minikube", failure.evidence.substr(0, 2000)}}};
    const std::string &id = failure.id;
    if (id.starts_with("INET_") || id.starts_with("PROVIDER_DOCKER_NOT_RUNNING")) // these pass by themselves, or when somebody starts what is missing
        error.kind = ErrorKind::Unreachable;
    for (const form::Fix &fix : failure.fixes)
        error.hint += (error.hint.empty() ? "" : " ") + std::string("→ ") + fix.title + (fix.commands.empty() ? fix.id == "run" ? "" : " (" + fix.id + ")" : ": " + fix.commands.front());
    return error;
}

} // namespace timonier::minikube
