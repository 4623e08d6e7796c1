#include "provision/minikube/minikube_tool.h"

#include "base/lines.h"
#include "base/paths.h"
#include "base/say.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace timonier::minikube {

namespace {

using namespace std::chrono_literals;

std::filesystem::path kubeconfigPath(const std::string &profile) { return cacheDir() / "minikube" / (profile + ".kubeconfig"); }

Course courseOf(const std::string &out)
{
    Course course;
    LineCutter lines([&](std::string_view line, bool whole) { course.take(readEvent(line, whole)); });
    lines.add(out);
    lines.end();
    return course;
}

// minikube's exit codes by tens (pkg/minikube/reason/exitcode.go).
std::string areaOf(int code)
{
    switch (code / 10) {
    case 1: return say("Core", "its settings");
    case 2: return say("Core", "the resources of this computer");
    case 3: return say("Core", "this computer");
    case 4: return say("Core", "the internet");
    case 5: return say("Core", "the driver");
    case 6: return say("Core", "what the driver uses");
    case 7: return say("Core", "the local network");
    case 8: return say("Core", "the node");
    case 9: return say("Core", "the container runtime");
    case 10: return say("Core", "the control plane");
    case 11: return say("Core", "a service");
    default: return {};
    }
}

// Of a tunnel's status, which comes anew with each change: which services it leads to, and what goes wrong. Not that a terminal is to stay open.
bool matters(std::string_view line)
{
    const auto says = [&](std::string_view word) { return line.find(word) != line.npos; };
    if (says("Tunnel successfully started") || says("Starting tunnel") || says("services: ") || says("Exiting due to") || says("sudo"))
        return true;
    return (says("router: ") || says("emulator: ") || says("minikube: ")) && !says("no errors") && !says("Running");
}

Error nameless(const ProcessOutput &output)
{
    const std::string area = areaOf(output.exitCode), words = local::lastWords(output.err);
    Error error{.kind = ErrorKind::Process, .message = area.empty() ? say("Core", "minikube ended with {}", output.exitCode) : say("Core", "minikube ended with {}, which is about {}", output.exitCode, area),
                .hint = say("Core", "minikube logs tells more"), .context = {{"exit code", std::to_string(output.exitCode)}}};
    if (!words.empty())
        error.context.emplace_back("stderr", words);
    return error;
}

} // namespace

Command MinikubeTool::command(std::vector<std::string> arguments) const
{
    arguments.insert(arguments.begin() + 1, {"-p", m_spec.name});
    Command command = local::toolCommand("minikube", std::move(arguments));
    const std::filesystem::path kubeconfig = kubeconfigPath(m_spec.name);
    std::error_code error;
    std::filesystem::create_directories(kubeconfig.parent_path(), error);
    command.set["KUBECONFIG"] = toUtf8(kubeconfig);
    command.set["MINIKUBE_IN_STYLE"] = "false";
    command.set["MINIKUBE_WANTUPDATENOTIFICATION"] = "false";
    return command;
}

Result<ProcessOutput> MinikubeTool::run(std::vector<std::string> arguments, std::stop_token stop) const
{
    Command asked = command(std::move(arguments));
    asked.timeout = 2min; // questions are answered at once, or the machine below hangs
    return m_runner->run(asked, std::move(stop));
}

Result<> MinikubeTool::course(std::vector<std::string> arguments, const Listener &listener, bool mustBeDone, std::stop_token stop) const
{
    arguments.emplace_back("--output=json");
    if (arguments.front() == "start")
        arguments.emplace_back("--interactive=false");
    Course course;
    double told = 0;
    const auto hear = [&](std::string_view line, bool whole) {
        const Event event = readEvent(line, whole);
        course.take(event);
        if (const std::string shown = lineFor(event); !shown.empty() && listener.line)
            listener.line(shown + "\n");
        if (course.progress() > told && listener.progress)
            listener.progress(told = course.progress());
    };
    LineCutter out(hear), err(hear);
    const ProcessOutput output = TRY(local::runTool(*m_runner, command(std::move(arguments)), [&](ProcessStream stream, std::string_view piece) { (stream == ProcessStream::Out ? out : err).add(piece); }, std::move(stop)));
    out.end();
    err.end();
    // A start that succeeds prints errors on its way: only the exit code and the last step decide.
    if (output.exitCode == 0 && (course.isDone() || !mustBeDone))
        return {};
    if (const auto cause = course.cause(); cause && output.exitCode != 0) {
        const form::Check failure = failureOf(*cause, m_spec, known());
        if (listener.failure)
            listener.failure(failure);
        return std::unexpected(errorOf(failure, output.exitCode));
    }
    if (output.exitCode == 0)
        return fail(ErrorKind::Protocol, say("Core", "minikube ended well without saying that it is done; it was at “{}”", course.step()), say("Core", "Look at the cluster's state, and resume the run"));
    return std::unexpected(nameless(output));
}

