#include "catalog/tool_work.h"

#include "base/paths.h"
#include "base/pause.h"
#include "base/say.h"
#include "kube/fetch.h"
#include "kube/scope.h"

#include <QDir>
#include <QSaveFile>

#include <filesystem>

namespace timonier::catalog {

namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;
namespace fs = std::filesystem;

// The last line that says anything: there the reason stands.
std::string lastWords(const ProcessOutput &output)
{
    const std::string &text = output.err.find_first_not_of(" \r\n") == std::string::npos ? output.out : output.err;
    const std::size_t end = text.find_last_not_of(" \r\n");
    if (end == std::string::npos)
        return {};
    const std::size_t begin = text.find_last_of('\n', end);
    return text.substr(begin == std::string::npos ? 0 : begin + 1, end - (begin == std::string::npos ? 0 : begin + 1) + 1);
}

Result<std::optional<Environment>> environmentOf(const ToolGround &ground, std::stop_token stop)
{
    if (!ground.environment)
        return std::optional<Environment>();
    return std::optional(TRY(ground.environment(std::move(stop))));
}

bool isMissing(const Error &error)
{
    return error.kind == ErrorKind::Process && std::ranges::any_of(error.context, [](const auto &one) { return one.first == "searched"; });
}

Result<> written(const std::string &file, std::string_view text)
{
    QSaveFile out(QString::fromStdString(file));
    const bool good = out.open(QIODevice::WriteOnly) && out.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) && out.write(text.data(), static_cast<qint64>(text.size())) == static_cast<qint64>(text.size()) && out.commit();
    return good ? Result<>() : fail(ErrorKind::Io, say("Core", "{} cannot be written: {}", file, out.errorString().toStdString()));
}

void collect(const Json &node, std::string_view field, const std::string &where, std::vector<std::pair<std::string, std::string>> &into)
{
    if (field.empty()) {
        into.emplace_back(where, node.is_string() ? node.get<std::string>() : node.dump());
        return;
    }
    const std::size_t dot = field.find('.');
    const std::string step(field.substr(0, dot));
    const std::string_view rest = dot == field.npos ? std::string_view() : field.substr(dot + 1);
    if (!node.is_object())
        return;
    for (const auto &[key, value] : node.items())
        if (step == "*" || step == key)
            collect(value, rest, step == "*" ? (where.empty() ? key : where + "/" + key) : where, into);
}

} // namespace

std::vector<std::pair<std::string, std::string>> textsAt(const std::string &json, const std::string &field)
{
    std::vector<std::pair<std::string, std::string>> all;
    collect(Json::parse(json, nullptr, false), field, {}, all);
    return all;
}

Result<std::vector<form::Check>> toolChecks(Transport &transport, const Entry &entry, const Filling &filling, const ToolGround &ground, std::stop_token stop)
{
    std::vector<form::Check> checks;
    const auto put = [&](const std::string &text) { return renderText(entry, filling, text); };
    std::vector<std::string> absent; // told once
    for (const ToolNeed &need : entry.needs.tools) {
        if (std::ranges::find(absent, need.program) != absent.end())
            continue;
        form::Check check{.id = "tool." + need.program, .title = TRY(put(need.title)), .state = form::CheckState::Good};
        Command command{.program = need.program, .environment = TRY(environmentOf(ground, stop)), .timeout = 60s};
        for (const std::string &argument : need.asks)
            command.arguments.push_back(TRY(put(argument)));
        auto output = ground.runner ? ground.runner->run(command, stop) : Result<ProcessOutput>(fail(ErrorKind::Process, say("Core", "no program can be started here")));
        if (!output && output.error().kind == ErrorKind::Cancelled)
            return std::unexpected(std::move(output).error());
        if (output && output->exitCode == 0) {
            check.words = say("Core", "it is there");
        } else {
            check.state = form::CheckState::Bad;
            check.words = !output && isMissing(output.error()) ? say("Core", "{} is not on this computer", need.program) : TRY(put(need.missing));
            check.why = TRY(put(need.fix));
            check.evidence = output ? lastWords(*output) : output.error().text();
            if (!output)
                absent.push_back(need.program);
        }
        checks.push_back(std::move(check));
    }
    for (const SpaceNeed &need : entry.needs.spaces) {
        const std::string name = TRY(put(need.name));
        form::Check check{.id = "namespace." + name, .title = TRY(put(need.title)), .state = form::CheckState::Good, .words = say("Core", "it is there")};
        const auto answer = fetch(transport, {.path = "/api/v1/namespaces/" + percentEncoded(name)}, stop);
        if (!answer && answer.error().kind == ErrorKind::Forbidden) {
            check.state = form::CheckState::Skipped;
            check.words = say("Core", "you may not look at it");
        } else if (!answer && answer.error().kind == ErrorKind::NotFound) {
            check.state = form::CheckState::Bad;
            check.words = TRY(put(need.missing));
            check.why = TRY(put(need.fix));
        } else if (!answer) {
            return std::unexpected(answer.error());
        }
        checks.push_back(std::move(check));
    }
    return checks;
}

bool ToolWorker::applies(const ToolWork &work) const { return work.onlyIf.empty() || holds(work.onlyIf, m_entry.parameters, m_filling.values); }

