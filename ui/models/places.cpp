#include "ui/models/places.h"

namespace timonier {

namespace {

constexpr std::size_t most = 200;

} // namespace

// What was filtered and chosen there is kept; a place that is only on its way to be shown is not written over.
void Places::touch(const Place &now)
{
    if (!m_places.empty() && m_places[m_at].context == now.context && m_places[m_at].kind == now.kind && m_places[m_at].preview == now.preview)
        m_places[m_at] = now;
}

void Places::go(const Place &now, Place to)
{
    touch(now);
    if (!m_places.empty()) {
        if (m_places[m_at] == to)
            return;
        m_places.resize(m_at + 1);
    }
    m_places.push_back(std::move(to));
    if (m_places.size() > most)
        m_places.erase(m_places.begin());
    m_at = m_places.size() - 1;
}

std::optional<Place> Places::step(const Place &now, int by)
{
    if (by < 0 ? !canGoBack() : !canGoForward())
        return {};
    touch(now);
    m_at = by < 0 ? m_at - 1 : m_at + 1;
    return m_places[m_at];
}

} // namespace timonier
