// A template's tree with the values put in: directives, names, types. What template.cpp does of it is templates and texts; this is one tree.
// Included by .cpp files only; throws Wrong, which goes no further than them.
#pragma once

#include "catalog/template.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>

namespace timonier::catalog {

struct Wrong {
    std::string words{}, hint{};
};

class Filler
{
public:
    // `checks`: every branch is taken, for the names in it.
    Filler(const Entry &entry, const Filling &filling, bool checks) : m_entry(entry), m_filling(filling), m_checks(checks) {}

    // Nothing: it is not there this time. `where`: its JSON pointer in the document.
    std::optional<nlohmann::json> value(const nlohmann::json &node, const std::string &where);
    // That it is one, and names parameters that there are.
    void checkCondition(const std::string &text);

    std::vector<std::pair<std::string, std::string>> secrets{}; // JSON pointer within the document, parameter

private:
    std::optional<nlohmann::json> map(const nlohmann::json &node, const std::string &where);
    void items(const nlohmann::json &item, const std::string &where, nlohmann::json &into);
    std::vector<std::string> eachOf(const nlohmann::json &each, const std::string &where);
    bool conditionHolds(const nlohmann::json &condition);
    const form::Parameter &named(const std::string &id) const;
    nlohmann::json typed(const std::string &id, const std::string &where, bool alone);
    nlohmann::json sumOf(const form::Parameter &parameter) const;
    nlohmann::json itemPart(const std::string &id, bool alone) const;
    nlohmann::json text(const std::string &raw, const std::string &where);

    const Entry &m_entry;
    const Filling &m_filling;
    const bool m_checks;
    std::optional<std::string> m_item{}; // of the $each that is being filled
};

} // namespace timonier::catalog
