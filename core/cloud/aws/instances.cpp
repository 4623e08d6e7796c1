#include "cloud/aws/instances.h"

#include <QFile>

#include <algorithm>
#include <tuple>

#include <nlohmann/json.hpp>

namespace timonier::aws {

const std::vector<InstanceType> &instanceTypes()
{
    static const std::vector<InstanceType> all = [] {
        std::vector<InstanceType> types;
        QFile file(QStringLiteral(":/cloud/aws-instances.json"));
        if (!file.open(QIODevice::ReadOnly))
            return types;
        const nlohmann::json document = nlohmann::json::parse(file.readAll().toStdString());
        for (const auto &[name, row] : document["types"].items())
            types.push_back({.name = name, .cpus = row[0], .memoryGib = row[1], .network = row[2], .cards = row[3]});
        std::ranges::sort(types, {}, [](const InstanceType &one) { return std::tuple(!one.cards.empty(), one.memoryGib, one.cpus, one.name); });
        return types;
    }();
    return all;
}

std::optional<InstanceType> instanceType(const std::string &name)
{
    const auto found = std::ranges::find(instanceTypes(), name, &InstanceType::name);
    return found == instanceTypes().end() ? std::nullopt : std::optional(*found);
}

bool isStandard(const std::string &type)
{
    const std::string letters = type.substr(0, type.find_first_of("0123456789."));
    return letters.size() == 1 ? std::string_view("acdhimrtz").find(letters) != std::string_view::npos : letters == "im" || letters == "is";
}

bool isArm(const std::string &type)
{
    // "m7g", "c7gn", "t4g": the letters behind the generation (docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html).
    const std::string family = type.substr(0, type.find('.'));
    const std::size_t digit = std::min(family.find_first_of("0123456789"), family.size());
    return family == "a1" || family.substr(std::min(digit + 1, family.size())).starts_with('g');
}

} // namespace timonier::aws
