// The ports of this computer that lead into clusters, whichever page is shown: begun, followed, stopped. GUI thread.
#pragma once

#include "ui/models/cluster_opener.h"
#include "ui/models/status_words.h"

#include <QObject>

#include <memory>
#include <vector>

namespace timonier {

class ForwardList final : public QObject
{
    Q_OBJECT
public:
    struct Item {
        int id = 0;
        QString context{};
        PortTarget target{};
        ForwardStatus status{};
        std::shared_ptr<PortForward> forward{};
    };
    using Done = std::function<void(Result<int>)>; // the id

    explicit ForwardList(QObject *parent = nullptr);

    // Begins one; `done` is called once, or never when the cluster or this goes first.
    void start(const std::shared_ptr<OpenCluster> &cluster, const QString &context, PortTarget target, std::uint16_t localPort, Done done);
    void stop(int id);
    // A cluster has been closed: what led there ends.
    void forget(const QString &context);
    const std::vector<Item> &items() const { return m_items; }

signals:
    void changed();   // items, or the status of one

private:
    std::vector<Item> m_items;
    int m_last = 0;
};

// "svc/web:5555", as kubectl would be told.
QString targetText(const PortTarget &target);
// "127.0.0.1:41233"
QString addressText(const PortForward &forward);
// Where a browser finds it; https where the port says so.
QString browserUrl(const ForwardList::Item &item);
StatusWords wordsFor(const ForwardStatus &status);

} // namespace timonier
