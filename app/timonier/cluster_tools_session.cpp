#include "cluster_tools_session.h"

#include "hand.h"

#include "base/lines.h"
#include "base/redact.h"

#include <mutex>

namespace timonier {

namespace {

// The newest line a tool has said, taken by the GUI when it comes to it: a tool that floods wakes nobody twice.
class LastLine
{
public:
    // True: nobody is on the way to fetch it.
    bool put(std::string_view line)
    {
        const std::scoped_lock lock(m_mutex);
        m_line = line;
        return !std::exchange(m_awaited, true);
    }
    std::string take()
    {
        const std::scoped_lock lock(m_mutex);
        m_awaited = false;
        return std::move(m_line);
    }

private:
    std::mutex m_mutex;
    std::string m_line{};
    bool m_awaited = false;
};

// Stopped by the one or the other.
Result<> stoppable(const std::stop_token &all, const std::stop_source &one, const std::function<Result<>(std::stop_token)> &work)
{
    const std::stop_callback handOn(all, [one]() mutable { one.request_stop(); });
    return work(one.get_token());
}

} // namespace

SessionClusterTools::SessionClusterTools(LocalCluster cluster, std::shared_ptr<Worker> closing)
    : m_cluster(std::make_shared<const LocalCluster>(std::move(cluster))), m_closing(std::move(closing)), m_here(std::shared_ptr<QObject>(new QObject, [](QObject *object) { object->deleteLater(); })), m_asking(std::make_unique<Worker>("cluster tools")),
      m_loading(std::make_unique<Worker>("image load")), m_tunneling(std::make_unique<Worker>("tunnel"))
{
}

SessionClusterTools::~SessionClusterTools()
{
    m_stop.request_stop();
    m_closing->post([asking = std::move(m_asking), loading = std::move(m_loading), tunneling = std::move(m_tunneling)] {});
}

std::optional<Error> SessionClusterTools::cannot(ClusterTool tool) const
{
    static const std::map<ClusterTool, ClusterAbility> abilities{{ClusterTool::Addons, ClusterAbility::Addons}, {ClusterTool::Images, ClusterAbility::Load},
                                                                 {ClusterTool::Services, ClusterAbility::ServiceUrls}, {ClusterTool::Tunnel, ClusterAbility::Tunnel},
                                                                 {ClusterTool::Logs, ClusterAbility::Logs}};
    const auto found = m_cluster->cannot.find(abilities.at(tool));
    return found == m_cluster->cannot.end() ? std::nullopt : std::optional(found->second);
}

Heard SessionClusterTools::hear(Tell tell) const
{
    auto last = std::make_shared<LastLine>();
    const std::function<void(bool)> fetch = [last, tell](bool) { tell(QString::fromStdString(redact(last->take()))); };
    auto lines = std::make_shared<LineCutter>([last, fetch, here = std::weak_ptr(m_here)](std::string_view line, bool) {
        const std::size_t first = line.find_first_not_of(" \t*!-"); // minikube's bullets
        if (first != line.npos && last->put(line.substr(first)))
            hand<bool>(here, fetch, true);
    }, 1'000);
    return [lines](std::string_view piece) { lines->add(piece); };
}

void SessionClusterTools::addons(Done<Result<std::vector<Addon>>> done)
{
    m_asking->post([cluster = m_cluster, stop = m_stop.get_token(), here = std::weak_ptr(m_here), done = std::move(done)] {
        using Answer = Result<std::vector<Addon>>;
        const auto found = cluster->addons(stop);
        if (!found)
            return hand<Answer>(here, done, Answer(std::unexpected(found.error())));
        std::vector<Addon> all;
        for (const local::Addon &one : *found)
            all.push_back({QString::fromStdString(one.name), one.enabled});
        hand<Answer>(here, done, std::move(all));
    });
}

void SessionClusterTools::setAddon(const QString &name, bool on, Tell tell, Done<Result<>> done)
{
    m_asking->post([cluster = m_cluster, stop = m_stop.get_token(), here = std::weak_ptr(m_here), done = std::move(done), heard = hear(std::move(tell)), name = name.toStdString(), on] {
        hand<Result<>>(here, done, cluster->setAddon(name, on, heard, stop));
    });
}

void SessionClusterTools::load(const QString &image, Tell tell, Done<Result<>> done)
{
    m_load = {};
    m_loading->post([cluster = m_cluster, all = m_stop.get_token(), own = m_load, here = std::weak_ptr(m_here), done = std::move(done), heard = hear(std::move(tell)), image = image.toStdString()] {
        hand<Result<>>(here, done, stoppable(all, own, [&](std::stop_token stop) -> Result<> {
            TRY(mustRun(*cluster, stop));
            return cluster->load(image, heard, stop);
        }));
    });
}

void SessionClusterTools::exportLogs(const QString &folder, Tell tell, Done<Result<>> done)
{
    m_asking->post([cluster = m_cluster, stop = m_stop.get_token(), here = std::weak_ptr(m_here), done = std::move(done), heard = hear(std::move(tell)), folder = folder.toStdString()] {
        hand<Result<>>(here, done, cluster->exportLogs(folder, heard, stop));
    });
}

void SessionClusterTools::serviceUrls(const QString &ns, const QString &service, Done<Result<QStringList>> done)
{
    m_asking->post([cluster = m_cluster, stop = m_stop.get_token(), here = std::weak_ptr(m_here), done = std::move(done), ns = ns.toStdString(), service = service.toStdString()] {
        const auto ask = [&]() -> Result<QStringList> {
            TRY(mustRun(*cluster, stop));
            QStringList urls;
            for (const std::string &url : TRY(cluster->serviceUrls(ns, service, stop)))
                urls << QString::fromStdString(url);
            return urls;
        };
        hand<Result<QStringList>>(here, done, ask());
    });
}

void SessionClusterTools::openTunnel(Tell tell, Done<Result<>> closed)
{
    m_tunnel = {};
    m_tunneling->post([cluster = m_cluster, all = m_stop.get_token(), own = m_tunnel, here = std::weak_ptr(m_here), closed = std::move(closed), heard = hear(std::move(tell))] {
        hand<Result<>>(here, closed, stoppable(all, own, [&](std::stop_token stop) -> Result<> {
            TRY(mustRun(*cluster, stop));
            return cluster->tunnel(heard, stop);
        }));
    });
}

} // namespace timonier
