// What the window asks of the program around it; app/ implements it on the core, tests with doubles. GUI thread.
#pragma once

#include "describe/describe.h"
#include "kube/cluster.h"
#include "kube/containers.h"
#include "kube/discovery.h"
#include "kube/health.h"
#include "kube/log_feed.h"
#include "kube/ingress_routes.h"
#include "kube/logs.h"
#include "kube/port_forward.h"
#include "manifest/manifest_object.h"
#include "manifest/object_change.h"
#include "strategy/application.h"
#include "ui/models/rollout_desk.h"

#include <QString>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace timonier {

// A context of the kubeconfig, as far as it can be read without calling anybody.
struct ContextChoice {
    QString name;
    QString ns{};                      // the context's own namespace; empty: none is set
    QString server{};
    bool insecure = false;             // insecure-skip-tls-verify
    std::size_t fingerprint = 0;       // of all it says: another value means that what is open must be opened anew
    std::optional<Error> problem{};    // why it cannot be opened: a missing file, an unknown user …
};

struct ContextList {
    std::vector<ContextChoice> contexts;
    QString current;                   // current-context
    QString searched;                  // where was looked, for the welcome page: "/home/x/.kube/config"
    std::optional<Error> problem{};    // the kubeconfig itself cannot be read
};

// An object found by its name.
struct FoundObject {
    KindSpec kind;
    RowPtr row;
};

// One open cluster. Everything returns at once; a `done` is called once on the GUI thread, or never when the cluster goes
// first. Dropped on the GUI thread: whoever implements it must not block there to join threads.
struct OpenCluster {
    template <class T>
    using Done = std::function<void(T)>;

    virtual ~OpenCluster() = default;
    virtual std::unique_ptr<Subscription> subscribe(const KindSpec &kind, const Scope &scope, bool withMetrics,
                                                    std::function<void()> wake) = 0;
    virtual void discoverKinds(Done<Result<Discovery>> done) = 0;
    // The whole object, read anew.
    virtual void describe(const KindSpec &kind, const std::string &ns, const std::string &name, bool revealSecrets,
                          Done<Result<std::shared_ptr<const Description>>> done) = 0;
    virtual void count(const KindSpec &kind, const std::string &ns, Done<Result<std::int64_t>> done) = 0;
    virtual void readHealth(Done<Health> done) = 0;
    // Objects of what is watched now whose name holds `text`, those that begin with it first; at most `most`.
    virtual void search(const std::string &text, std::size_t most, Done<std::vector<FoundObject>> done) = 0;
    // Makes them, or brings them up to date; the first that fails ends it.
    virtual void apply(std::vector<ManifestObject> objects, Done<Result<>> done) = 0;
    // The containers of a pod, read anew.
    virtual void containers(const std::string &ns, const std::string &pod,
                            Done<Result<std::vector<ContainerBrief>>> done) = 0;
    // Where the ingresses of a namespace lead, read anew: their rows do not say.
    virtual void ingressRoutes(const std::string &ns, Done<Result<std::vector<IngressRoutes>>> done) = 0;
    // A Deployment with what its pods and the nodes tell, to foretell a roll-out of it.
    virtual void readApplication(const std::string &ns, const std::string &name, Done<Result<strategy::Application>> done) = 0;
    // What a strategic merge patch would make of a Deployment, by the server's own dry run.
    virtual void dryRunDeployment(const std::string &ns, const std::string &name, const std::string &patch,
                                  Done<Result<ObjectChange>> done) = 0;
    // Roll-outs begun, seen and steered; lives as long as this.
    virtual RolloutDesk *rollouts() = 0;
    // The TCP ports that a pod, a service or a workload declares, read anew.
    virtual void declaredPorts(const PortTarget &target, Done<Result<std::vector<DeclaredPort>>> done) = 0;
    // A port of this computer that leads there, as long as it is held; letting go of it blocks nobody. `wake` as of subscribe().
    virtual void forwardPort(const PortTarget &target, const ForwardOptions &options, std::function<void()> wake,
                             Done<Result<std::shared_ptr<PortForward>>> done) = 0;
    // `wake` as of subscribe().
    virtual std::unique_ptr<LogFeed> followLogs(std::vector<LogOptions> which, std::function<void()> wake) = 0;
};

struct ClusterOpener {
    using Done = std::function<void(Result<std::shared_ptr<OpenCluster>>)>;
    virtual ~ClusterOpener() = default;
    // Returns at once. `done` is called once, later or never (when the opener goes), on the GUI thread.
    virtual void open(const QString &context, Done done) = 0;
};

} // namespace timonier
