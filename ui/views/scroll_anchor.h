// Rows come and go above what a person looks at: the table scrolls along, so that what they look at stays where it is.
// At the very top nothing is held: there, new rows are seen. GUI thread.
#pragma once

#include "kube/uid.h"

#include <vector>

namespace timonier {

class TableModel;

class ScrollAnchor
{
public:
    explicit ScrollAnchor(const TableModel *model) : m_model(model) {}
    // Remembers the rows from `first` to `last`, before a change.
    void take(int first, int last);
    // By how many rows they have moved: most of them, since some may have moved for reasons of their own.
    int shift();

private:
    const TableModel *m_model;
    int m_first = 0;
    std::vector<Uid> m_uids;
};

} // namespace timonier
