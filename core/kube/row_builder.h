// Gathers one row, piece by piece, and makes it in as few allocations as it can: the row, its cells, its links, and one
// block for the text that is its own. One builder serves all rows of a decoder. One thread.
#pragma once

#include "kube/row.h"
#include "kube/string_pool.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace timonier {

class RowBuilder
{
public:
    // A text of the row under way: in the pool (or static), or in the row's own block.
    struct Piece {
        const char *shared = nullptr;  // null: own text at `offset`
        std::uint32_t offset = 0;
        std::uint32_t size = 0;
    };

    explicit RowBuilder(std::shared_ptr<StringPool> pool) : m_pool(std::move(pool)) {}

    // A text of few values (interned: the n-th of a row is looked up only if it is not that of the row before); of many
    // values; one that lives as long as the program.
    Piece common(std::string_view text);
    Piece own(std::string_view text);
    static Piece fixed(std::string_view literal) { return {literal.data(), 0, static_cast<std::uint32_t>(literal.size())}; }
    // The first `size` bytes of an own text: many an owner's name begins the names of what it owns.
    static Piece front(Piece piece, std::size_t size)
    {
        piece.size = static_cast<std::uint32_t>(size);
        return piece;
    }

    // The next cell.
    void cell(Piece text, std::int64_t number = 0) { m_cells.push_back({text, number}); }
    void text(std::string_view value) { cell(own(value)); }
    void number(std::int64_t value) { cell({}, value); }
    // "done/whole" with the number that orders it.
    void fraction(std::int64_t done, std::int64_t whole);
    // What orders a fraction.
    static std::int64_t share(std::int64_t done, std::int64_t whole);
    void link(Relation relation, Piece value);

    // The fields of Row before its cells; texts as pieces.
    struct Head {
        Uid uid;
        Piece name, ns, labels, ownerKind, ownerName;
        std::int64_t created = 0;
        std::int64_t deleting = 0;
        std::uint64_t revision = 0;
    } head;

    // The row; the builder is empty again. Cells that are missing are blank, those beyond `columns` are dropped.
    RowPtr finish(std::size_t columns);
    // Empty again, without a row.
    void clear();

    // A place to put a text together before it becomes a piece; empty whenever it is asked for.
    std::string &scratch()
    {
        m_scratch.clear();
        return m_scratch;
    }

private:
    struct PendingCell {
        Piece text;
        std::int64_t number;
    };
    struct PendingLink {
        Relation relation;
        Piece value;
    };
    std::shared_ptr<StringPool> m_pool;
    std::vector<std::string_view> m_previous; // the common texts of the row before, in order
    std::size_t m_commons = 0;                // those of this row so far
    std::string m_text;
    std::string m_scratch;
    std::vector<PendingCell> m_cells;
    std::vector<PendingLink> m_links;
};

} // namespace timonier
