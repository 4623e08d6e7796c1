#include "cloud/aws/instances.h"

#include "base/log.h"
#include "base/say.h"

#include <QFile>

#include <algorithm>
#include <tuple>

#include <nlohmann/json.hpp>

namespace timonier::aws {

Result<std::vector<InstanceType>> readInstanceTypes(const std::string &json)
{
    std::vector<InstanceType> types;
    try {
        const auto document = nlohmann::json::parse(json);
        for (const auto &[name, row] : document.at("types").items())
            types.push_back({.name = name, .cpus = row.at(0), .memoryGib = row.at(1), .network = row.at(2), .cards = row.at(3)});
    } catch (const nlohmann::json::exception &error) {
        return fail(ErrorKind::Internal, say("Core", "the table {} of this Timonier is damaged: {}", "aws-instances.json", error.what()), say("Core", "Install it anew"));
    }
    std::ranges::sort(types, {}, [](const InstanceType &one) { return std::tuple(!one.cards.empty(), one.memoryGib, one.cpus, one.name); });
    return types;
}

const std::vector<InstanceType> &instanceTypes()
{
    static const std::vector<InstanceType> all = [] {
        QFile file(QStringLiteral(":/cloud/aws-instances.json"));
        auto types = readInstanceTypes(file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string());
        if (!types)
            log(LogLevel::Error, types.error().message);
        return types.value_or(std::vector<InstanceType>());
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
