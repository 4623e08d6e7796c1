#include "strategy/executor/plan.h"

#include "base/nearest_name.h"
#include "base/say.h"
#include "kube/yaml_fields.h"
#include "strategy/rules.h"

#include <charconv>

namespace timonier::rollout {

namespace {

constexpr std::string_view byHand = "manual";

// Reads one map of the plan, field by field; what it was not asked for is a mistake.
class Reader
{
public:
    Reader(const YamlFields &fields, YAML::Node map, std::string path) : m_fields(fields), m_map(std::move(map)), m_path(std::move(path)) {}

    Error wrong(const char *field, std::string message, std::string hint = {}) const
    {
        const std::string path = m_path + field;
        return m_fields.error(m_map[field], path + ": " + std::move(message), std::move(hint)).with("field", path);
    }
    bool has(const char *field)
    {
        m_known.emplace_back(field);
        return m_map[field].IsDefined() && !m_map[field].IsNull();
    }
    template <class T, class Parse>
    Result<> take(const char *field, T &into, Parse parse)
    {
        if (!has(field))
            return {};
        const std::string text = TRY(m_fields.text(m_map, field));
        auto value = parse(std::string_view(text));
        if (!value)
            return std::unexpected(wrong(field, value.error().message, value.error().hint));
        into = std::move(*value);
        return {};
    }
    Result<> take(const char *field, std::string &into)
    {
        return take(field, into, [](std::string_view text) { return Result<std::string>(std::string(text)); });
    }
    Result<> take(const char *field, int &into, int least, int most)
    {
        return take(field, into, [=](std::string_view text) { return number(text, least, most); });
    }
    Result<> take(const char *field, std::optional<Time> &into) { return take(field, into, spanOrByHand); }
    Result<> takeShares(const char *field, std::vector<int> &into)
    {
        if (!has(field))
            return {};
        std::vector<int> shares;
        const YAML::Node list = TRY(m_fields.list(m_map, field));
        for (const YAML::Node &item : list) {
            auto share = number(item.IsScalar() ? std::string_view(item.Scalar()) : std::string_view(), 1, 99);
            if (!share)
                return std::unexpected(wrong(field, share.error().message));
            if (!shares.empty() && *share <= shares.back())
                return std::unexpected(wrong(field, say("Core", "each step must be more than the one before")));
            shares.push_back(*share);
        }
        if (shares.empty())
            return std::unexpected(wrong(field, say("Core", "there is no step in it")));
        into = std::move(shares);
        return {};
    }
    Result<Reader> map(const char *field)
    {
        const YAML::Node node = TRY(m_fields.map(m_map, field));
        return Reader(m_fields, node, m_path + field + ".");
    }
    const YAML::Node &node() const { return m_map; }

    // Invalid for a field that nothing asked for.
    Result<> done() const
    {
        for (const auto &pair : m_map) {
            const std::string name = pair.first.IsScalar() ? pair.first.Scalar() : std::string();
            if (std::ranges::find(m_known, name) != m_known.end())
                continue;
            const std::string near = nearestName(name, m_known);
            return std::unexpected(m_fields.error(pair.first, say("Core", "{}: there is no such field", m_path + name),
                                                  near.empty() ? std::string() : say("Core", "Did you mean {}?", near))
                                       .with("field", m_path + name));
        }
        return {};
    }

