// How the columns of a table share its width. Pure: widths in, widths out, in px.
//
// Where there is too little room, in this order: columns that can be spared go, long texts give way, the small pictures
// beside figures go, then short texts give way too. What is left over goes to the texts.
#pragma once

#include <vector>

namespace timonier {

struct ColumnNeed {
    int natural = 0;           // in full; 0: not shown
    int least = 0;             // less says nothing
    int picture = 0;           // of natural: a curve or a bar, which can be left out altogether
    bool spare = false;
    bool elastic = false;      // a text: can be cut, and takes what is left over
};

// 0: the column is left out. The sum is `room`, unless even the least of all is more, or nothing is elastic.
std::vector<int> shareWidth(const std::vector<ColumnNeed> &needs, int room);

} // namespace timonier
