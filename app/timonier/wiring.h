// The core behind the window's interfaces: what may block runs on a worker, what is done comes back to the GUI thread.
#pragma once

#include "base/file_stamp.h"
#include "base/worker.h"
#include "session/session.h"
#include "ui/models/cluster_opener.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>

namespace timonier {

// Opens clusters, and closes them where nobody waits for their threads. GUI thread.
class SessionOpener final : public ClusterOpener
{
public:
    explicit SessionOpener(std::shared_ptr<Session> session);
    ~SessionOpener() override;
    void open(const QString &context, Done done) override;

private:
    const std::shared_ptr<Session> m_session;
    // Posts come back through this object: when it has gone, they go nowhere.
    const std::shared_ptr<QObject> m_here;
    std::shared_ptr<Worker> m_worker;   // reads files to open
    std::shared_ptr<Worker> m_closing;  // joins what is closed
};

// Reads the contexts now and whenever one of the kubeconfig's files changes (looked at every 2 s). GUI thread.
class ContextReader final : public QObject
{
    Q_OBJECT
public:
    explicit ContextReader(std::shared_ptr<Session> session);
    ~ContextReader() override;
    void start();

signals:
    void read(const timonier::ContextList &list);

private:
    void look();

    const std::shared_ptr<Session> m_session;
    QTimer m_timer;
    std::optional<FileStamp> m_stamp; // touched on the worker only
    std::unique_ptr<Worker> m_worker;
};

std::vector<KindSpec> windowKinds();

} // namespace timonier
