// The rows of one table, by uid, with the index that relations are followed by. The index is made by the first question and
// kept from then on: most tables are never asked, and need not pay for it. One thread (the cluster's worker).
#pragma once

#include "kube/row.h"
#include "kube/row_index.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace timonier {

class RowStore
{
public:
    // `labelIndex`: rows can be found by label selector without a scan (for pods, which selectors look for).
    explicit RowStore(bool labelIndex = false) : m_labelIndex(labelIndex) {}

    // A list begins: rows are confirmed by put(); endList() takes away and returns those that were not.
    void beginList();
    std::vector<RowPtr> endList();
    // False when the store has a newer revision of that object already, and keeps it. While a list runs its rows win:
    // a restored etcd counts from the past.
    bool put(RowPtr row, bool fromList);
    bool remove(Uid uid);
    void clear();

    RowPtr find(Uid uid) const;
    RowPtr find(std::string_view ns, std::string_view name) const;
    std::size_t size() const { return m_rows.size(); }
    // Every row, in no order.
    std::vector<RowPtr> all() const;
    // Rows with this link: pods on a node (Node, "node-1"), replica sets of a deployment (Owner, its uid as text) …
    // `ns` empty: in any namespace.
    std::vector<RowPtr> linked(Relation relation, std::string_view value, std::string_view ns = {}) const;
    // Rows of `ns` that carry every "k=v" of `selector`. An empty selector selects nothing, as a Service's does.
    std::vector<RowPtr> selected(std::string_view ns, std::string_view selector) const;

private:
    struct Entry {
        RowPtr row;
        std::uint32_t list = 0; // the list that confirmed it last
    };
    template <class Visit>
    void eachKey(const Row &row, Visit visit) const;
    void index(const Row &row) const;
    void unindex(const Row &row);
    std::span<const RowIndex::Posting> having(RowIndex::Key key) const;

    std::unordered_map<Uid, Entry> m_rows;
    mutable RowIndex m_index;
    mutable bool m_indexed = false; // somebody has asked
    std::uint32_t m_list = 0;
    const bool m_labelIndex;
};

// True if labels "a=1,b=2" (keys sorted) hold every pair of the selector "b=2,a=1". False for an empty selector.
bool labelsMatch(std::string_view labels, std::string_view selector);

} // namespace timonier
