#include "ctl/cluster_tools.h"

#include "base/say.h"
#include "ctl/plan_commands.h"
#include "provision/local/tool.h"
#include "session/local_clusters.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace timonier::ctl {

namespace {

using Json = nlohmann::ordered_json;

std::string textAt(const Invocation &invocation, qsizetype index) { return invocation.arguments.value(index).toStdString(); }

// What a tool prints is not the answer: on stderr, so that a script reads the answer alone.
void heard(std::string_view piece) { fmt::print(stderr, "{}", piece); }

Outcome refused(const LocalCluster &cluster, ClusterAbility ability) { return failed(cluster.cannot.at(ability)); }

Outcome listAddons(Invocation &invocation, const LocalCluster &cluster)
{
    const auto all = TRY_OUTCOME(cluster.addons(invocation.stop));
    if (wantsJson(invocation)) {
        Json json = Json::array();
        for (const local::Addon &one : all)
            json.push_back({{"name", one.name}, {"enabled", one.enabled}});
        fmt::print("{}\n", json.dump(-1, ' ', false, Json::error_handler_t::replace));
        return Success;
    }
    std::size_t width = 0;
    for (const local::Addon &one : all)
        width = std::max(width, one.name.size());
    for (const local::Addon &one : all)
        fmt::print("{:<{}}{}\n", one.name, width + 4, one.enabled ? say("Ctl", "enabled") : say("Ctl", "disabled"));
    return Success;
}

Outcome addons(Invocation &invocation, const LocalCluster &cluster)
{
    const std::string what = textAt(invocation, 1);
    const bool switches = what == "enable" || what == "disable";
    if (switches ? invocation.arguments.size() < 3 : invocation.arguments.size() > 1)
        return misused(QCoreApplication::translate("Ctl", "say cluster addons, or cluster addons enable NAME…, or disable NAME…"));
    if (cluster.cannot.contains(ClusterAbility::Addons))
        return refused(cluster, ClusterAbility::Addons);
    if (const auto runs = mustRun(cluster, invocation.stop); !runs && runs.error().kind != ErrorKind::Conflict) // switched in a stopped one, it counts from the next start on
        return failed(runs.error());
    if (!switches)
        return listAddons(invocation, cluster);
    for (qsizetype i = 2; i < invocation.arguments.size(); ++i) {
        const std::string name = textAt(invocation, i);
        if (name.starts_with('-'))
            return misused(QCoreApplication::translate("Ctl", "“%1” is no name of an add-on").arg(invocation.arguments[i]));
        TRY_OUTCOME(cluster.setAddon(name, what == "enable", heard, invocation.stop));
        if (!wantsJson(invocation))
            fmt::print("{}\n", what == "enable" ? say("Ctl", "{} is enabled", name) : say("Ctl", "{} is disabled", name));
    }
    return wantsJson(invocation) ? listAddons(invocation, cluster) : Success;
}

Outcome serviceUrl(Invocation &invocation, const LocalCluster &cluster)
{
    if (invocation.arguments.size() != 2)
        return misused(QCoreApplication::translate("Ctl", "say cluster service-url SERVICE, and -n NAMESPACE"));
    if (cluster.cannot.contains(ClusterAbility::ServiceUrls))
        return refused(cluster, ClusterAbility::ServiceUrls);
    TRY_OUTCOME(mustRun(cluster, invocation.stop));
    const auto urls = TRY_OUTCOME(cluster.serviceUrls(invocation.options.value(QStringLiteral("namespace")).toStdString(), textAt(invocation, 1), invocation.stop));
    if (wantsJson(invocation))
        fmt::print("{}\n", Json(urls).dump(-1, ' ', false, Json::error_handler_t::replace));
    else
        fmt::print("{}\n", fmt::join(urls, "\n"));
    return Success;
}

Outcome tunnel(Invocation &invocation, const LocalCluster &cluster)
{
    if (invocation.arguments.size() != 1)
        return misused(QCoreApplication::translate("Ctl", "cluster tunnel takes nothing more"));
    if (cluster.cannot.contains(ClusterAbility::Tunnel))
        return refused(cluster, ClusterAbility::Tunnel);
    TRY_OUTCOME(mustRun(cluster, invocation.stop));
    fmt::print(stderr, "{}\n", say("Ctl", "Services of the type LoadBalancer get addresses while this runs; Ctrl+C ends it."));
    TRY_OUTCOME(cluster.tunnel(heard, invocation.stop));
    return invocation.stop.stop_requested() ? Interrupted : Success;
}

Outcome loadImages(Invocation &invocation, const LocalCluster &cluster)
{
    if (invocation.arguments.size() < 2)
        return misused(QCoreApplication::translate("Ctl", "say cluster load-image IMAGE… or FILE.tar…"));
    for (qsizetype i = 1; i < invocation.arguments.size(); ++i)
        if (invocation.arguments[i].isEmpty() || invocation.arguments[i].startsWith(QLatin1Char('-')))
            return misused(QCoreApplication::translate("Ctl", "“%1” is no name of an image").arg(invocation.arguments[i]));
        else if (const std::string image = textAt(invocation, i); local::isArchive(image) && !QFileInfo(invocation.arguments[i]).isFile())
            return failed({.kind = ErrorKind::NotFound, .message = say("Ctl", "there is no file {}", image), .hint = say("Ctl", "docker save -o FILE.tar IMAGE makes one")});
    if (cluster.cannot.contains(ClusterAbility::Load))
        return refused(cluster, ClusterAbility::Load);
    TRY_OUTCOME(mustRun(cluster, invocation.stop));
    for (qsizetype i = 1; i < invocation.arguments.size(); ++i) {
        TRY_OUTCOME(cluster.load(textAt(invocation, i), heard, invocation.stop));
        if (!wantsJson(invocation))
            fmt::print("{}\n", say("Ctl", "{} is in {}", textAt(invocation, i), cluster.name));
    }
    return Success;
}

} // namespace

bool isClusterTool(std::string_view verb) { return verb == "addons" || verb == "service-url" || verb == "tunnel" || verb == "load-image"; }

Outcome runClusterTool(Invocation &invocation, const LocalCluster &cluster)
{
    const std::string verb = textAt(invocation, 0);
    return verb == "addons" ? addons(invocation, cluster) : verb == "service-url" ? serviceUrl(invocation, cluster) : verb == "tunnel" ? tunnel(invocation, cluster) : loadImages(invocation, cluster);
}

} // namespace timonier::ctl
