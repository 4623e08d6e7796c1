// One object of a cluster as the tables need it: small, immutable, shared between the live store and the views.
//
// A row is made once, on the cluster's worker, and never changed: a change of the object is a new row. Text that few
// rows share (namespaces, nodes, phases, images) is interned in a pool; the rest lies in one block owned by the row.
#pragma once

#include "kube/uid.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace timonier {

class StringPool;

// What a cell is, and so how it is shown (format.h) and compared (compare.h).
enum class CellType : std::uint8_t {
    Text,      // text, compared as text
    Number,    // number, compared as a number; noNumber: blank. A text, if any, is shown in its place
    Fraction,  // "2/3": text is shown, number orders (parts per million, then the whole; 0/0 is all of it)
    Time,      // number is Unix seconds; shown as an age ("5d3h", duration.HumanDuration), the youngest is the smallest;
               // 0: none, shown as the text, or as "<unknown>"
    Quantity,  // text is what the server wrote ("250m", "8Gi"), number is its value x 1000
    Restarts,  // number is restarts(count, last); shown as "3 (5m ago)"; compared by count, then by the last
    Duration,  // number is the seconds it took, or minus the Unix seconds of its start while it lasts; noNumber: blank
};

// No number where one could stand.
constexpr std::int64_t noNumber = INT64_MIN;

// A count and the Unix seconds of the last time (0: not known) in one number that orders as the two do.
constexpr std::int64_t restarts(std::int64_t count, std::int64_t last)
{
    constexpr std::int64_t most = (std::int64_t{1} << 23) - 1;
    return (count < 0 ? 0 : count > most ? most : count) << 40 | (last & ((std::int64_t{1} << 40) - 1));
}
constexpr std::int64_t restartCount(std::int64_t number) { return number >> 40; }
constexpr std::int64_t lastRestart(std::int64_t number) { return number & ((std::int64_t{1} << 40) - 1); }

struct Column {
    std::string_view id;      // stable, for settings and -o json: "restarts"
    std::string_view title;   // as kubectl prints it, upper case: "RESTARTS"; translated by the views
    CellType type = CellType::Text;
    int priority = 0;         // 0: always; 1: with -o wide; 2: only when chosen
    bool operator==(const Column &) const = default;
};

using Columns = std::vector<Column>;

struct Cell {
    std::string_view text;    // UTF-8
    std::int64_t number = 0;
};

// How one object points at others; what the store indexes, and what a person follows from row to row.
enum class Relation : std::uint8_t {
    Owner,     // the uid of the controller
    Node,      // the node's name it is bound to
    Service,   // the service an endpoint slice stands for (its name, same namespace)
    Target,    // the uid of a pod behind an endpoint slice
    Selector,  // "k=v,k2=v2": the labels it looks for, in its own namespace
};

struct Link {
    Relation relation;
    std::string_view value;
};

struct Row {
    Uid uid;
    std::string_view name;
    std::string_view ns;              // interned; empty for cluster-scoped objects
    std::string_view labels;          // "k=v,k2=v2", keys sorted
    std::string_view ownerKind;       // of the controller; interned
    std::string_view ownerName;
    std::int64_t created = 0;         // Unix seconds
    std::int64_t deleting = 0;        // deletionTimestamp, Unix seconds; 0: not being deleted
    std::uint64_t revision = 0;       // metadata.resourceVersion where it is a number (KEP-5504 says it is), else 0
    std::vector<Cell> cells;          // one for each Column of its kind
    std::vector<Link> links;

    std::unique_ptr<char[]> text;              // what the views above point into, unless interned
    std::shared_ptr<const StringPool> pool;    // keeps the interned text alive
};

using RowPtr = std::shared_ptr<const Row>;

} // namespace timonier