Error MinikubeTool::problem(const ProcessOutput &output) const
{
    auto cause = exitIn(output.err);
    if (!cause)
        cause = exitIn(output.out);
    if (!cause)
        cause = courseOf(output.out).cause();
    return cause ? errorOf(failureOf(*cause, m_spec, known()), output.exitCode) : nameless(output);
}

Result<ProcessOutput> MinikubeTool::spoken(std::vector<std::string> arguments, const Listener &listener, std::stop_token stop) const
{
    LineCutter lines([&](std::string_view line, bool) {
        if (listener.line && line.find_first_not_of(" \t") != line.npos)
            listener.line(std::string(line) + "\n");
    });
    ProcessOutput output = TRY(local::runTool(*m_runner, command(std::move(arguments)), [&](ProcessStream, std::string_view piece) { lines.add(piece); }, std::move(stop)));
    lines.end();
    if (output.exitCode != 0)
        return std::unexpected(problem(output));
    return output;
}

Result<> MinikubeTool::start(const Listener &listener, bool downloadOnly, std::stop_token stop) const
{
    return course(startArguments(m_spec, downloadOnly), listener, !downloadOnly, std::move(stop));
}

Result<> MinikubeTool::halt(const Listener &listener, std::stop_token stop) const { return course({"stop"}, listener, false, std::move(stop)); }

Result<> MinikubeTool::remove(const Listener &listener, std::stop_token stop) const
{
    TRY(course({"delete"}, listener, false, std::move(stop)));
    std::error_code error;
    std::filesystem::remove(kubeconfigPath(m_spec.name), error);
    return {};
}

Result<bool> MinikubeTool::isThere(std::stop_token stop) const
{
    const std::vector<Profile> all = TRY(profiles(*m_runner, std::move(stop)));
    return std::ranges::any_of(all, [&](const Profile &one) { return one.name == m_spec.name; });
}

Result<local::ClusterState> MinikubeTool::state(std::stop_token stop) const
{
    const ProcessOutput output = TRY(run({"status", "-o", "json"}, std::move(stop))); // its exit code is bits of what is not well
    return readStatus(output.out, m_spec.name);
}

Result<std::string> MinikubeTool::kubeconfig(std::stop_token stop) const
{
    const auto read = [&] {
        std::ifstream file(kubeconfigPath(m_spec.name), std::ios::binary);
        return std::string{std::istreambuf_iterator<char>(file), {}};
    };
    std::string text = read();
    if (text.empty()) { // a profile that was not made by us, or a cache that somebody emptied
        TRY(run({"update-context"}, std::move(stop)));
        text = read();
    }
    if (text.empty())
        return fail(ErrorKind::NotFound, say("Core", "minikube wrote no kubeconfig for {}", m_spec.name), say("Core", "Start it"));
    return text;
}

Result<std::vector<local::Addon>> MinikubeTool::addons(std::stop_token stop) const
{
    const ProcessOutput output = TRY(run({"addons", "list", "-o", "json"}, std::move(stop)));
    if (output.exitCode != 0)
        return std::unexpected(problem(output));
    return readAddons(output.out);
}

Result<> MinikubeTool::setAddon(const std::string &name, bool on, const Listener &listener, std::stop_token stop) const
{
    auto done = spoken({"addons", on ? "enable" : "disable", name}, listener, std::move(stop));
    if (!done && done.error().kind != ErrorKind::Cancelled)
        return std::unexpected(std::move(done).error().because(say("Core", "the add-on {} cannot be switched", name)));
    return done ? Result<>() : std::unexpected(std::move(done).error());
}

