#include "plan/parts.h"

#include "base/redact.h"

#include <algorithm>
#include <utility>

namespace timonier::plan {

void Parts::set(std::string_view id, std::string_view title, PartState state, std::string_view reason)
{
    const auto [at, isNew] = m_places.try_emplace(std::string(id), m_all.size());
    if (isNew)
        m_all.push_back({.part = {.id = at->first}});
    auto &[part, changed] = m_all[at->second];
    if (!isNew && part.state == state && part.title == title && part.reason == reason)
        return;
    part.title = title;
    part.state = state;
    part.reason = reason;
    if (!std::exchange(changed, true))
        m_changed.push_back(at->second);
}

void Parts::stop()
{
    for (std::size_t i = 0; i < m_all.size(); ++i)
        if (m_all[i].part.state == PartState::Running) {
            m_all[i].part.state = PartState::Waiting;
            if (!std::exchange(m_all[i].changed, true))
                m_changed.push_back(i);
        }
}

std::vector<Part> Parts::take()
{
    std::vector<std::size_t> changed = std::exchange(m_changed, {});
    std::ranges::sort(changed);
    std::vector<Part> parts;
    for (const std::size_t i : changed) {
        m_all[i].changed = false;
        parts.push_back(m_all[i].part);
        parts.back().title = redact(parts.back().title);
        parts.back().reason = redact(parts.back().reason);
    }
    return parts;
}

} // namespace timonier::plan
