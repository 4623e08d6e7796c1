// Specs with maps and lists, written from the values of a form: what the forms of clouds and of hosts share. Pure.
#pragma once

#include "form/parameter.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <yaml-cpp/yaml.h>

namespace timonier {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// "KEY=VALUE", one a line.
Pairs pairsOf(const std::string &lines);
std::string linesOf(const std::map<std::string, std::string> &pairs);
std::string joinedLines(const std::vector<std::string> &all);

// "gpu type=g5.xlarge count=1 label=team=vision": a name, and fields of what is called so; "label" may stand more than once.
Pairs namedFields(const std::string &line);

// Writes into the map that is open.
class SpecText
{
public:
    SpecText(const std::vector<form::Parameter> &parameters, const form::Values &values);

    // What counts of a parameter: "" where it is not asked.
    std::string value(const std::string &id) const;
    // The same, and "" where it is as it is initially.
    std::string changed(const std::string &id) const;

    // Nothing where it is empty. `quoted`: it looks like a number and is none ("1.34").
    void text(const char *field, const std::string &value, bool quoted = false);
    void list(const char *field, const std::string &lines);
    void map(const char *field, const Pairs &pairs);
    // A map of its own; its "label" fields become `labels`.
    void named(const Pairs &fields);
    void open(const char *field, bool isList = false);
    void close(bool isList = false);
    // For what has a shape of its own.
    YAML::Emitter &out() { return m_out; }
    // The whole.
    std::string end();

private:
    const std::vector<form::Parameter> &m_parameters;
    const form::Values &m_values;
    YAML::Emitter m_out{};
};

} // namespace timonier
