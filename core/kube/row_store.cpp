#include "kube/row_store.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace timonier {

namespace {

std::uint64_t hashOf(char tag, std::string_view scope, std::string_view value)
{
    const std::hash<std::string_view> hash;
    return (hash(value) * 31 + hash(scope)) * 31 + static_cast<unsigned char>(tag);
}

constexpr char labelTag = 'l';
constexpr char nameTag = 'n';

char tagOf(Relation relation) { return static_cast<char>('A' + static_cast<int>(relation)); }

template <class Visit>
void eachPair(std::string_view pairs, Visit visit)
{
    while (!pairs.empty()) {
        const std::size_t comma = pairs.find(',');
        visit(pairs.substr(0, comma));
        pairs = comma == std::string_view::npos ? std::string_view{} : pairs.substr(comma + 1);
    }
}

bool hasPair(std::string_view labels, std::string_view pair)
{
    bool found = false;
    eachPair(labels, [&](std::string_view candidate) { found = found || candidate == pair; });
    return found;
}

} // namespace

bool labelsMatch(std::string_view labels, std::string_view selector)
{
    bool all = !selector.empty();
    eachPair(selector, [&](std::string_view pair) { all = all && hasPair(labels, pair); });
    return all;
}

template <class Visit>
void RowStore::eachKey(const Row &row, Visit visit) const
{
    visit(hashOf(nameTag, row.ns, row.name));
    for (const Link &link : row.links)
        if (link.relation != Relation::Selector) // a selector is followed from its own row, never looked up
            visit(hashOf(tagOf(link.relation), {}, link.value));
    if (m_labelIndex)
        eachPair(row.labels, [&](std::string_view pair) { visit(hashOf(labelTag, row.ns, pair)); });
}

void RowStore::index(const Row &row) const
{
    eachKey(row, [&](RowIndex::Key key) { m_index.add(key, row.uid); });
}

void RowStore::unindex(const Row &row)
{
    if (!m_indexed)
        return;
    std::size_t keys = 0;
    eachKey(row, [&](RowIndex::Key) { ++keys; });
    m_index.outdate(keys);
    m_indexed = !m_index.isWorn();
    if (!m_indexed)
        m_index.clear();
}

std::span<const RowIndex::Posting> RowStore::having(RowIndex::Key key) const
{
    if (!m_indexed) {
        for (const auto &[uid, entry] : m_rows)
            index(*entry.row);
        m_indexed = true;
    }
    return m_index.find(key);
}

void RowStore::beginList() { ++m_list; }

std::vector<RowPtr> RowStore::endList()
{
    std::vector<RowPtr> gone;
    for (const auto &[uid, entry] : m_rows)
        if (entry.list != m_list)
            gone.push_back(entry.row);
    for (const RowPtr &row : gone)
        remove(row->uid);
    return gone;
}

bool RowStore::put(RowPtr row, bool fromList)
{
    Entry &entry = m_rows[row->uid];
    const RowPtr before = std::exchange(entry.row, row);
    entry.list = m_list;
    if (!before) {
        if (m_indexed)
            index(*row);
        return true;
    }
    if (!fromList && row->revision && row->revision < before->revision) {
        entry.row = before;
        return false;
    }
    const bool sameKeys = before->labels == row->labels && before->links.size() == row->links.size() &&
                          std::equal(row->links.begin(), row->links.end(), before->links.begin(),
                                     [](const Link &a, const Link &b) { return a.relation == b.relation && a.value == b.value; });
    if (!sameKeys) {
        unindex(*before);
        if (m_indexed)
            index(*row);
    }
    return true;
}

bool RowStore::remove(Uid uid)
{
    const auto it = m_rows.find(uid);
    if (it == m_rows.end())
        return false;
    unindex(*it->second.row);
    m_rows.erase(it);
    return true;
}

void RowStore::clear()
{
    m_rows.clear();
    m_index.clear();
    m_indexed = false;
}

RowPtr RowStore::find(Uid uid) const
{
    const auto it = m_rows.find(uid);
    return it == m_rows.end() ? nullptr : it->second.row;
}

RowPtr RowStore::find(std::string_view ns, std::string_view name) const
{
    for (const auto &[key, uid] : having(hashOf(nameTag, ns, name)))
        if (RowPtr row = find(uid); row && row->ns == ns && row->name == name)
            return row;
    return nullptr;
}

std::vector<RowPtr> RowStore::all() const
{
    std::vector<RowPtr> rows;
    rows.reserve(m_rows.size());
    for (const auto &[uid, entry] : m_rows)
        rows.push_back(entry.row);
    return rows;
}

std::vector<RowPtr> RowStore::linked(Relation relation, std::string_view value, std::string_view ns) const
{
    std::vector<RowPtr> rows;
    for (const auto &[key, uid] : having(hashOf(tagOf(relation), {}, value))) {
        RowPtr row = find(uid);
        if (!row || (!ns.empty() && row->ns != ns))
            continue;
        for (const Link &link : row->links)
            if (link.relation == relation && link.value == value) {
                rows.push_back(std::move(row));
                break;
            }
    }
    return rows;
}

std::vector<RowPtr> RowStore::selected(std::string_view ns, std::string_view selector) const
{
    std::vector<RowPtr> rows;
    if (selector.empty())
        return rows;
    if (!m_labelIndex) {
        for (const auto &[uid, entry] : m_rows)
            if (entry.row->ns == ns && labelsMatch(entry.row->labels, selector))
                rows.push_back(entry.row);
        return rows;
    }
    // The rarest pair of the selector leads; the others are checked on its rows.
    std::optional<std::span<const RowIndex::Posting>> fewest;
    eachPair(selector, [&](std::string_view pair) {
        const auto rowsOfPair = having(hashOf(labelTag, ns, pair));
        if (!fewest || rowsOfPair.size() < fewest->size())
            fewest = rowsOfPair;
    });
    for (const auto &[key, uid] : *fewest)
        if (RowPtr row = find(uid); row && row->ns == ns && labelsMatch(row->labels, selector))
            rows.push_back(std::move(row));
    return rows;
}

} // namespace timonier