    static Result<int> number(std::string_view text, int least, int most)
    {
        int value = 0;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (problem != std::errc() || end != text.data() + text.size() || value < least || value > most)
            return fail(ErrorKind::Invalid, say("Core", "“{}” is no whole number from {} to {}", text, least, most));
        return value;
    }
    static Result<std::optional<Time>> spanOrByHand(std::string_view text)
    {
        if (text == byHand)
            return std::optional<Time>();
        return std::optional(TRY(strategy::parseTime(text)));
    }
    static Result<double> decimal(std::string_view text)
    {
        double value = 0;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (problem != std::errc() || end != text.data() + text.size())
            return fail(ErrorKind::Invalid, say("Core", "“{}” is no number", text));
        return value;
    }

private:
    const YamlFields &m_fields;
    YAML::Node m_map;
    std::string m_path;
    std::vector<std::string> m_known;
};

Result<std::optional<Amount>> amount(std::string_view text) { return std::optional(TRY(strategy::parseAmount(text))); }

Result<std::optional<Time>> span(std::string_view text) { return std::optional(TRY(strategy::parseTime(text))); }

Result<Router> routerOf(std::string_view text)
{
    for (const Router router : {Router::Auto, Router::Service, Router::Gateway, Router::Istio, Router::Nginx})
        if (key(router) == text)
            return router;
    return fail(ErrorKind::Invalid, say("Core", "“{}” is none of auto, service, gateway, istio, nginx", text));
}

Result<Rule> readRule(Reader &reader)
{
    Rule rule;
    const bool header = reader.has("header"), cookie = reader.has("cookie"), country = reader.has("country"), device = reader.has("device");
    if (cookie + country + device + (header && !country) != 1)
        return std::unexpected(reader.wrong("header", say("Core", "a rule has one of header, cookie, country and device")));
    rule.by = cookie ? Rule::By::Cookie : country ? Rule::By::Country : device ? Rule::By::Device : Rule::By::Header;
    if (country)
        rule.name = "cf-ipcountry";
    TRY(reader.take(cookie ? "cookie" : "header", rule.name));
    TRY(reader.take(country ? "country" : device ? "device" : "value", rule.value));
    if (device && rule.value != "mobile" && rule.value != "desktop")
        return std::unexpected(reader.wrong("device", say("Core", "“{}” is neither mobile nor desktop", rule.value)));
    // What goes into a header's match or an annotation as it stands.
    if (rule.name.empty() || rule.name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != rule.name.npos)
        return std::unexpected(reader.wrong(cookie ? "cookie" : "header", say("Core", "“{}” is no name of a header or a cookie", rule.name)));
    TRY(reader.done());
    return rule;
}

Result<Checks> readChecks(Reader &reader)
{
    Checks checks;
    TRY(reader.take("restarts", checks.restarts, 0, 1'000'000));
    TRY(reader.take("failures", checks.failures, 1, 1'000));
    TRY(reader.take("every", checks.every, [](std::string_view text) { return strategy::parseTime(text); }));
    checks.every = std::clamp(checks.every, Time(1'000), Time(3'600'000));
    if (reader.has("http")) {
        Reader map = TRY(reader.map("http"));
        HttpCheck http;
        TRY(map.take("path", http.path));
        TRY(map.take("port", http.port, 1, 65'535));
        if (!http.path.starts_with('/'))
            return std::unexpected(map.wrong("path", say("Core", "“{}” does not begin with /", http.path)));
        TRY(map.done());
        checks.http = http;
    }
    if (reader.has("prometheus")) {
        Reader map = TRY(reader.map("prometheus"));
        PrometheusCheck prometheus;
        TRY(map.take("address", prometheus.address));
        TRY(map.take("query", prometheus.query));
        TRY(map.take("most", prometheus.most, &Reader::decimal));
        const std::size_t slash = prometheus.address.find('/'), colon = prometheus.address.find(':');
        if (slash == 0 || slash == std::string::npos || colon == std::string::npos || colon < slash + 2 || colon + 1 == prometheus.address.size())
            return std::unexpected(map.wrong("address", say("Core", "“{}” is not of the form NAMESPACE/SERVICE:PORT", prometheus.address)));
        if (prometheus.query.empty())
            return std::unexpected(map.wrong("query", say("Core", "it is missing")));
        TRY(map.done());
        checks.prometheus = prometheus;
    }
    TRY(reader.done());
    return checks;
}

Result<Plan> read(Reader &reader, const YamlFields &fields)
{
    Plan plan;
    if (!reader.node().IsMap())
        return std::unexpected(fields.error(reader.node(), say("Core", "this is no plan of a roll-out: it has no fields"),
                                            say("Core", "A plan begins with deployment: NAME, image: IMAGE and strategy: canary.")));
    TRY(reader.take("deployment", plan.deployment));
    TRY(reader.take("namespace", plan.ns));
    TRY(reader.take("strategy", plan.strategy, &strategy::strategyOf));
    if (std::string image; reader.has("image")) {
        TRY(reader.take("image", image));
        plan.images[""] = image;
    }
    if (reader.has("images")) {
        const Reader map = TRY(reader.map("images"));
        for (const auto &pair : map.node())
            plan.images[pair.first.Scalar()] = TRY(fields.text(map.node(), pair.first.Scalar().c_str()));
    }
    if (reader.has("template")) {
        const YAML::Node map = TRY(fields.map(reader.node(), "template"));
        plan.change = TRY(fields.json(map));
    }
    TRY(reader.take("maxSurge", plan.maxSurge, amount));
    TRY(reader.take("maxUnavailable", plan.maxUnavailable, amount));
    TRY(reader.take("minReady", plan.minReady, span));
    TRY(reader.takeShares("steps", plan.steps));
    TRY(reader.take("pause", plan.pause));
    TRY(reader.take("check", plan.check));
    TRY(reader.take("keep", plan.keep));
    TRY(reader.take("share", plan.share, 1, 100));
    TRY(reader.take("duration", plan.duration));
    TRY(reader.take("router", plan.router, routerOf));
    if (reader.has("rule")) {
        Reader map = TRY(reader.map("rule"));
        plan.rule = TRY(readRule(map));
    }
    if (reader.has("checks")) {
        Reader map = TRY(reader.map("checks"));
        plan.checks = TRY(readChecks(map));
    }
    TRY(reader.done());
    if (plan.deployment.empty())
        return std::unexpected(reader.wrong("deployment", say("Core", "it is missing: the name of the Deployment to roll out")));
    if (plan.images.empty() && plan.change.empty())
        return std::unexpected(reader.wrong("image", say("Core", "it is missing: the new version's image, or what else changes in its template")));
    return plan;
}

} // namespace

Result<Plan> readPlan(const std::string &bytes, const std::string &file)
{
    const std::string text = TRY(yamlText(bytes, file));
    const YamlFields fields(file);
    const YAML::Node node = TRY(loadYaml(text, file));
    return fields.guarded([&] {
        Reader reader(fields, node, {});
        return read(reader, fields);
    });
}

} // namespace timonier::rollout
