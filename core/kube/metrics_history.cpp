#include "kube/metrics_history.h"

#include <algorithm>

namespace timonier {

namespace {

std::uint32_t bounded(std::int64_t value)
{
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(value, 0, UsagePoint::none - 1));
}

} // namespace

void MetricsHistory::add(MetricsSnapshot &snapshot)
{
    ++m_count;
    // A place is given to another only when no sample that is kept knows its last holder.
    std::erase_if(m_holders, [this](const auto &entry) {
        if (entry.second.seen + MetricsSnapshot::mostSamples >= m_count)
            return false;
        m_free.push_back(entry.second.place);
        return true;
    });
    auto sample = std::make_shared<UsageSample>();
    sample->resize(m_places);
    for (auto &[name, usage] : snapshot.usage) {
        const auto [it, isNew] = m_holders.try_emplace(name);
        if (isNew && m_free.empty()) {
            it->second.place = m_places++;
            sample->emplace_back();
        } else if (isNew) {
            it->second.place = m_free.back();
            m_free.pop_back();
        }
        it->second.seen = m_count;
        usage.place = it->second.place;
        (*sample)[usage.place] = {bounded(usage.cpu), bounded(usage.memory / 1024)};
    }
    if (m_samples.size() == MetricsSnapshot::mostSamples)
        m_samples.erase(m_samples.begin());
    m_samples.push_back(std::move(sample));
    snapshot.samples = m_samples;
}

} // namespace timonier
