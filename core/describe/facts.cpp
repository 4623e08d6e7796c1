#include "describe/facts.h"

#include "base/say.h"
#include "kube/format.h"

#include <algorithm>

namespace timonier::describing {

std::string Subject::cell(std::string_view column) const
{
    if (!row || !rowKind)
        return {};
    const auto it = std::ranges::find(rowKind->columns, column, &Column::id);
    const auto at = static_cast<std::size_t>(it - rowKind->columns.begin());
    if (it == rowKind->columns.end() || at >= row->cells.size())
        return {};
    std::string out = cellText(it->type, row->cells[at], {});
    return out == "<none>" || out == "<unknown>" ? std::string() : out;
}

void Facts::add(const std::string &label, Value value)
{
    if (value.text.empty() && value.time == 0)
        return;
    if (m_facts.empty() || m_facts.back().label != label)
        m_facts.push_back({label, {}});
    m_facts.back().values.push_back(std::move(value));
}

void Facts::link(const std::string &label, ObjectRef to, std::string note)
{
    if (to.name.empty())
        return;
    std::string name = to.name;
    add(label, Value{.text = std::move(name), .note = std::move(note), .to = std::move(to)});
}

void Facts::time(const std::string &label, std::int64_t unixSeconds)
{
    add(label, Value{.time = unixSeconds});
}

void Facts::number(const std::string &label, const Json &value)
{
    if (value.is_number())
        add(label, text(value));
}

void Facts::yesNo(const std::string &label, const Json &value)
{
    if (value.is_boolean())
        add(label, isTrue(value) ? say("Core", "yes") : say("Core", "no"));
}

ObjectRef refTo(std::string_view apiVersion, std::string_view kind, std::string ns, std::string name)
{
    const std::size_t slash = apiVersion.find('/');
    return {std::string(slash == std::string_view::npos ? std::string_view() : apiVersion.substr(0, slash)), std::string(kind),
            std::move(ns), std::move(name)};
}

} // namespace timonier::describing
