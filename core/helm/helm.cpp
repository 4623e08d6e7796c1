#include "helm/helm.h"

#include "base/paths.h"
#include "base/say.h"
#include "helm/helm_error.h"
#include "helm/helm_json.h"
#include "kube/fetch.h"
#include "net/download.h"

#include <nlohmann/json.hpp>

#include <QDir>
#include <QStandardPaths>
#include <QTemporaryFile>

namespace timonier::helm {

namespace {

using namespace std::chrono_literals;

// A file that only this user can read, gone when it goes. In memory where the system has such a folder.
std::unique_ptr<QTemporaryFile> privateFile(const Secret &text)
{
    QString folder = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
    if (folder.isEmpty() || !QFileInfo(folder).isWritable())
        folder = QDir::tempPath();
    auto file = std::make_unique<QTemporaryFile>(folder + QStringLiteral("/timonier-XXXXXX.kubeconfig"));
    const std::string &bytes = text.reveal();
    if (!file->open() || file->write(bytes.data(), qint64(bytes.size())) != qint64(bytes.size()) || !file->flush())
        return nullptr;
    return file;
}

std::string joinedPaths(const std::vector<std::string> &paths)
{
    std::string joined;
    for (const std::string &path : paths)
        joined.append(joined.empty() ? "" : std::string(1, QDir::listSeparator().toLatin1())).append(path);
    return joined;
}

// RFC 1123, at most 53: what Helm takes. Also: it never looks like an option.
Result<> checked(const ReleaseName &release)
{
    const auto isPlain = [](const std::string &name, std::size_t most) {
        return !name.empty() && name.size() <= most && name.front() != '-' && name.back() != '-' &&
               std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; });
    };
    if (!isPlain(release.name, 53))
        return fail(ErrorKind::Invalid, say("Core", "“{}” cannot be the name of a release", release.name), say("Core", "Small letters, digits and dashes, at most 53."));
    if (!isPlain(release.ns, 63))
        return fail(ErrorKind::Invalid, say("Core", "“{}” cannot be a namespace", release.ns));
    return {};
}

Result<std::vector<std::string>> chartArguments(const Chart &chart)
{
    for (const std::string *part : {&chart.reference, &chart.repository, &chart.version})
        if (part->starts_with('-'))
            return fail(ErrorKind::Invalid, say("Core", "“{}” is no chart", *part));
    if (chart.reference.empty())
        return fail(ErrorKind::Invalid, say("Core", "which chart is not said"));
    for (const std::string *address : {&chart.reference, &chart.repository}) {
        if (isUrl(*address) && shownUrl(*address) != address->substr(0, address->find_first_of("?#")))
            return fail(ErrorKind::Invalid, say("Core", "the address of a chart may have no user and password in it"), say("Core", "Sign in with `helm registry login`, or `helm repo add` and name the chart as REPOSITORY/CHART."));
        if (isUrl(*address) && !address->starts_with("https://"))
            return fail(ErrorKind::Invalid, say("Core", "{} is not an https address", shownUrl(*address)), say("Core", "Anybody on the way could change what comes over plain http."));
    }
    std::vector<std::string> arguments = {chart.reference};
    if (!chart.repository.empty())
        arguments.insert(arguments.end(), {"--repo", chart.repository});
    if (!chart.version.empty())
        arguments.insert(arguments.end(), {"--version", chart.version});
    return arguments;
}

void append(std::vector<std::string> &to, std::vector<std::string> more) { to.insert(to.end(), std::move_iterator(more.begin()), std::move_iterator(more.end())); }

std::string seconds(std::chrono::seconds time) { return std::to_string(time.count()) + "s"; }

} // namespace

Helm::Helm(Tool tool, std::shared_ptr<ProcessRunner> runner, Access access, Environment environment)
    : m_tool(std::move(tool)), m_runner(std::move(runner)), m_access(std::move(access)), m_environment(std::move(environment))
{
}