Result<std::string> ToolWorker::folder() const
{
    fs::path path = dataDir() / "applications";
    for (std::size_t at = 0; at < m_place.size();) {
        const std::size_t end = std::min(m_place.find('/', at), m_place.size());
        path /= toPath(percentEncoded(m_place.substr(at, end - at)));
        at = end + 1;
    }
    std::error_code error;
    fs::create_directories(path, error);
    if (error)
        return fail(ErrorKind::Io, say("Core", "{} cannot be written: {}", toUtf8(path), error.message()));
    return toUtf8(path);
}

void ToolWorker::clearAway() const
{
    std::error_code error;
    if (const auto path = folder(); path)
        fs::remove_all(toPath(*path), error); // what is left of it disturbs nobody
}

Result<Command> ToolWorker::command(const ToolWork &work, const std::vector<std::string> &arguments, std::stop_token stop) const
{
    Command made{.program = work.program, .environment = TRY(environmentOf(m_ground, std::move(stop))), .folder = TRY(folder())};
    for (const std::string &argument : arguments)
        made.arguments.push_back(TRY(renderText(m_entry, m_filling, argument)));
    // Of several files the first that says it wins (client-go, tools/clientcmd): so the person's own file stays as it is.
    const std::string pin = made.folder + "/context.yaml";
    TRY(written(pin, Json{{"apiVersion", "v1"}, {"kind", "Config"}, {"current-context", m_ground.context}}.dump()));
    std::string &files = made.set["KUBECONFIG"] = pin;
    for (const std::string &one : m_ground.kubeconfigs)
        files += QDir::listSeparator().toLatin1() + one;
    return made;
}

Result<std::string> ToolWorker::missing(const ToolWork &work, std::stop_token stop) const
{
    if (work.asks.empty())
        return say("Core", "whether it is done cannot be asked");
    Command asking = TRY(command(work, work.asks, stop));
    asking.timeout = 60s;
    const ProcessOutput output = TRY(m_ground.runner->run(asking, stop));
    if (output.exitCode != 0)
        return lastWords(output).empty() ? say("Core", "{} ended with {}", work.program, output.exitCode) : lastWords(output);
    if (work.field.empty())
        return std::string();
    const auto found = textsAt(output.out, work.field);
    std::string not_;
    std::size_t count = 0;
    for (const auto &[where, text] : found)
        if (text != work.answer && ++count <= 3)
            not_ += (not_.empty() ? "" : ", ") + where + ": " + text;
    if (found.empty())
        return say("Core", "{} names none yet", work.program);
    return count == 0 ? std::string() : say("Core", "{} of {} are not {} yet ({}{})", count, found.size(), work.answer, not_, count > 3 ? ", …" : "");
}

Result<bool> ToolWorker::isGone(const ToolWork &work, std::stop_token stop) const
{
    if (work.asks.empty() || work.gone.empty())
        return false;
    Command asking = TRY(command(work, work.asks, stop));
    asking.timeout = 60s;
    const ProcessOutput output = TRY(m_ground.runner->run(asking, stop));
    if (output.exitCode == 0)
        return false;
    if (output.err.find(work.gone) != std::string::npos || output.out.find(work.gone) != std::string::npos)
        return true;
    return fail(ErrorKind::Process, say("Core", "{} ended with {}", work.program, output.exitCode) + ": " + lastWords(output), say("Core", "It is not known what is left; remove again once the program answers"));
}

Result<> ToolWorker::carriedOut(const ToolWork &work, const std::vector<std::string> &arguments, plan::StepContext &context) const
{
    Command doing = TRY(command(work, arguments, context.stop()));
    const std::string file = work.file.empty() ? std::string() : doing.folder + "/" + work.file;
    if (!file.empty()) {
        const Secret content = TRY(renderSecretTree(m_entry, m_filling, work.content));
        TRY(written(file, content.reveal()));
    }
    doing.heard = [&](ProcessStream, std::string_view piece) { context.print(piece); };
    auto output = m_ground.runner->run(doing, context.stop());
    std::error_code error;
    if (!file.empty())
        fs::remove(toPath(file), error);
    if (!output)
        return std::unexpected(std::move(output).error());
    if (output->exitCode == 0)
        return {};
    const std::string words = lastWords(*output);
    return fail(ErrorKind::Process, say("Core", "{} ended with {}", work.program, output->exitCode) + (words.empty() ? "" : ": " + words));
}

// Whatever it waits for may take an hour (images of many gigabytes); asked seldom, told when it changes.
Result<> ToolWorker::waitedFor(const ToolWork &work, std::chrono::milliseconds patience, plan::StepContext &context) const
{
    const auto until = std::chrono::steady_clock::now() + patience;
    std::string told;
    for (auto delay = 500ms;; delay = std::min(5'000ms, delay * 3 / 2)) {
        const std::string words = TRY(missing(work, context.stop()));
        if (words.empty())
            return {};
        if (words != told)
            context.print(words + "\n");
        told = words;
        if (std::chrono::steady_clock::now() > until)
            return fail(ErrorKind::Timeout, words, say("Core", "It goes on by itself; deploy again to wait on"));
        if (!pause(delay, context.stop()))
            return fail(ErrorKind::Cancelled, say("Core", "it was cancelled; what was done stays"));
    }
}

Result<> ToolWorker::run(const ToolWork &work, std::chrono::milliseconds patience, plan::StepContext &context) const
{
    return work.run.empty() ? waitedFor(work, patience, context) : carriedOut(work, work.run, context);
}

Result<> ToolWorker::undo(const ToolWork &work, plan::StepContext &context) const
{
    return work.undo.empty() ? Result<>() : carriedOut(work, work.undo, context);
}

} // namespace timonier::catalog
