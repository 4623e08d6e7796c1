// TO BE CONNECTED by the integrator: the core behind the window's interfaces.
#pragma once

#include "ui/models/cluster_opener.h"

#include <QObject>

namespace timonier {

// The contexts of the kubeconfig files. Reads files: runs on a worker, and again when they change; `done` is called on
// the GUI thread.
void readContexts(const QString &kubeconfig, QObject *receiver, std::function<void(ContextList)> done);

std::unique_ptr<ClusterOpener> makeOpener(const QString &kubeconfig);

// typedKinds() of the core.
std::vector<KindSpec> windowKinds();

} // namespace timonier
