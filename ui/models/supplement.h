// Cells of a table that its rows do not hold: worked out from other kinds (what the pods of a node ask for, which endpoints
// of a service are ready). Sorted by a number and painted; the filter does not see them. Plain values.
#pragma once

#include "kube/uid.h"
#include "ui/models/status_tone.h"

#include <QString>

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace timonier {

struct ExtraColumn {
    QString id;              // stable, for settings: "endpoints"
    QString title;           // translated
    bool right = false;
    bool bar = false;        // its cells have a share
};

struct ExtraCell {
    QString text;
    std::int64_t order = 0;  // what it is sorted by
    float share = -1;        // 0 … 1 (or more): painted as a small bar beside the text; < 0: none
    Tone tone = Tone::None;
    bool dim = false;
    QString tip{};
};

// What is wrong with an object, where only other objects can tell: for the details.
struct Remark {
    Tone tone = Tone::None;
    QString sentence;
    QString reason;
    bool operator==(const Remark &) const = default;
};

struct Supplement {
    std::unordered_map<Uid, std::vector<ExtraCell>> rows; // one cell for each ExtraColumn
    std::unordered_map<Uid, Remark> remarks;              // of what is not well
};

using SupplementPtr = std::shared_ptr<const Supplement>;

} // namespace timonier
