// What the window asks of the program around it; app/ implements it on the core, tests with doubles. GUI thread.
#pragma once

#include "kube/cluster.h"

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

// One open cluster. Dropped on the GUI thread: whoever implements it must not block there to join threads.
struct OpenCluster {
    virtual ~OpenCluster() = default;
    virtual std::unique_ptr<Subscription> subscribe(const KindSpec &kind, const std::string &ns, bool withMetrics,
                                                    std::function<void()> wake) = 0;
};

struct ClusterOpener {
    using Done = std::function<void(Result<std::shared_ptr<OpenCluster>>)>;
    virtual ~ClusterOpener() = default;
    // Returns at once. `done` is called once, later or never (when the opener goes), on the GUI thread.
    virtual void open(const QString &context, Done done) = 0;
};

} // namespace timonier
