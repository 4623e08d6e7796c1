// What is done with a cluster of this computer that runs, by the tool that made it. app/ implements it on the core, tests with a double. GUI
// thread: everything returns at once; a `done` is called there once, or never when this goes first.
#pragma once

#include "base/result.h"

#include <QString>
#include <QStringList>

#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace timonier {

enum class ClusterTool { Addons, Images, Services, Tunnel, Logs };

class ClusterTools
{
public:
    struct Addon {
        QString name{};
        bool enabled = false;
    };
    template <class T>
    using Done = std::function<void(T)>;
    using Tell = std::function<void(const QString &line)>; // what the tool prints; a line now and then, not each

    virtual ~ClusterTools() = default;
    // Why its provider cannot, and another way to the same.
    virtual std::optional<Error> cannot(ClusterTool tool) const = 0;
    virtual void addons(Done<Result<std::vector<Addon>>> done) = 0;
    virtual void setAddon(const QString &name, bool on, Tell tell, Done<Result<>> done) = 0;
    // An image of this computer's engine, or a file with some.
    virtual void load(const QString &image, Tell tell, Done<Result<>> done) = 0;
    virtual void stopLoad() = 0;
    // Of nodes and components, into this folder.
    virtual void exportLogs(const QString &folder, Tell tell, Done<Result<>> done) = 0;
    virtual void serviceUrls(const QString &ns, const QString &service, Done<Result<QStringList>> done) = 0;
    // `closed`: when it has come to its end, an error if that was not closeTunnel()'s doing.
    virtual void openTunnel(Tell tell, Done<Result<>> closed) = 0;
    virtual void closeTunnel() = 0;
};

// A cluster that Timonier has made: what can be done with it in the window's menus.
struct ManagedCluster {
    QString context{};
    std::map<ClusterTool, QString> cannot{}; // with the reason
    QString cannotStop{};                    // likewise; empty: it is stopped and started again from here
    bool hasHosts = false;                   // it is on hosts of one's own, which can be looked at and changed (cluster_hosts.h)
};

} // namespace timonier
