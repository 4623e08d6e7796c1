#include "plan/event.h"

#include "base/redact.h"

#include <nlohmann/json.hpp>

namespace timonier::plan {

namespace {

using Json = nlohmann::ordered_json;

std::string_view name(Event::Kind kind)
{
    switch (kind) {
    case Event::Kind::Begun: return "begun";
    case Event::Kind::Step: return "step";
    case Event::Kind::Part: return "part";
    case Event::Kind::Line: return "line";
    case Event::Kind::Progress: return "progress";
    case Event::Kind::Resource: return "resource";
    case Event::Kind::Notice: return "notice";
    case Event::Kind::Ended: return "ended";
    }
    return {};
}

void addError(Json &json, const std::optional<Error> &error)
{
    if (error)
        json["error"] = {{"kind", timonier::name(error->kind)}, {"message", redact(error->text())}, {"hint", redact(error->hint)}};
}

double seconds(Span span) { return double(span.count()) / 1000; }

} // namespace

std::string eventJson(const Event &event)
{
    Json json = {{"event", name(event.kind)}, {"run", event.run}, {"at", double(event.at) / 1000}};
    switch (event.kind) {
    case Event::Kind::Begun:
        json["title"] = event.title;
        json["direction"] = plan::name(event.direction);
        json["steps"] = Json::array();
        for (const Event::Outline &step : event.steps)
            json["steps"].push_back({{"id", step.id}, {"title", step.title}, {"estimate", seconds(step.estimate)}});
        break;
    case Event::Kind::Step:
        json["step"] = event.step;
        json["state"] = plan::name(event.state);
        if (event.attempt > 1)
            json["attempt"] = event.attempt;
        addError(json, event.error);
        break;
    case Event::Kind::Part:
        json["step"] = event.step;
        json["part"] = event.part;
        json["title"] = event.title;
        json["state"] = plan::name(event.partState);
        if (!event.text.empty())
            json["reason"] = event.text;
        break;
    case Event::Kind::Line:
        json["step"] = event.step;
        json["text"] = event.text;
        break;
    case Event::Kind::Progress:
        json["fraction"] = event.fraction;
        json["left"] = seconds(event.left);
        break;
    case Event::Kind::Resource:
        json["step"] = event.resource.step;
        json["kind"] = event.resource.kind;
        json["name"] = event.resource.name;
        json["id"] = event.resource.outsideId;
        json["state"] = plan::name(event.resource.state);
        break;
    case Event::Kind::Notice: json["text"] = event.text; break;
    case Event::Kind::Ended:
        json["state"] = plan::name(event.end);
        json["changed"] = event.changed;
        addError(json, event.error);
        break;
    }
    return json.dump(-1, ' ', false, Json::error_handler_t::replace); // a tool may print what is no UTF-8
}

} // namespace timonier::plan
