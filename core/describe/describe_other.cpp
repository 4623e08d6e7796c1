// Namespaces, role bindings, events, and every kind that is not known by heart.
#include "describe/facts.h"

#include "base/say.h"

namespace timonier::describing {

namespace {

constexpr std::size_t mostFacts = 40;
constexpr std::size_t longText = 300;

// Not in the middle of a character.
std::string shortened(std::string text)
{
    if (text.size() <= longText)
        return text;
    std::size_t end = longText;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
        --end;
    text.resize(end);
    return text + " …";
}

void scalars(const Json &object, std::size_t &room, Facts &facts)
{
    for (const auto &[key, value] : members(object)) {
        if (key == "conditions" || room == 0)
            continue;
        std::string said = shortened(text(*value));
        if (value->is_array()) {
            bool plain = true;
            for (const Json &element : elements(*value))
                plain = plain && element.is_primitive();
            said = plain ? shortened(joined(*value)) : say("Core", "{} entries", value->size());
        }
        if (said.empty())
            continue;
        --room;
        facts.add(std::string(key), Value{.text = said, .mono = value->is_string() && said.find(' ') == std::string::npos && said.find('/') != std::string::npos});
    }
}

} // namespace

void namespaceFacts(const Subject &object, Facts &facts)
{
    const std::string phase = text(object.status(), "phase");
    facts.add(say("Core", "Status"), Value{.text = phase, .tone = phase == "Active" ? Tone::Good : Tone::Busy});
}

void bindingFacts(const Subject &object, Facts &facts)
{
    const Json &role = field(object.object, "roleRef");
    const std::string kind = text(role, "kind");
    facts.link(say("Core", "Role"), {text(role, "apiGroup"), kind, kind == "Role" ? object.ns : std::string(), text(role, "name")}, kind);
    std::size_t room = mostFacts;
    for (const Json &subject : elements(field(object.object, "subjects"))) {
        if (room-- == 0)
            break;
        const std::string what = text(subject, "kind"), name = text(subject, "name"), ns = text(subject, "namespace");
        std::string note = what;
        join(note, ns);
        if (what == "ServiceAccount")
            facts.link(say("Core", "Given to"), {"", what, ns, name}, note);
        else
            facts.add(say("Core", "Given to"), Value{.text = name, .note = note});
    }
}

void eventFacts(const Subject &event, Facts &facts)
{
    const Json &object = event.object;
    const Json &about = field(object, field(object, "regarding").is_object() ? "regarding" : "involvedObject");
    facts.add(say("Core", "Type"), Value{.text = text(object, "type"), .tone = text(object, "type") == "Normal" ? Tone::None : Tone::Careful});
    facts.add(say("Core", "Reason"), text(object, "reason"));
    std::string message = text(object, "message");
    if (message.empty())
        message = text(object, "note");
    facts.add(say("Core", "Message"), message);
    facts.link(say("Core", "About"), refTo(text(about, "apiVersion"), text(about, "kind"), text(about, "namespace"), text(about, "name")),
               text(about, "kind"));
    std::string source = text(object, "source", "component");
    if (source.empty())
        source = text(object, "reportingComponent");
    facts.add(say("Core", "From"), source);
    facts.add(say("Core", "Count"), text(object, "count"));
    facts.time(say("Core", "First seen"), time(field(object, "firstTimestamp")));
    facts.time(say("Core", "Last seen"), time(field(object, "lastTimestamp")));
}

void otherFacts(const Subject &object, Facts &facts)
{
    std::size_t room = mostFacts;
    scalars(object.spec(), room, facts);
    scalars(object.status(), room, facts);
    if (room == mostFacts) { // no spec and no status: what lies beside them
        for (const auto &[key, value] : members(object.object)) {
            if (key != "apiVersion" && key != "kind" && value->is_primitive() && room-- > 0)
                facts.add(std::string(key), shortened(text(*value)));
        }
    }
}

} // namespace timonier::describing
