#include "kube/row_builder.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace timonier {

RowBuilder::Piece RowBuilder::common(std::string_view text)
{
    if (m_commons == m_previous.size())
        m_previous.emplace_back();
    std::string_view &previous = m_previous[m_commons++];
    if (previous != text)
        previous = m_pool->intern(text);
    return fixed(previous);
}

RowBuilder::Piece RowBuilder::own(std::string_view text)
{
    const Piece piece{nullptr, static_cast<std::uint32_t>(m_text.size()), static_cast<std::uint32_t>(text.size())};
    m_text.append(text);
    return piece;
}

void RowBuilder::fraction(std::int64_t done, std::int64_t whole)
{
    char text[48];
    char *end = std::to_chars(text, text + 24, done).ptr;
    *end++ = '/';
    end = std::to_chars(end, text + sizeof text, whole).ptr;
    cell(common({text, static_cast<std::size_t>(end - text)}), share(done, whole));
}

std::int64_t RowBuilder::share(std::int64_t done, std::int64_t whole)
{
    const double part = whole > 0 ? static_cast<double>(done) / static_cast<double>(whole) : 1.0;
    const auto millionths = static_cast<std::int64_t>(std::clamp(part, 0.0, 1000.0) * 1e6);
    return millionths << 31 | std::clamp<std::int64_t>(whole, 0, INT32_MAX);
}

void RowBuilder::link(Relation relation, Piece value)
{
    if (value.size > 0)
        m_links.push_back({relation, value});
}

RowPtr RowBuilder::finish(std::size_t columns)
{
    auto row = std::make_shared<Row>();
    if (!m_text.empty()) {
        row->text = std::make_unique_for_overwrite<char[]>(m_text.size());
        std::memcpy(row->text.get(), m_text.data(), m_text.size());
    }
    const char *block = row->text.get();
    const auto view = [block](const Piece &piece) {
        if (piece.size == 0)
            return std::string_view{};
        return std::string_view(piece.shared ? piece.shared : block + piece.offset, piece.size);
    };
    row->uid = head.uid;
    row->name = view(head.name);
    row->ns = view(head.ns);
    row->labels = view(head.labels);
    row->ownerKind = view(head.ownerKind);
    row->ownerName = view(head.ownerName);
    row->created = head.created;
    row->deleting = head.deleting;
    row->revision = head.revision;
    row->cells.resize(columns);
    const std::size_t known = std::min(columns, m_cells.size());
    for (std::size_t i = 0; i < known; ++i)
        row->cells[i] = {view(m_cells[i].text), m_cells[i].number};
    row->links.reserve(m_links.size());
    for (const PendingLink &pending : m_links)
        row->links.push_back({pending.relation, view(pending.value)});
    row->pool = m_pool;
    clear();
    return row;
}

void RowBuilder::clear()
{
    head = {};
    m_commons = 0;
    m_text.clear();
    m_cells.clear();
    m_links.clear();
}

} // namespace timonier