Result<std::vector<std::string>> MinikubeTool::serviceUrls(const std::string &ns, const std::string &name, std::stop_token stop) const
{
    TRY(kubeconfig(stop)); // it asks the cluster itself
    Command asked = command({"service", name, "-n", ns, "--url"});
    asked.timeout = 20s;
    std::vector<std::string> urls;
    LineCutter lines([&](std::string_view line, bool) {
        if (line.starts_with("http://") || line.starts_with("https://"))
            urls.emplace_back(line);
    });
    const auto output = local::runTool(*m_runner, asked, [&](ProcessStream stream, std::string_view piece) {
        if (stream == ProcessStream::Out)
            lines.add(piece);
    }, std::move(stop));
    lines.end();
    if (output && output->exitCode != 0)
        return std::unexpected(problem(*output));
    if (output && urls.empty())
        return fail(ErrorKind::NotFound, say("Core", "the service {} has no port on the nodes", name), say("Core", "Give it the type NodePort, or use port-forward"));
    if (output)
        return urls;
    if (output.error().kind == ErrorKind::Timeout && !urls.empty())
        return fail(ErrorKind::Protocol, say("Core", "with this driver {} answers only while minikube service goes on", urls.front()), say("Core", "Use Timonier's port-forward instead"));
    return std::unexpected(output.error());
}

Result<bool> MinikubeTool::isLoaded(const std::string &image, std::stop_token stop) const
{
    const ProcessOutput output = TRY(run({"image", "ls", "--format", "short"}, std::move(stop)));
    if (output.exitCode != 0)
        return std::unexpected(problem(output));
    const std::string wanted = image.find(':', image.rfind('/') + 1) == std::string::npos ? image + ":latest" : image;
    return std::ranges::any_of(linesOf(output.out), [&](const std::string &line) { return line == wanted || line == "docker.io/library/" + wanted || line == "docker.io/" + wanted || line == "localhost/" + wanted; });
}

Result<> MinikubeTool::load(const std::string &image, const Listener &listener, std::stop_token stop) const
{
    TRY(spoken({"image", "load", image}, listener, stop));
    if (local::isArchive(image) || TRY(isLoaded(image, stop)))
        return {};
    return fail(ErrorKind::NotFound, say("Core", "the image {} is not on this computer", image), say("Core", "Build or pull it with {} first", "docker"));
}

Result<> MinikubeTool::exportLogs(const std::string &folder, const Listener &listener, std::stop_token stop) const
{
    std::error_code error;
    std::filesystem::create_directories(toPath(folder), error);
    const std::string file = toUtf8(toPath(folder) / (m_spec.name + ".log"));
    TRY(spoken({"logs", "--file=" + file}, listener, std::move(stop)));
    if (!std::filesystem::exists(toPath(file), error)) // it says so, and ends well
        return fail(ErrorKind::Io, say("Core", "{} was not written", file), say("Core", "Choose a folder that you may write to"));
    return {};
}

Result<> MinikubeTool::tunnel(const Listener &listener, std::stop_token stop) const
{
    TRY(kubeconfig(stop));
    Command asked = command({"tunnel", "--cleanup"});
    asked.stall = 0ms; // it is silent while all is well
    std::stop_source own; // ended by the person, or by us when it cannot do its work
    const std::stop_callback handOn(stop, [&own] { own.request_stop(); });
    bool mayAsk = false, isRefused = false;
    LineCutter lines([&](std::string_view line, bool) {
        mayAsk = mayAsk || line.find("sudo permission") != line.npos;
        isRefused = isRefused || line.find("password is required") != line.npos || line.find("terminal is required") != line.npos;
        if (listener.line && matters(line))
            listener.line(std::string(line) + "\n");
        if (isRefused)
            own.request_stop();
    });
    const auto output = local::runTool(*m_runner, asked, [&](ProcessStream, std::string_view piece) { lines.add(piece); }, own.get_token());
    lines.end();
    if (isRefused || (output && output->exitCode != 0 && mayAsk))
        return fail(ErrorKind::Forbidden, say("Core", "minikube tunnel wants root's rights, to set routes"), say("Core", "Type `minikube tunnel -p {}` in a terminal, or use port-forward", m_spec.name));
    if (!output)
        return output.error().kind == ErrorKind::Cancelled ? Result<>() : std::unexpected(output.error());
    return output->exitCode == 0 ? Result<>() : std::unexpected(problem(*output));
}

Result<std::vector<Profile>> profiles(ProcessRunner &runner, std::stop_token stop)
{
    Command command = local::toolCommand("minikube", {"profile", "list", "-o", "json"});
    command.timeout = 2min;
    const ProcessOutput output = TRY(runner.run(command, std::move(stop)));
    auto all = readProfiles(output.out);
    if (!all && output.exitCode != 0)
        if (const auto cause = courseOf(output.out).cause()) { // "no profile was found" is an event with an id, in some versions
            if (cause->name.find("NO_PROFILE") != std::string::npos)
                return std::vector<Profile>{};
            return std::unexpected(errorOf(failureOf(*cause, {}, known()), output.exitCode));
        }
    return all;
}

} // namespace timonier::minikube
