// Something of a cluster opened in the browser through a forwarded port: the cluster is opened where it is not, the port begun where none
// leads there yet, the browser called once a pod is ready; then told as it goes, until the port is stopped. GUI thread.
#pragma once

#include "ui/models/forward_list.h"

#include <QObject>

namespace timonier {

class Fleet;

class ForwardOpening final : public QObject
{
    Q_OBJECT
public:
    struct Wanted {
        QString context{};
        PortTarget target{};
        QString scheme{}, path{};      // "https", "/dashboard/"
    };
    using Tell = std::function<void(const StatusWords &)>;
    // False: there is no browser.
    using Browse = std::function<bool(const QString &url)>;

    // `fleet` and `forwards` live longer. Goes by itself when there is nothing more to tell.
    ForwardOpening(Fleet *fleet, ForwardList *forwards, Wanted wanted, Browse browse, Tell tell, QObject *parent);
    void begin();
    bool isFor(const Wanted &wanted) const;

private:
    void lookAtCluster();
    void lookAtPort();
    void begun(const Result<int> &id);
    void browse();
    void end(const StatusWords &words);
    const ForwardList::Item *item() const;

    Fleet *m_fleet;
    ForwardList *m_forwards;
    const Wanted m_wanted;
    const Browse m_browse;
    const Tell m_tell;
    int m_id = 0;                      // of the forwarded port; 0: none yet
    bool m_asked = false, m_over = false, m_noBrowser = false;
};

} // namespace timonier
