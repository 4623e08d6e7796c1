// The rows of a table in slots, their sorted order, and the part of it that a filter lets through. No Qt signals here:
// TableModel tells the views; this only computes. A slot is a row's place in memory for as long as the row lives.
//
// A row whose sort key changed keeps its place until reorder(): the key it was placed by stays in m_placed, so that the
// order is sorted at every moment by the keys it was made with, and new rows find their place by binary search.
#pragma once

#include "kube/metrics.h"
#include "kube/row.h"
#include "ui/models/row_filter.h"
#include "ui/models/row_sort.h"
#include "ui/models/search_keys.h"
#include "ui/models/supplement.h"

#include <unordered_map>
#include <utility>
#include <vector>

namespace timonier {

class RowOrder
{
public:
    static constexpr Slot none = ~Slot(0);
    // Of a row, and of which snapshot: each namespace that is looked at has its own.
    struct RowUsage : Usage {
        const MetricsSnapshot *from = nullptr;
        bool known() const { return from != nullptr; }
    };

    // Reads one change into the slots; the order follows in rearrange().
    void put(const Uid &uid, const RowPtr &row);
    void remove(const Uid &uid);
    bool hasHeld() const { return !m_held.empty(); }

    // The new order of what passes, after all that was put, removed, re-sorted or re-filtered since. `settle`: rows with
    // a changed key move to where they belong. What is shown now stays untouched until show().
    std::vector<Slot> rearrange(bool settle);
    bool needsRearranging() const { return !m_added.empty() || !m_gone.empty() || m_flipped || m_resort; }
    // After the views know: frees the slots of removed rows, and remembers where each row is shown.
    void show(std::vector<Slot> shown);
    // While a change is told in pieces: what is shown loses or gains some rows. show() must follow.
    void hide(std::size_t first, std::size_t end);
    void reveal(std::size_t first, const Slot *begin, const Slot *end);

    void setColumns(const Columns &columns);
    void setSort(const SortKey &key);
    const SortKey &sort() const { return m_sort.key(); }
    void setFilter(RowFilter filter);
    const RowFilter &filter() const { return m_filter; }
    void setMetrics(std::vector<MetricsPtr> metrics);
    void setExtra(SupplementPtr extra);
    // Makes search keys ahead of the first letter, `count` at a time; true when all are made.
    bool prepareFilter(std::size_t count);

    const std::vector<Slot> &shown() const { return m_shown; }
    std::size_t total() const { return m_slots.size(); }
    const RowPtr &row(Slot slot) const { return m_rows[slot]; }
    // By slot; null: the slot is free.
    const std::vector<RowPtr> &rows() const { return m_rows; }
    RowUsage usage(Slot slot) const { return slot < m_usage.size() ? m_usage[slot] : RowUsage{}; }
    // Null: nothing is known of it yet.
    const std::vector<ExtraCell> *extra(Slot slot) const { return slot < m_extras.size() ? m_extras[slot] : nullptr; }
    Slot slotOf(const Uid &uid) const;
    // -1: not shown.
    int position(Slot slot) const { return slot < m_position.size() ? m_position[slot] : -1; }
    // The slots that changed since the last call and are not new.
    std::vector<Slot> takeChanged() { return std::exchange(m_changed, {}); }
    std::vector<Uid> uidsOf(std::string_view ns) const;
    // Of rows that are not in `kept`: what a relist leaves behind.
    std::vector<Uid> uidsNotIn(const std::unordered_map<Uid, RowPtr> &kept) const;

private:
    bool before(Slot a, Slot b) const;
    void place(Slot slot);
    void sortAll();
    void merge(std::vector<Slot> coming);
    bool passes(Slot slot);
    RowUsage usageOf(const Row &row) const;
    const std::vector<ExtraCell> *extraOf(const Row &row) const;
    std::int64_t beside(Slot slot) const;
    void mark(const std::vector<Slot> &which, bool leaving);

    Columns m_columns;
    RowSort m_sort;
    RowFilter m_filter;
    SearchKeys m_keys;
    std::size_t m_prepared = 0;                 // slots below have a search key

    std::unordered_map<Uid, Slot> m_slots;
    std::vector<RowPtr> m_rows;                 // by slot
    std::vector<const Row *> m_placed;          // by slot: the row whose key decided its place
    std::vector<std::uint64_t> m_words;         // by slot: of m_placed (RowSort::word)
    std::unordered_map<Slot, RowPtr> m_held;    // keeps those alive that are not m_rows' any more
    std::vector<std::uint8_t> m_passes;         // by slot: the filter lets it through
    std::vector<RowUsage> m_usage;              // by slot; empty without metrics
    std::vector<MetricsPtr> m_metrics;
    std::vector<const std::vector<ExtraCell> *> m_extras; // by slot; empty without a supplement
    SupplementPtr m_extra;
    std::vector<Slot> m_free;

    std::vector<Slot> m_order;                  // all, sorted
    std::vector<Slot> m_shown;                  // those that pass
    std::vector<int> m_position;                // by slot: index in m_shown

    std::vector<Slot> m_added, m_gone, m_changed;
    std::vector<std::uint8_t> m_leaving;        // by slot: in m_gone, or on its way elsewhere
    bool m_flipped = false;                     // the filter's verdict on a row that stays has changed
    bool m_resort = false;
};

} // namespace timonier
