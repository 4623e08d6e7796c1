#include "form/parameter.h"

#include "base/lines.h"
#include "base/nearest_name.h"
#include "base/say.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <regex>

namespace timonier::form {

namespace {

const std::string none;

std::optional<double> numberOf(const std::string &text)
{
    double value = 0;
    const char *end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value, std::chars_format::general);
    if (error != std::errc() || at != end)
        return {};
    return value;
}

bool isWhole(const std::string &text)
{
    const std::size_t from = text.starts_with('-') ? 1 : 0;
    return text.size() > from && text.size() < 18 && std::all_of(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool matches(const std::string &text, const char *pattern)
{
    return std::regex_match(text, std::regex(pattern));
}

std::string inRange(const Parameter &parameter, double value)
{
    if (parameter.least && value < *parameter.least)
        return say("Core", "at least {}", *parameter.least);
    if (parameter.most && value > *parameter.most)
        return say("Core", "at most {}", *parameter.most);
    return {};
}

std::string choiceProblem(const Parameter &parameter, const std::string &value)
{
    const auto found = std::ranges::find(parameter.choices, value, &Choice::value);
    if (found != parameter.choices.end())
        return found->refused;
    std::string all;
    for (const Choice &choice : parameter.choices)
        all += (all.empty() ? "" : ", ") + choice.value;
    return say("Core", "“{}” is none of {}", value, all);
}

std::string pathProblem(const std::string &value, Type type)
{
    std::error_code error;
    const auto status = std::filesystem::status(std::filesystem::path(std::u8string(value.begin(), value.end())), error);
    if (!std::filesystem::exists(status))
        return say("Core", "there is nothing at {}", value);
    if (type == Type::Path && !std::filesystem::is_directory(status) && !std::filesystem::is_regular_file(status))
        return say("Core", "{} is neither a file nor a folder", value);
    if (type != Type::Path && std::filesystem::is_directory(status) != (type == Type::Folder))
        return type == Type::Folder ? say("Core", "{} is not a folder", value) : say("Core", "{} is a folder", value);
    return {};
}

std::string typeProblem(const Parameter &parameter, const std::string &value)
{
    switch (parameter.type) {
    case Type::Text:
    case Type::Lines:
    case Type::Secret: return {};
    case Type::Boolean: return value == "true" || value == "false" ? std::string() : say("Core", "say true or false");
    case Type::Integer: return isWhole(value) ? inRange(parameter, *numberOf(value)) : say("Core", "a whole number is wanted");
    case Type::Number: {
        const auto number = numberOf(value);
        return number ? inRange(parameter, *number) : say("Core", "a number is wanted");
    }
    case Type::Port: return isWhole(value) && *numberOf(value) >= 1 && *numberOf(value) <= 65535 ? inRange(parameter, *numberOf(value)) : say("Core", "a port is a number from 1 to 65535");
    case Type::Choice: return choiceProblem(parameter, value);
    case Type::Choices:
        for (const std::string &one : linesOf(value))
            if (std::string problem = choiceProblem(parameter, one); !problem.empty())
                return problem;
        return {};
    case Type::Quantity:
        return matches(value, R"([0-9]+(\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][0-9]+)?)") ? std::string() : say("Core", "an amount is a number with a unit, such as 500m, 2 or 512Mi");
    case Type::Name:
        return value.size() <= 63 && matches(value, "[a-z0-9]([-a-z0-9]*[a-z0-9])?") ? std::string() : say("Core", "a name has lower-case letters, digits and -, begins and ends with a letter or digit, 63 at most");
    case Type::Image: // github.com/distribution/reference: domain/path:tag@digest
        return matches(value, R"(([A-Za-z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._/-]+[a-z0-9]+)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?)")
            ? std::string() : say("Core", "an image is a name such as nginx:1.27 or registry.example.com/team/app:2.0");
    case Type::File:
    case Type::Folder:
    case Type::Path: return pathProblem(value, parameter.type);
    }
    return {};
}

std::string unknown(const std::string &id, const std::vector<Parameter> &parameters)
{
    std::vector<std::string> names;
    for (const Parameter &parameter : parameters)
        names.push_back(parameter.id);
    const std::string nearest = nearestName(id, names);
    return nearest.empty() ? say("Core", "there is no such parameter") : say("Core", "there is no such parameter; {} is meant?", nearest);
}

} // namespace

const std::string &valueOf(const Parameter &parameter, const Values &values)
{
    if (parameter.type == Type::Secret)
        return none;
    const auto found = values.texts.find(parameter.id);
    return found == values.texts.end() ? parameter.initial : found->second;
}

bool isPath(Type type) { return type == Type::File || type == Type::Folder || type == Type::Path; }

bool holds(std::string_view condition, const std::vector<Parameter> &all, const Values &values)
{
    for (const std::string &one : partsOf(condition, "; ")) {
        const std::size_t equals = one.find('=');
        const bool differs = equals != std::string::npos && equals > 0 && one[equals - 1] == '!';
        const auto other = std::ranges::find(all, one.substr(0, equals - (differs ? 1 : 0)), &Parameter::id);
        if (equals == std::string::npos || other == all.end())
            return false;
        const bool asked = isAsked(*other, all, values);
        std::vector<std::string> has{asked ? valueOf(*other, values) : std::string()};
        if (other->type == Type::Secret) {
            const auto given = values.secrets.find(other->id);
            has = {asked && given != values.secrets.end() && !given->second.empty() ? "given" : ""};
        } else if ((other->type == Type::Choices || other->type == Type::Lines) && !has.front().empty()) {
            has = linesOf(has.front());
        }
        auto wanted = partsOf(std::string_view(one).substr(equals + 1), "|");
        if (wanted.empty())
            wanted.emplace_back();
        const bool found = std::ranges::any_of(has, [&](const std::string &value) { return std::ranges::find(wanted, value) != wanted.end(); });
        if (found == differs)
            return false;
    }
    return true;
}

bool isAsked(const Parameter &parameter, const std::vector<Parameter> &all, const Values &values)
{
    return parameter.onlyIf.empty() || holds(parameter.onlyIf, all, values);
}

std::string problemOf(const Parameter &parameter, const Values &values)
{
    if (parameter.type == Type::Secret) {
        const auto given = values.secrets.find(parameter.id);
        return parameter.required && !parameter.generate && (given == values.secrets.end() || given->second.empty()) ? say("Core", "it is needed") : std::string();
    }
    const std::string &value = valueOf(parameter, values);
    if (value.empty())
        return parameter.required ? say("Core", "it is needed") : std::string();
    if (std::string problem = typeProblem(parameter, value); !problem.empty())
        return problem;
    if (!parameter.pattern.empty() && !matches(value, parameter.pattern.c_str()))
        return parameter.patternWords.empty() ? say("Core", "it does not look like {}", parameter.pattern) : parameter.patternWords;
    return {};
}

std::vector<Problem> problemsOf(const std::vector<Parameter> &parameters, const Values &values)
{
    std::vector<Problem> problems;
    for (const Parameter &parameter : parameters)
        if (isAsked(parameter, parameters, values))
            if (std::string problem = problemOf(parameter, values); !problem.empty())
                problems.push_back({parameter.id, std::move(problem)});
    const auto known = [&](const std::string &id) { return std::ranges::find(parameters, id, &Parameter::id) != parameters.end(); };
    for (const auto &[id, text] : values.texts)
        if (!known(id))
            problems.push_back({id, unknown(id, parameters)});
    for (const auto &[id, secret] : values.secrets)
        if (!known(id))
            problems.push_back({id, unknown(id, parameters)});
    return problems;
}

void switchOnForFiles(const std::vector<Parameter> &parameters, Values &values)
{
    for (const Parameter &file : parameters) {
        if ((file.type != Type::File && file.type != Type::Path) || valueOf(file, values).empty())
            continue;
        for (const std::string &one : partsOf(file.onlyIf, "; "))
            for (const Parameter &other : parameters)
                if (other.type == Type::Boolean && one == other.id + "=true")
                    values.texts.try_emplace(other.id, "true");
    }
}

std::optional<Type> typeOf(std::string_view name)
{
    static constexpr std::pair<std::string_view, Type> names[] = {
        {"text", Type::Text}, {"integer", Type::Integer}, {"number", Type::Number}, {"boolean", Type::Boolean}, {"choice", Type::Choice},
        {"choices", Type::Choices}, {"lines", Type::Lines}, {"quantity", Type::Quantity}, {"port", Type::Port}, {"name", Type::Name},
        {"image", Type::Image}, {"file", Type::File}, {"folder", Type::Folder}, {"path", Type::Path}, {"secret", Type::Secret}};
    const auto found = std::ranges::find(names, name, &std::pair<std::string_view, Type>::first);
    return found == std::end(names) ? std::nullopt : std::optional(found->second);
}

} // namespace timonier::form