bool Helm::isOfOld() const { return !isAtLeast(m_tool.version, "4.0.0"); }

Result<std::string> Helm::run(std::vector<std::string> arguments, const ReleaseName &release, const std::string &input, std::chrono::seconds limit, std::stop_token stop) const
{
    std::unique_ptr<QTemporaryFile> written;
    std::string kubeconfig = joinedPaths(m_access.kubeconfigs);
    if (!m_access.kubeconfig.empty()) {
        written = privateFile(m_access.kubeconfig);
        if (!written)
            return fail(ErrorKind::Io, say("Core", "the credentials for helm cannot be written to a temporary file"), say("Core", "Is there room on the disk, and may you write there?"));
        kubeconfig = written->fileName().toStdString();
    }
    if (!m_access.context.empty())
        append(arguments, {"--kube-context", m_access.context});
    // Helm on its way out writes down that the release failed: half a minute for that. What would lead it to another cluster goes.
    Command command{.program = toUtf8(m_tool.path), .arguments = std::move(arguments), .environment = m_environment, .set = {{"KUBECONFIG", kubeconfig}},
                    .unset = {"HELM_KUBEAPISERVER", "HELM_KUBECONTEXT", "HELM_KUBETOKEN", "HELM_KUBECAFILE", "HELM_KUBEASUSER", "HELM_KUBEASGROUPS",
                              "HELM_KUBEINSECURE_SKIP_TLS_VERIFY", "HELM_KUBETLS_SERVER_NAME", "HELM_NAMESPACE", "HELM_DEBUG"},
                    .input = input, .outLimit = 64u << 20, .timeout = limit, .grace = 30s};
    if (kubeconfig.empty())
        command.set.erase("KUBECONFIG");
    ProcessOutput output = TRY(m_runner->run(command, stop));
    if (output.exitCode != 0)
        return std::unexpected(helmError(release, output.err));
    if (output.outDropped)
        return fail(ErrorKind::TooLarge, say("Core", "helm printed more than 64 MB"));
    return std::move(output.out);
}

Result<ManifestText> Helm::templated(const ReleaseName &release, const Chart &chart, const Capabilities &cluster, bool forDiff, std::stop_token stop) const
{
    TRY(checked(release));
    std::vector<std::string> arguments = {"template", release.name};
    append(arguments, TRY(chartArguments(chart)));
    append(arguments, {"--namespace", release.ns, "--values", "-", "--skip-tests", forDiff ? "--no-hooks" : "--include-crds"});
    if (!cluster.kubeVersion.empty())
        append(arguments, {"--kube-version", cluster.kubeVersion});
    for (const std::string &api : cluster.apiVersions)
        append(arguments, {"--api-versions", api});
    return ManifestText{"helm template " + release.name, TRY(run(std::move(arguments), release, chart.values, 5min, stop))};
}

Result<std::string> Helm::defaultValues(const Chart &chart, std::stop_token stop) const
{
    std::vector<std::string> arguments = {"show", "values"};
    append(arguments, TRY(chartArguments(chart)));
    return run(std::move(arguments), {}, {}, 5min, stop);
}

Result<Release> Helm::install(const ReleaseName &release, const Chart &chart, const InstallOptions &options, std::stop_token stop) const
{
    TRY(checked(release));
    std::vector<std::string> arguments = {"upgrade", "--install", release.name};
    append(arguments, TRY(chartArguments(chart)));
    append(arguments, {"--namespace", release.ns, "--create-namespace", "--reset-values", "--values", "-", "--output", "json", "--timeout", seconds(options.timeout)});
    if (options.wait)
        append(arguments, {"--wait", "--wait-for-jobs"});
    if (options.rollbackOnFailure)
        append(arguments, {isOfOld() ? "--atomic" : "--rollback-on-failure"});
    const std::string out = TRY(run(std::move(arguments), release, chart.values, 2 * options.timeout + 5min, stop));
    return readInstalled(out);
}

