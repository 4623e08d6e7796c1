#include "kube/kubeconfig.h"

#include "base/nearest_name.h"
#include "base/paths.h"
#include "base/redact.h"
#include "base/say.h"

#include <QDir>

#include <algorithm>

namespace timonier {

namespace {

template <class T>
const Named<T> *find(const std::vector<Named<T>> &all, const std::string &name)
{
    const auto it = std::ranges::find(all, name, &Named<T>::name);
    return it == all.end() ? nullptr : &*it;
}

template <class T>
void addMissing(std::vector<Named<T>> &all, std::vector<Named<T>> more)
{
    for (Named<T> &one : more)
        if (!find(all, one.name))
            all.push_back(std::move(one));
}

template <class T>
std::vector<std::string> names(const std::vector<Named<T>> &all)
{
    std::vector<std::string> names;
    for (const Named<T> &one : all)
        names.push_back(one.name);
    return names;
}

std::string didYouMean(const std::string &wanted, const std::vector<std::string> &names, std::string otherwise)
{
    const std::string nearest = nearestName(wanted, names);
    return nearest.empty() ? std::move(otherwise) : say("Core", "Did you mean {}?", nearest);
}

} // namespace

std::vector<std::string> kubeconfigPaths(const std::string &chosen, const Environment &environment)
{
    if (!chosen.empty())
        return {chosen};
    std::vector<std::string> paths;
    const std::string_view list = variable(environment, "KUBECONFIG");
    const char separator = QDir::listSeparator().toLatin1();
    for (std::size_t begin = 0; begin <= list.size();) {
        const std::size_t end = std::min(list.find(separator, begin), list.size());
        std::string path(list.substr(begin, end - begin));
        if (!path.empty() && std::ranges::find(paths, path) == paths.end())
            paths.push_back(std::move(path));
        begin = end + 1;
    }
    if (paths.empty())
        paths.push_back(toUtf8(homeDir() / ".kube" / "config"));
    return paths;
}

Result<Kubeconfig> Kubeconfig::load(const std::vector<std::string> &paths)
{
    Kubeconfig all;
    all.m_files = paths;
    bool any = false;
    for (const std::string &path : paths) {
        Result<KubeconfigFile> file = readKubeconfigFile(path);
        any = any || file;
        if (file)
            all.add(std::move(*file));
        else if (file.error().kind != ErrorKind::NotFound)
            all.m_problems.push_back(std::move(file).error().because(
                say("Core", "the kubeconfig {} cannot be used", path), say("Core", "Correct it there, or name another one in KUBECONFIG")));
    }
    if (any)
        return all;
    if (!all.m_problems.empty())
        return std::unexpected(std::move(all.m_problems.front()));
    std::string list;
    for (const std::string &path : paths)
        list += (list.empty() ? "" : ", ") + path;
    return std::unexpected(
        Error{.kind = ErrorKind::NotFound,
              .message = say("Core", "there is no kubeconfig: {} does not exist", list),
              .hint = say("Core", "Create a cluster, or save the kubeconfig of an existing one as {}, or name it in KUBECONFIG",
                          toUtf8(homeDir() / ".kube" / "config")),
              .context = {{"file", list}}});
}

void Kubeconfig::add(KubeconfigFile file)
{
    if (m_current.empty())
        m_current = std::move(file.currentContext);
    addMissing(m_clusters, std::move(file.clusters));
    addMissing(m_users, std::move(file.users));
    addMissing(m_contexts, std::move(file.contexts));
    std::ranges::move(file.problems, std::back_inserter(m_problems));
}

std::optional<Error> Kubeconfig::problemOf(const Named<ContextEntry> &context) const
{
    if (context.problem)
        return context.problem;
    const auto missing = [&](std::string message, std::string hint) {
        return Error{.kind = ErrorKind::Invalid, .message = std::move(message), .hint = std::move(hint),
                     .context = {{"context", context.name}}};
    };
    const std::string &cluster = context.value.cluster;
    if (cluster.empty())
        return missing(say("Core", "the context {} names no cluster", context.name),
                       say("Core", "Add cluster: with the name of one of the clusters"));
    const auto *found = find(m_clusters, cluster);
    if (!found)
        return missing(say("Core", "the context {} names the cluster {}, which is not there", context.name, cluster),
                       didYouMean(cluster, names(m_clusters), say("Core", "See whether a file of KUBECONFIG is missing")));
    if (found->problem)
        return found->problem;
    const std::string &user = context.value.user;
    if (user.empty())
        return {}; // nobody: an API server may let anonymous users in
    const auto *who = find(m_users, user);
    if (!who)
        return missing(say("Core", "the context {} names the user {}, who is not there", context.name, user),
                       didYouMean(user, names(m_users), say("Core", "See whether a file of KUBECONFIG is missing")));
    return who->problem;
}

std::vector<ContextInfo> Kubeconfig::contexts() const
{
    std::vector<ContextInfo> infos;
    infos.reserve(m_contexts.size());
    for (const Named<ContextEntry> &context : m_contexts) {
        const auto *cluster = find(m_clusters, context.value.cluster);
        infos.push_back({.name = context.name,
                         .cluster = context.value.cluster,
                         .user = context.value.user,
                         .ns = context.value.ns,
                         .server = cluster ? redact(cluster->value.endpoint.server) : std::string(),
                         .insecureSkipTlsVerify = cluster && cluster->value.endpoint.insecureSkipTlsVerify,
                         .problem = problemOf(context)});
    }
    return infos;
}

Result<ResolvedContext> Kubeconfig::resolve(const std::string &name) const
{
    const std::string &wanted = name.empty() ? m_current : name;
    if (wanted.empty())
        return fail(ErrorKind::NotFound, say("Core", "the kubeconfig has no current context"),
                    say("Core", "Choose a context by its name"));
    const auto *context = find(m_contexts, wanted);
    if (!context)
        return fail(ErrorKind::NotFound, say("Core", "there is no context named {}", wanted),
                    didYouMean(wanted, names(m_contexts),
                               m_contexts.empty() ? say("Core", "The kubeconfig has no contexts")
                                                  : say("Core", "\"timonierctl contexts\" lists those there are")));
    if (std::optional<Error> problem = problemOf(*context))
        return std::unexpected(std::move(*problem));

    const ClusterEntry &cluster = find(m_clusters, context->value.cluster)->value;
    ResolvedContext resolved{.name = wanted,
                             .ns = context->value.ns.empty() ? "default" : context->value.ns,
                             .endpoint = cluster.endpoint,
                             .user = {}};
    if (!cluster.caFile.empty()) {
        Result<std::string> pem = readSmallFile(cluster.caFile);
        if (pem && pem->find("-----BEGIN ") == pem->npos)
            pem = std::unexpected(Error{.kind = ErrorKind::Invalid,
                                        .message = say("Core", "the file {} holds no PEM certificate", cluster.caFile),
                                        .context = {{"file", cluster.caFile}}});
        if (!pem)
            return std::unexpected(std::move(pem).error().because(
                say("Core", "the certificate authority of the cluster {} cannot be read", context->value.cluster),
                say("Core", "Put the file in place, or correct certificate-authority in the kubeconfig")));
        resolved.endpoint.caPem = std::move(*pem);
    }
    if (const auto *user = find(m_users, context->value.user)) {
        resolved.user = user->value.user;
        resolved.user.name = user->name;
        if (resolved.user.exec)
            resolved.user.exec->clusterConfig = cluster.execConfig;
        resolved.endpoint.impersonate = user->value.impersonate;
    }
    return resolved;
}

} // namespace timonier
