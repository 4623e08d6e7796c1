// Where relations are followed by: which rows have a key (a link, a label, a name). Made for tables that are mostly looked
// at and seldom asked: adding is one append, removing only counts, and the order is put right by the next question.
#pragma once

#include "kube/uid.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace timonier {

class RowIndex
{
public:
    using Key = std::uint64_t; // a hash: whoever asks checks each hit against the row itself
    struct Posting {
        Key key;
        Uid uid;
    };

    void add(Key key, Uid uid) { m_postings.push_back({key, uid}); }
    // Postings that are no longer true; they stay, and are found, until the index is made anew.
    void outdate(std::size_t postings) { m_outdated += postings; }
    // More than half of it is no longer true: worth making anew from the rows.
    bool isWorn() const { return m_outdated > 1024 && m_outdated > m_postings.size() / 2; }
    void clear();
    // All postings of the key, each once; valid until the next add.
    std::span<const Posting> find(Key key);

private:
    std::vector<Posting> m_postings;
    std::size_t m_sorted = 0; // so many at the front are in order
    std::size_t m_outdated = 0;
};

} // namespace timonier
