#include "provision/minikube/minikube_events.h"

#include "base/lines.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace timonier::minikube {

namespace {

using Json = nlohmann::json;

std::string textOf(const Json &data, const char *field)
{
    const auto at = data.find(field);
    return at == data.end() ? std::string() : at->is_string() ? at->get<std::string>() : at->is_number() ? at->dump() : std::string();
}

int numberOf(const std::string &text, int otherwise)
{
    int value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// Templates that nobody filled in ("{{.new}}"), and the frame around a plea to report a bug.
std::string cleaned(std::string text)
{
    for (std::size_t open; (open = text.find("{{")) != text.npos;) {
        const std::size_t close = text.find("}}", open);
        if (close == text.npos)
            break;
        text.erase(open, close + 2 - open);
    }
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
        text.pop_back();
    return text;
}

bool isFrame(const std::string &message) { return message.starts_with("╭"); }

// "stdout:" and "stderr:" of a command of minikube's, kilobytes of them, for a person.
std::string shortened(const std::string &text)
{
    const std::size_t end = std::min(text.find('\n'), text.size());
    return end > 400 ? text.substr(0, 400) + " …" : text.substr(0, end);
}

} // namespace

Event readEvent(std::string_view line, bool whole)
{
    Event event{.message = std::string(line.substr(0, 4096))};
    if (!whole || line.empty() || line.front() != '{')
        return event;
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object() || !json.contains("type") || !json["type"].is_string() || !json.contains("data") || !json["data"].is_object())
        return event;
    constexpr std::string_view prefix = "io.k8s.sigs.minikube.";
    const auto &type = json["type"].get_ref<const std::string &>();
    if (!type.starts_with(prefix))
        return event;
    const std::string_view kind = std::string_view(type).substr(prefix.size());
    using enum Event::Type;
    event.type = kind == "step" ? Step : kind == "info" ? Info : kind == "warning" ? Warning : kind == "error" ? Error : kind == "download" ? Download : kind == "download.progress" ? DownloadProgress : Junk;
    if (event.type == Junk)
        return event;
    const Json &data = json["data"];
    event.message = cleaned(textOf(data, "message"));
    event.name = textOf(data, "name");
    event.advice = cleaned(textOf(data, "advice"));
    event.url = textOf(data, "url");
    event.exitCode = numberOf(textOf(data, "exitcode"), 0);
    event.step = numberOf(textOf(data, "currentstep"), -1);
    event.steps = numberOf(textOf(data, "totalsteps"), 0);
    event.artifact = textOf(data, "artifact");
    event.progress = std::clamp(std::strtod(textOf(data, "progress").c_str(), nullptr), 0.0, 1.0);
    return event;
}

void Course::take(const Event &event)
{
    switch (event.type) {
    case Event::Type::Step:
        if (!event.name.empty())
            m_step = event.name;
        m_done = m_done || event.name == "Done";
        if (event.step >= 0 && event.steps > 0) {
            m_at = std::min(event.step, event.steps);
            m_of = event.steps;
            m_progress = std::max(m_progress, double(m_at) / m_of);
        }
        return;
    case Event::Type::DownloadProgress: // within its step
        if (m_of > 0)
            m_progress = std::max(m_progress, std::min(1.0, (m_at + 0.9 * event.progress) / m_of));
        return;
    case Event::Type::Error:
        m_errors.push_back(event);
        return;
    case Event::Type::Warning:
        m_warnings.push_back(event);
        return;
    case Event::Type::Junk:
    case Event::Type::Info:
    case Event::Type::Download: return;
    }
}

std::optional<Event> Course::cause() const
{
    const auto named = [](const Event &event) { return !event.name.empty(); };
    const auto knows = [&](const Event &event) { return named(event) && event.name != "MK_USAGE" && event.name != "MK_USAGE_NO_PROFILE"; };
    if (const auto at = std::ranges::find_if(m_errors, knows); at != m_errors.end())
        return *at;
    if (const auto at = std::ranges::find_if(m_errors, named); at != m_errors.end())
        return *at;
    return {};
}

std::optional<Event> exitIn(std::string_view err)
{
    constexpr std::string_view exiting = "Exiting due to ", suggestion = "Suggestion: ";
    std::optional<Event> found;
    for (const std::string &line : linesOf(err)) {
        if (const std::size_t at = line.find(exiting); at != line.npos && !found) {
            const std::size_t colon = line.find(": ", at);
            found = Event{.type = Event::Type::Error, .message = colon == line.npos ? std::string() : line.substr(colon + 2),
                          .name = line.substr(at + exiting.size(), colon == line.npos ? line.npos : colon - at - exiting.size())};
        } else if (const std::size_t begin = line.find(suggestion); begin != line.npos && found && found->advice.empty()) {
            found->advice = line.substr(begin + suggestion.size());
        }
    }
    return found;
}

std::string lineFor(const Event &event)
{
    switch (event.type) {
    case Event::Type::Junk: return event.message;
    case Event::Type::DownloadProgress: return {};
    case Event::Type::Download: return event.artifact.empty() ? event.message : "Downloading " + event.artifact;
    case Event::Type::Warning: return event.message.empty() ? std::string() : "! " + shortened(event.message);
    case Event::Type::Error:
        if (event.message.empty() || isFrame(event.message))
            return {};
        return "! " + (event.name.empty() ? std::string() : event.name + ": ") + shortened(event.message);
    case Event::Type::Step:
    case Event::Type::Info: break;
    }
    return isFrame(event.message) ? std::string() : shortened(event.message);
}

} // namespace timonier::minikube