Result<std::vector<Release>> Helm::releases(const std::string &ns, std::stop_token stop) const
{
    std::vector<std::string> arguments = {"list", "--output", "json", "--max", "0"};
    if (isOfOld())
        append(arguments, {"--all"}); // else only what went well; Helm 4 lists all
    if (ns.empty())
        append(arguments, {"--all-namespaces"});
    else
        append(arguments, {"--namespace", ns});
    const std::string out = TRY(run(std::move(arguments), {ns, ""}, {}, 2min, stop));
    return readReleases(out);
}

Result<std::vector<Release>> Helm::history(const ReleaseName &release, std::stop_token stop) const
{
    TRY(checked(release));
    const std::string out = TRY(run({"history", release.name, "--namespace", release.ns, "--output", "json"}, release, {}, 2min, stop));
    return readHistory(release, out);
}

Result<std::string> Helm::values(const ReleaseName &release, int revision, std::stop_token stop) const
{
    TRY(checked(release));
    std::vector<std::string> arguments = {"get", "values", release.name, "--namespace", release.ns, "--output", "yaml"};
    if (revision > 0)
        append(arguments, {"--revision", std::to_string(revision)});
    std::string text = TRY(run(std::move(arguments), release, {}, 2min, stop));
    return text == "null\n" || text == "{}\n" ? std::string() : text;
}

Result<ManifestText> Helm::manifest(const ReleaseName &release, int revision, std::stop_token stop) const
{
    TRY(checked(release));
    std::vector<std::string> arguments = {"get", "manifest", release.name, "--namespace", release.ns};
    if (revision > 0)
        append(arguments, {"--revision", std::to_string(revision)});
    return ManifestText{"helm get manifest " + release.name, TRY(run(std::move(arguments), release, {}, 2min, stop))};
}

Result<> Helm::rollback(const ReleaseName &release, int revision, const InstallOptions &options, std::stop_token stop) const
{
    TRY(checked(release));
    std::vector<std::string> arguments = {"rollback", release.name, std::to_string(revision), "--namespace", release.ns, "--timeout", seconds(options.timeout)};
    if (options.wait)
        append(arguments, {"--wait", "--wait-for-jobs"});
    TRY(run(std::move(arguments), release, {}, options.timeout + 5min, stop));
    return {};
}

Result<std::vector<std::string>> Helm::uninstall(const ReleaseName &release, const InstallOptions &options, std::stop_token stop) const
{
    TRY(checked(release));
    std::vector<std::string> arguments = {"uninstall", release.name, "--namespace", release.ns, "--timeout", seconds(options.timeout)};
    if (options.wait)
        append(arguments, {"--wait"});
    const std::string out = TRY(run(std::move(arguments), release, {}, 2 * options.timeout + 5min, stop));
    return readKept(out);
}

Result<Capabilities> capabilitiesOf(Transport &transport, std::stop_token stop)
{
    using Json = nlohmann::json;
    const Response version = TRY(fetch(transport, {.path = "/version"}, stop));
    const Response groups = TRY(fetch(transport, {.path = "/apis"}, stop));
    const Json told = Json::parse(version.body, nullptr, false), listed = Json::parse(groups.body, nullptr, false);
    if (!told.is_object() || !listed.is_object() || !listed.contains("groups") || !listed["groups"].is_array())
        return fail(ErrorKind::Protocol, say("Core", "the server does not say what it offers"));
    Capabilities found{.kubeVersion = told.value("gitVersion", ""), .apiVersions = {"v1"}};
    for (const Json &group : listed["groups"])
        if (group.is_object() && group.contains("versions") && group["versions"].is_array())
            for (const Json &one : group["versions"])
                if (one.is_object() && one.contains("groupVersion") && one["groupVersion"].is_string())
                    found.apiVersions.push_back(one["groupVersion"].get<std::string>());
    return found;
}

} // namespace timonier::helm
