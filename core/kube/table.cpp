#include "kube/table.h"
#include "kube/quantity.h"

#include "kube/format.h"

#include <deque>

namespace timonier {

struct ServerTable::Owner {
    std::deque<std::string> texts;
    Columns columns;

    std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }
};

namespace {

std::string changed(std::string_view text, char from, char to, int shift)
{
    std::string out;
    for (const char c : text)
        out += c >= from && c <= to ? static_cast<char>(c + shift) : c;
    return out;
}

// "Created At" -> "created-at"
std::string columnId(std::string_view name)
{
    std::string id = changed(name, 'A', 'Z', 32);
    for (char &c : id)
        c = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
    return id;
}

} // namespace

void ServerTable::define(Json &json)
{
    auto owner = std::make_shared<Owner>();
    std::vector<Source> sources;
    json.elements([&] {
        std::string_view name, type, format;
        std::int64_t priority = 0;
        json.fields([&](std::string_view key) {
            if (key == "name")
                name = json.text();
            else if (key == "type")
                type = json.text();
            else if (key == "format")
                format = json.text();
            else if (key == "priority")
                priority = json.integer();
        });
        const std::string lower = changed(name, 'A', 'Z', 32);
        Source source = Source::Text;
        CellType cellType = CellType::Text;
        if ((lower == "age" || lower == "created") && (type == "string" || type == "date")) {
            // The server writes an age that is old as soon as it is read: the creation is in the metadata.
            source = Source::Created;
            cellType = CellType::Time;
        } else if (type == "integer" || type == "number") {
            source = type == "integer" ? Source::Integer : Source::Real;
            cellType = type == "integer" ? CellType::Number : CellType::Quantity;
        } else if (type == "date" || format == "date") {
            source = Source::Since;
            cellType = CellType::Quantity;
        }
        sources.push_back(source);
        owner->columns.push_back({owner->keep(columnId(name)), owner->keep(changed(name, 'a', 'z', -32)), cellType,
                                  priority > 0 ? 1 : 0});
    });
    if (owner->columns.empty())
        return defineNamed();
    m_named = false;
    m_sources = std::move(sources);
    m_columns = std::shared_ptr<const Columns>(owner, &owner->columns);
}

void ServerTable::defineNamed()
{
    m_named = true;
    m_sources.clear();
    m_columns = std::make_shared<const Columns>(Columns{{"name", "NAME"}, {"age", "AGE", CellType::Time}});
}

void ServerTable::cell(Json &json, Source source, RowBuilder &row) const
{
    const char first = json.ahead();
    if (first == 'n') {
        json.skip();
        return row.cell({}, source == Source::Integer ? noNumber : 0);
    }
    const bool isNumber = first == '-' || (first >= '0' && first <= '9');
    if (source == Source::Integer && isNumber)
        return row.number(json.integer());
    if (source == Source::Real && isNumber) {
        const std::string_view written = json.raw();
        return row.cell(row.own(written), milliQuantity(written));
    }
    const std::string_view text = first == '"' ? json.text() : json.raw();
    if (source == Source::Since)
        return row.cell(row.own(text), humanSeconds(text) * 1000);
    row.cell(row.own(text), source == Source::Integer ? noNumber : 0);
}

void ServerTable::read(Json &json, ObjectMeta &meta, RowBuilder &row) const
{
    Json::Place cells = json.place();
    bool hasCells = false;
    json.fields([&](std::string_view key) {
        if (key == "cells") {
            cells = json.place();
            hasCells = true;
        } else if (key == "object") {
            json.fields([&](std::string_view field) {
                if (field == "metadata")
                    meta.read(json);
            });
        }
    });
    meta.put(row);
    if (m_named) {
        row.cell(row.head.name);
        row.number(meta.created);
        return;
    }
    if (!hasCells)
        return;
    const Json::Place end = json.place();
    json.go(cells);
    std::size_t index = 0;
    json.elements([&] {
        if (index >= m_sources.size())
            return;
        const Source source = m_sources[index++];
        if (source == Source::Created && meta.created != 0)
            row.number(meta.created);
        else
            cell(json, source, row);
    });
    json.go(end);
}

} // namespace timonier
