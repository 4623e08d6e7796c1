#include "helm/helm_error.h"

#include "base/redact.h"
#include "base/say.h"

namespace timonier::helm {

namespace {

// From the last "Error: " on, on one line; helm warns before it.
std::string wordsOf(const std::string &printed)
{
    std::string words = redact(printed);
    if (const std::size_t begin = words.rfind("Error: "); begin != std::string::npos)
        words.erase(0, begin + 7);
    for (std::size_t at = 0; (at = words.find('\n', at)) != std::string::npos;)
        words.replace(at, 1, at + 1 == words.size() ? "" : " ");
    for (const char *verb : {"INSTALLATION FAILED: ", "UPGRADE FAILED: "})
        if (words.starts_with(verb))
            words.erase(0, std::string_view(verb).size());
    return words;
}

// "template: chart/templates/a.yaml:12:4: executing …" or "parse error at (chart/templates/a.yaml:3): …"
void place(Error &error, const std::string &words)
{
    for (const std::string_view before : {"template: ", "execution error at (", "parse error at (", "YAML parse error on "}) {
        const std::size_t found = words.find(before);
        if (found == std::string::npos)
            continue;
        const std::size_t begin = found + before.size(), colon = words.find(':', begin);
        if (colon == std::string::npos || words.substr(begin, colon - begin).find(' ') != std::string::npos)
            continue;
        const std::size_t end = std::min(words.find_first_not_of("0123456789", colon + 1), words.size());
        if (end == colon + 1)
            continue;
        error.context.emplace_back("file", words.substr(begin, colon - begin));
        error.context.emplace_back("line", words.substr(colon + 1, end - colon - 1));
        return;
    }
}

} // namespace

Error helmError(const ReleaseName &release, const std::string &printed)
{
    const std::string words = wordsOf(printed);
    const auto has = [&](std::string_view part) { return words.find(part) != std::string::npos; };
    const auto error = [&](ErrorKind kind, std::string message, std::string hint = {}) {
        Error made{.kind = kind, .message = std::move(message), .hint = std::move(hint)};
        if (!release.name.empty())
            made.context.emplace_back("release", release.ns + "/" + release.name);
        place(made, words);
        made.cause = std::make_shared<const Error>(Error{.kind = kind, .message = words.empty() ? say("Core", "it says nothing") : words});
        return made;
    };
    if (has("another operation (install/upgrade/rollback) is in progress"))
        return error(ErrorKind::Conflict, say("Core", "another helm is at work on {}, or was ended in the middle", release.name),
                     say("Core", "Wait for it; if there is none, roll back to the last revision that was deployed."));
    if (has("release: not found") || has("release: already deleted"))
        return error(ErrorKind::NotFound, say("Core", "there is no release {} in {}", release.name, release.ns));
    if (has("invalid ownership metadata") || has("cannot be imported into the current release"))
        return error(ErrorKind::Conflict, say("Core", "an object of the chart is there already, and not of this release"),
                     say("Core", "Remove it, or take another name or namespace for the release; who made it stands in its labels."));
    if (has("conflict occurred while applying object"))
        return error(ErrorKind::Conflict, say("Core", "somebody else looks after a field of an object of the release"), say("Core", "Take the field out of the values, or let the other one go of it."));
    if (has("Kubernetes cluster unreachable") || has("connection refused") || has("no such host"))
        return error(ErrorKind::Unreachable, say("Core", "helm cannot reach what it needs"), say("Core", "Check the cluster's address, or the repository's, and the network."));
    if (has("which is incompatible with Kubernetes"))
        return error(ErrorKind::Unsupported, say("Core", "the chart is not for this Kubernetes"), say("Core", "Take another version of the chart."));
    if (has("is forbidden: "))
        return error(ErrorKind::Forbidden, say("Core", "you may not do all that the chart does"));
    if (has("Unauthorized") || has("the server has asked for the client to provide credentials"))
        return error(ErrorKind::Unauthorized, say("Core", "the cluster does not know who you are"));
    if (has("don't meet the specifications of the schema"))
        return error(ErrorKind::Invalid, say("Core", "the values are not such as the chart wants them"));
    if (has("failed to parse -") || has("error converting YAML to JSON") || has("cannot unmarshal"))
        return error(ErrorKind::Invalid, say("Core", "the values, or what a template made of them, are no YAML"));
    if (has("template: ") || has("parse error at") || has("execution error at") || has("YAML parse error on"))
        return error(ErrorKind::Invalid, say("Core", "a template of the chart fails with these values"), say("Core", "Often a value that it needs is missing: compare with the chart's own values."));
    if (has("timed out waiting") || has("context deadline exceeded") || has("not ready. status:") || has("resource not ready"))
        return error(ErrorKind::Timeout, say("Core", "{} is not ready in time", release.name), say("Core", "Look at its events and its pods; the release is there, and marked as failed."));
    if (has("context canceled") || has("SIGTERM"))
        return error(ErrorKind::Cancelled, say("Core", "cancelled"));
    if (has(" is invalid: ") || has("denied the request"))
        return error(ErrorKind::Invalid, say("Core", "the server refuses an object of the chart"), say("Core", "Correct the value that it comes from."));
    if (has("no matches for kind") || has("ensure CRDs are installed first"))
        return error(ErrorKind::NotFound, say("Core", "the chart makes objects of a kind that the cluster does not know"), say("Core", "Install what brings that kind first."));
    const bool missing = has("not found") && (has("path \"") || has("chart \"") || has("chart version") || has("repo ")); // not: an object's
    if (missing || has("Chart.yaml file is missing") || has("is not a valid chart") || has("no such file or directory") || has("looks like") || has("404 Not Found"))
        return error(ErrorKind::NotFound, say("Core", "there is no such chart"), say("Core", "Check its name, its version and the repository's address."));
    return error(ErrorKind::Process, say("Core", "helm failed"));
}

} // namespace timonier::helm
