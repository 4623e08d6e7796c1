#include "ui/models/row_order.h"

#include <algorithm>

namespace timonier {

Slot RowOrder::slotOf(const Uid &uid) const
{
    const auto it = m_slots.find(uid);
    return it == m_slots.end() ? none : it->second;
}

void RowOrder::put(const Uid &uid, const RowPtr &row)
{
    const auto known = m_slots.find(uid);
    if (known == m_slots.end()) {
        Slot slot = none;
        if (m_free.empty()) {
            slot = static_cast<Slot>(m_rows.size());
            m_rows.emplace_back();
            m_placed.push_back(nullptr);
            m_words.push_back(0);
            m_passes.push_back(0);
            m_leaving.push_back(0);
            m_position.push_back(-1);
        } else {
            slot = m_free.back();
            m_free.pop_back();
        }
        m_slots.emplace(uid, slot);
        m_rows[slot] = row;
        m_placed[slot] = row.get();
        if (!m_metrics.empty()) {
            m_usage.resize(m_rows.size());
            m_usage[slot] = usageOf(*row);
        }
        if (m_extra) {
            m_extras.resize(m_rows.size());
            m_extras[slot] = extraOf(*row);
        }
        m_passes[slot] = passes(slot);
        m_added.push_back(slot);
        return;
    }
    const Slot slot = known->second;
    const RowPtr old = std::exchange(m_rows[slot], row);
    const auto held = m_held.find(slot);
    if (held != m_held.end()) {
        if (m_sort.sameKey(*held->second, *row)) { // back to where it came from
            m_placed[slot] = row.get();
            m_held.erase(held);
        }
    } else if (m_sort.sameKey(*old, *row)) {
        m_placed[slot] = row.get();
    } else {
        m_held.emplace(slot, old);
    }
    m_keys.drop(slot);
    const bool passed = m_passes[slot];
    m_passes[slot] = passes(slot);
    m_flipped = m_flipped || passed != static_cast<bool>(m_passes[slot]);
    m_changed.push_back(slot);
}

void RowOrder::remove(const Uid &uid)
{
    const auto known = m_slots.find(uid);
    if (known == m_slots.end())
        return;
    m_gone.push_back(known->second);
    m_slots.erase(known);
}

std::vector<Uid> RowOrder::uidsNotIn(const std::unordered_map<Uid, RowPtr> &kept) const
{
    std::vector<Uid> left;
    for (const auto &[uid, slot] : m_slots) {
        if (!kept.contains(uid))
            left.push_back(uid);
    }
    return left;
}

std::vector<Uid> RowOrder::uidsOf(std::string_view ns) const
{
    std::vector<Uid> found;
    for (const auto &[uid, slot] : m_slots) {
        if (m_rows[slot]->ns == ns)
            found.push_back(uid);
    }
    return found;
}

bool RowOrder::before(Slot a, Slot b) const
{
    return m_words[a] != m_words[b] ? m_words[a] < m_words[b] : m_sort.compare(*m_placed[a], *m_placed[b]) < 0;
}

void RowOrder::place(Slot slot)
{
    m_placed[slot] = m_rows[slot].get();
    m_words[slot] = m_sort.word(*m_placed[slot], beside(slot));
}

void RowOrder::mark(const std::vector<Slot> &which, bool leaving)
{
    for (const Slot slot : which)
        m_leaving[slot] = leaving;
}

void RowOrder::sortAll()
{
    std::vector<RowSort::Entry> entries;
    entries.reserve(m_order.size());
    for (const Slot slot : m_order) {
        place(slot);
        entries.push_back({m_words[slot], m_placed[slot], slot});
    }
    m_sort.sort(entries);
    std::ranges::transform(entries, m_order.begin(), &RowSort::Entry::slot);
}

void RowOrder::merge(std::vector<Slot> coming)
{
    const auto sooner = [this](Slot a, Slot b) { return before(a, b); };
    std::ranges::sort(coming, sooner);
    std::vector<Slot> merged;
    merged.reserve(m_order.size() + coming.size());
    auto from = m_order.cbegin();
    for (const Slot slot : coming) {
        const auto to = std::upper_bound(from, m_order.cend(), slot, sooner);
        merged.insert(merged.end(), from, to);
        merged.push_back(slot);
        from = to;
    }
    merged.insert(merged.end(), from, m_order.cend());
    m_order = std::move(merged);
}

std::vector<Slot> RowOrder::rearrange(bool settle)
{
    const bool settling = settle || m_resort;
    mark(m_gone, true);
    std::vector<Slot> coming = std::exchange(m_added, {});
    std::erase_if(coming, [this](Slot slot) { return m_leaving[slot]; });
    for (const Slot slot : coming) {
        place(slot);
        m_held.erase(slot);
    }
    std::vector<Slot> moving;
    if (settling) {
        for (const auto &[slot, row] : m_held) {
            if (!m_leaving[slot])
                moving.push_back(slot);
        }
        for (const Slot slot : moving)
            place(slot);
    }
    if (!m_resort)
        mark(moving, true);
    if (!m_gone.empty() || (!m_resort && !moving.empty()))
        std::erase_if(m_order, [this](Slot slot) { return m_leaving[slot]; });
    if (m_resort) {
        m_order.insert(m_order.end(), coming.begin(), coming.end());
        sortAll();
        m_resort = false;
    } else if (!coming.empty() || !moving.empty()) {
        mark(moving, false);
        coming.insert(coming.end(), moving.begin(), moving.end());
        merge(std::move(coming));
    }
    if (settling)
        m_held.clear();
    for (const Slot slot : m_gone)
        m_held.erase(slot);
    m_flipped = false;
    if (m_filter.empty())
        return m_order;
    std::vector<Slot> shown;
    for (const Slot slot : m_order) {
        if (m_passes[slot])
            shown.push_back(slot);
    }
    return shown;
}

void RowOrder::show(std::vector<Slot> shown)
{
    for (const Slot slot : m_shown)
        m_position[slot] = -1;
    for (const Slot slot : m_gone) {
        m_position[slot] = -1;
        m_rows[slot].reset();
        m_placed[slot] = nullptr;
        m_leaving[slot] = false;
        m_keys.drop(slot);
        m_free.push_back(slot);
    }
    m_gone.clear();
    m_shown = std::move(shown);
    for (std::size_t i = 0; i < m_shown.size(); ++i)
        m_position[m_shown[i]] = static_cast<int>(i);
}

void RowOrder::hide(std::size_t first, std::size_t end)
{
    for (std::size_t i = first; i < end; ++i)
        m_position[m_shown[i]] = -1;
    m_shown.erase(m_shown.begin() + static_cast<std::ptrdiff_t>(first), m_shown.begin() + static_cast<std::ptrdiff_t>(end));
}

void RowOrder::reveal(std::size_t first, const Slot *begin, const Slot *end)
{
    m_shown.insert(m_shown.begin() + static_cast<std::ptrdiff_t>(first), begin, end);
}

void RowOrder::setColumns(const Columns &columns)
{
    m_columns = columns;
    setSort(m_sort.key());
    m_keys.clear();
    m_resort = true;
}

void RowOrder::setSort(const SortKey &key)
{
    m_sort = RowSort(key, key.cell < m_columns.size() ? m_columns[key.cell].type : CellType::Text);
    m_resort = true;
}

bool RowOrder::passes(Slot slot)
{
    if (m_filter.empty())
        return true;
    if (!m_keys.has(slot))
        m_keys.set(slot, *m_rows[slot], m_columns);
    return m_filter.accepts(*m_rows[slot], m_keys.of(slot));
}

void RowOrder::setFilter(RowFilter filter)
{
    const bool narrower = filter.narrows(m_filter);
    m_filter = std::move(filter);
    for (Slot slot = 0; slot < m_rows.size(); ++slot) {
        if (m_rows[slot] && (m_passes[slot] || !narrower))
            m_passes[slot] = passes(slot);
    }
    m_flipped = true;
}

bool RowOrder::prepareFilter(std::size_t count)
{
    const bool first = m_prepared == 0;
    for (; count > 0 && m_prepared < m_rows.size(); --count, ++m_prepared) {
        const Slot slot = static_cast<Slot>(m_prepared);
        if (m_rows[slot] && !m_keys.has(slot))
            m_keys.set(slot, *m_rows[slot], m_columns);
    }
    const bool done = m_prepared >= m_rows.size();
    if (first && !done)
        m_keys.reserve(m_rows.size());
    if (done)
        m_prepared = 0; // the next time looks again: rows have changed meanwhile
    return done;
}

RowOrder::RowUsage RowOrder::usageOf(const Row &row) const
{
    std::string key(row.ns);
    if (!key.empty())
        key += '/';
    key += row.name;
    for (const MetricsPtr &metrics : m_metrics) {
        if (const auto it = metrics->usage.find(key); it != metrics->usage.end())
            return {it->second, metrics.get()};
    }
    return {};
}

const std::vector<ExtraCell> *RowOrder::extraOf(const Row &row) const
{
    const auto it = m_extra->rows.find(row.uid);
    return it == m_extra->rows.end() ? nullptr : &it->second;
}

// What the sort key says that is not in the row; what is not known stands below all that is.
std::int64_t RowOrder::beside(Slot slot) const
{
    constexpr std::int64_t unknown = -1;
    if (m_sort.usesMetrics()) {
        const RowUsage used = usage(slot);
        return !used.known() ? unknown : m_sort.key().by == SortKey::By::Cpu ? used.cpu : used.memory;
    }
    if (m_sort.usesExtra()) {
        const std::vector<ExtraCell> *cells = extra(slot);
        return cells && m_sort.key().cell < cells->size() ? (*cells)[m_sort.key().cell].order : unknown;
    }
    return 0;
}

void RowOrder::setMetrics(std::vector<MetricsPtr> metrics)
{
    m_metrics = std::move(metrics);
    m_usage.assign(m_metrics.empty() ? 0 : m_rows.size(), RowUsage{});
    for (Slot slot = 0; slot < m_usage.size(); ++slot) {
        if (m_rows[slot])
            m_usage[slot] = usageOf(*m_rows[slot]);
    }
    m_resort = m_resort || m_sort.usesMetrics();
}

void RowOrder::setExtra(SupplementPtr extra)
{
    m_extra = std::move(extra);
    m_extras.assign(m_extra ? m_rows.size() : 0, nullptr);
    for (Slot slot = 0; slot < m_extras.size(); ++slot) {
        if (m_rows[slot])
            m_extras[slot] = extraOf(*m_rows[slot]);
    }
    m_resort = m_resort || m_sort.usesExtra();
}

} // namespace timonier
