// Where a person has been, for the way back and forth: a cluster, a page of it, what was chosen there. Plain values.
#pragma once

#include "kube/resource.h"

#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace timonier {

// A roll-out that is previewed: of a Deployment of the place's cluster, or from a file.
struct PreviewTarget {
    QString ns{}, name{};
    QString file{};                    // not empty: no cluster is needed
    bool operator==(const PreviewTarget &) const = default;
};

struct Place {
    QString context;
    std::optional<Resource> kind{};    // nothing: the overview
    QStringList namespaces{};          // empty: all
    QString filter{};
    QString selectedNs{}, selected{};  // an object's namespace and name; empty: none
    std::optional<PreviewTarget> preview{}; // the preview's page, whatever `kind` says
    bool operator==(const Place &) const = default;
};

class Places
{
public:
    // A new place; what lay ahead is forgotten. The one we stand on is taken as `now` first (its filter, its selection).
    void go(const Place &now, Place to);
    // Where to, and there we are; nothing: there is no such way.
    std::optional<Place> back(const Place &now) { return step(now, -1); }
    std::optional<Place> forward(const Place &now) { return step(now, +1); }
    bool canGoBack() const { return m_at > 0; }
    bool canGoForward() const { return m_at + 1 < m_places.size(); }

private:
    void touch(const Place &now);
    std::optional<Place> step(const Place &now, int by);
    std::vector<Place> m_places;
    std::size_t m_at = 0;
};

} // namespace timonier
