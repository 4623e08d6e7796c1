#include "ui/models/search_keys.h"

#include <QString>

#include <algorithm>

namespace timonier {

namespace {

void appendLower(std::string &out, std::string_view text)
{
    const bool ascii = std::ranges::all_of(text, [](char c) { return (static_cast<unsigned char>(c) & 0x80) == 0; });
    if (ascii) {
        for (const char c : text)
            out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
    } else {
        out += QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).toLower().toStdString();
    }
    out.push_back('\n');
}

} // namespace

void SearchKeys::set(std::size_t slot, const Row &row, const Columns &columns)
{
    drop(slot);
    if (m_spans.size() <= slot)
        m_spans.resize(slot + 1);
    if (m_unused > (1u << 16) && m_unused > m_text.size() / 2)
        compact();
    const std::size_t begin = m_text.size();
    appendLower(m_text, row.name);
    if (!row.ns.empty())
        appendLower(m_text, row.ns);
    // Numbers and ages are left out: "1" would find every row.
    for (std::size_t i = 0; i < std::min(columns.size(), row.cells.size()); ++i) {
        // A port that only the check of services reads is nothing that a person sees.
        const bool hidden = columns[i].priority == 2 && columns[i].id.ends_with("ports");
        const bool isText = !hidden && (columns[i].type == CellType::Text || columns[i].type == CellType::Fraction);
        const std::string_view text = row.cells[i].text;
        if (isText && !text.empty() && text != row.name && text != row.ns)
            appendLower(m_text, text);
    }
    m_spans[slot] = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(m_text.size() - begin)};
}

void SearchKeys::reserve(std::size_t rows)
{
    const auto have = static_cast<std::size_t>(std::ranges::count_if(m_spans, [](const Span &span) { return span.length > 0; }));
    m_spans.reserve(rows);
    if (have > 0)
        m_text.reserve(m_text.size() / have * rows + m_text.size() / have * rows / 16);
}

void SearchKeys::drop(std::size_t slot)
{
    if (slot >= m_spans.size())
        return;
    m_unused += m_spans[slot].length;
    m_spans[slot] = {};
}

void SearchKeys::clear()
{
    // Swapped away, not cleared: the memory goes back.
    std::string().swap(m_text);
    std::vector<Span>().swap(m_spans);
    m_unused = 0;
}

void SearchKeys::compact()
{
    std::string packed;
    packed.reserve(m_text.size() - m_unused + m_text.size() / 8);
    for (Span &span : m_spans) {
        const auto offset = static_cast<std::uint32_t>(packed.size());
        packed.append(m_text, span.offset, span.length);
        span.offset = offset;
    }
    m_text = std::move(packed);
    m_unused = 0;
}

} // namespace timonier
