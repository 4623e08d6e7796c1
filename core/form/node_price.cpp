#include "form/node_price.h"

#include <nlohmann/json.hpp>

#include <QFile>

namespace timonier::form {

namespace {

using nlohmann::json;

const json &table()
{
    static const json read = [] {
        QFile file(QStringLiteral(":/prices/nodes.json"));
        const QByteArray text = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        return json::parse(text.begin(), text.end(), nullptr, false);
    }();
    return read;
}

} // namespace

std::optional<double> nodePrice(std::string_view instanceType)
{
    const json &types = table()["types"];
    const auto found = types.find(std::string(instanceType));
    return found == types.end() ? std::nullopt : std::optional(found->get<double>());
}

std::string nodePricesAsOf() { return table()["as of"]; }

std::vector<std::string> pricedTypes()
{
    std::vector<std::string> names;
    for (const auto &[name, price] : table()["types"].items())
        names.push_back(name);
    return names;
}

} // namespace timonier::form
