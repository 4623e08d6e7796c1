#include "cloud/aws/ec2_parameters.h"

#include <fmt/format.h>

namespace timonier::aws {

void addFilter(Parameters &parameters, int number, const std::string &name, const std::vector<std::string> &values)
{
    const std::string filter = fmt::format("Filter.{}.", number);
    parameters.emplace_back(filter + "Name", name);
    for (std::size_t i = 0; i < values.size(); ++i)
        parameters.emplace_back(fmt::format("{}Value.{}", filter, i + 1), values[i]);
}

Parameters withTags(Parameters parameters, std::string_view type, const Tags &tags, int number)
{
    const std::string specification = fmt::format("TagSpecification.{}.", number);
    parameters.emplace_back(specification + "ResourceType", type);
    int count = 0;
    for (const auto &[key, value] : tags) {
        const std::string tag = fmt::format("{}Tag.{}.", specification, ++count);
        parameters.emplace_back(tag + "Key", key);
        parameters.emplace_back(tag + "Value", value);
    }
    return parameters;
}

std::vector<const Xml *> itemsOf(const Xml &answer, std::string_view set)
{
    const std::size_t slash = set.find('/');
    if (slash == set.npos)
        return answer.items(set);
    std::vector<const Xml *> all;
    for (const Xml *outer : answer.items(set.substr(0, slash)))
        for (const Xml *inner : outer->items(set.substr(slash + 1)))
            all.push_back(inner);
    return all;
}

std::string capital(std::string_view name)
{
    std::string text(name);
    text.front() = static_cast<char>(text.front() - 32);
    return text;
}

const std::vector<std::string> &liveStates()
{
    static const std::vector<std::string> all{"pending", "running", "stopping", "stopped"};
    return all;
}

} // namespace timonier::aws
