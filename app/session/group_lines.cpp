#include "session/group_lines.h"

#include <sstream>

#include <fmt/format.h>

namespace timonier {

std::vector<std::pair<std::string, std::string>> groupFields(const std::string &line)
{
    std::vector<std::pair<std::string, std::string>> fields;
    std::istringstream words(line);
    for (std::string word; words >> word;) {
        const std::size_t equals = word.find('=');
        if (fields.empty())
            fields.emplace_back("name", word);
        else
            fields.emplace_back(word.substr(0, equals), equals == std::string::npos ? std::string() : word.substr(equals + 1));
    }
    return fields;
}

std::string groupLine(const eks::NodeGroup &group)
{
    std::string line = fmt::format("{} type={} count={} min={} max={} disk={}", group.name, group.type, group.count, group.least, group.most, group.disk);
    if (group.spot)
        line += " spot=true";
    for (const auto &[name, value] : group.labels)
        line += fmt::format(" label={}={}", name, value);
    return line;
}

} // namespace timonier
