#include "ctl/app_printer.h"

#include "base/redact.h"
#include "base/say.h"
#include "manifest/text_diff.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace timonier::ctl {

namespace {

using Json = nlohmann::ordered_json;
using catalog::ObjectState;
using form::CheckState;

void print(const Json &document) { fmt::print("{}\n", document.dump(-1, ' ', false, Json::error_handler_t::replace)); }

std::string named(const ObjectRef &ref) { return ref.ns.empty() ? kubectlName(ref) : say("Ctl", "{} in {}", kubectlName(ref), ref.ns); }

Json json(const ObjectRef &ref) { return {{"group", ref.group}, {"kind", ref.kind}, {"namespace", ref.ns}, {"name", ref.name}}; }

const char *nameOf(CheckState state)
{
    switch (state) {
    case CheckState::Waiting: return "waiting";
    case CheckState::Running: return "running";
    case CheckState::Good: return "good";
    case CheckState::Careful: return "careful";
    case CheckState::Bad: return "bad";
    case CheckState::Skipped: return "skipped";
    }
    return "";
}

const char *markOf(CheckState state) { return state == CheckState::Good ? "✓" : state == CheckState::Bad ? "✗" : state == CheckState::Careful ? "!" : "-"; }

const char *nameOf(form::Type type)
{
    static constexpr const char *names[] = {"text", "integer", "number", "boolean", "choice", "choices", "lines", "quantity", "port", "name", "image", "file", "folder", "secret"};
    return names[static_cast<std::size_t>(type)];
}

Json json(const form::Check &check)
{
    Json one = {{"id", check.id}, {"title", check.title}, {"subject", check.subject}, {"state", nameOf(check.state)}, {"words", redact(check.words)}, {"why", redact(check.why)}, {"evidence", redact(check.evidence)}, {"fixes", Json::array()}};
    for (const form::Fix &fix : check.fixes)
        one["fixes"].push_back({{"id", fix.id}, {"title", fix.title}, {"commands", fix.commands}});
    return one;
}

const char *nameOf(PlannedChange::What what)
{
    switch (what) {
    case PlannedChange::Create: return "create";
    case PlannedChange::Change: return "change";
    case PlannedChange::Leave: return "leave";
    case PlannedChange::Later: return "later";
    case PlannedChange::Refused: return "refused";
    }
    return "";
}

std::string wordsOf(PlannedChange::What what)
{
    switch (what) {
    case PlannedChange::Create:
    case PlannedChange::Later: return say("Ctl", "would be created");
    case PlannedChange::Change: return say("Ctl", "would be changed");
    case PlannedChange::Leave: return say("Ctl", "would be left");
    case PlannedChange::Refused: return say("Ctl", "would be refused");
    }
    return {};
}

Json json(const catalog::Entry &entry)
{
    Json versions = Json::array();
    for (const catalog::Version &version : entry.versions)
        versions.push_back({{"name", version.name}, {"kubernetes", version.kubernetes.text()}});
    return {{"id", entry.id}, {"title", entry.title}, {"summary", entry.summary}, {"group", entry.group}, {"namespace", entry.ns}, {"warning", entry.warning}, {"versions", std::move(versions)}, {"own", entry.own}};
}

void printParameter(const form::Parameter &parameter)
{
    std::string words = nameOf(parameter.type);
    if (!parameter.choices.empty()) {
        words.clear();
        for (const form::Choice &choice : parameter.choices)
            words += (words.empty() ? "" : "|") + choice.value;
    }
    std::string initial = parameter.initial;
    std::ranges::replace(initial, '\n', ',');
    fmt::print("  --set{} {}={}{}{}\n", parameter.type == form::Type::Secret ? "-file" : "", parameter.id, words, initial.empty() ? "" : "  [" + initial + "]",
               parameter.required && initial.empty() && !parameter.generate ? "  " + say("Ctl", "(needed)") : "");
    fmt::print("      {}{}{}\n", parameter.title, parameter.help.empty() ? "" : ": " + parameter.help, parameter.onlyIf.empty() ? "" : "  " + say("Ctl", "(where {})", parameter.onlyIf));
    for (const form::Choice &choice : parameter.choices)
        if (!choice.refused.empty() || !choice.help.empty())
            fmt::print("        {}: {}\n", choice.value, choice.refused.empty() ? choice.help : say("Ctl", "not possible: {}", choice.refused));
}

} // namespace

void printEntries(const catalog::Catalog &catalog, bool asJson)
{
    if (asJson) {
        Json all = Json::array();
        for (const catalog::Entry &entry : catalog.entries)
            all.push_back(json(entry));
        return print(all);
    }
    std::string group;
    for (const catalog::Entry &entry : catalog.entries) {
        if (entry.group != group)
            fmt::print("{}\n", group = entry.group);
        fmt::print("  {:<20} {}{}\n", entry.id, entry.summary, entry.warning.empty() ? "" : " (" + entry.warning + ")");
    }
    for (const Error &error : catalog.broken) {
        std::string place;
        for (const auto &[key, value] : error.context)
            if (key == "file" || key == "line")
                place += value + ":";
        fmt::print(stderr, "timonierctl: {} {}\n", place, error.text());
    }
}

void printEntry(const catalog::Entry &entry, bool asJson)
{
    if (asJson) {
        Json document = json(entry);
        document["about"] = entry.about;
        document["needs"] = {{"cpu_milli", entry.needs.cpuMilli}, {"memory_bytes", entry.needs.memoryBytes}, {"storage_bytes", entry.needs.storageBytes}, {"entries", entry.needs.entries}};
        document["parameters"] = Json::array();
        for (const form::Parameter &parameter : entry.parameters) {
            Json one = {{"id", parameter.id}, {"title", parameter.title}, {"help", parameter.help}, {"type", nameOf(parameter.type)}, {"default", parameter.initial}, {"required", parameter.required}, {"if", parameter.onlyIf}, {"choices", Json::array()}};
            for (const form::Choice &choice : parameter.choices)
                one["choices"].push_back({{"value", choice.value}, {"title", choice.title}, {"refused", choice.refused}});
            document["parameters"].push_back(std::move(one));
        }
        return print(document);
    }
    fmt::print("{} ({})\n{}\n", entry.title, entry.id, entry.about.empty() ? entry.summary + "\n" : entry.about);
    if (!entry.warning.empty())
        fmt::print("{}\n\n", say("Ctl", "Careful: {}", entry.warning));
    for (const catalog::Version &version : entry.versions)
        fmt::print("{}{}\n", version.kubernetes.text().empty() ? version.name : say("Ctl", "{} for Kubernetes {}", version.name, version.kubernetes.text()), version.note.empty() ? "" : ": " + version.note);
    std::string group = "\n";
    for (const form::Parameter &parameter : entry.parameters) {
        if (parameter.group != group)
            fmt::print("\n{}\n", (group = parameter.group).empty() ? say("Ctl", "Parameters") : group);
        printParameter(parameter);
    }
    if (!entry.homepage.empty())
        fmt::print("\n{}\n", entry.homepage);
}

void printPrepared(const catalog::Prepared &prepared, const std::vector<PlannedChange> &changes, bool asJson)
{
    const auto diffOf = [&](std::size_t i) {
        const std::string name = named(prepared.plan.objects[i].ref);
        return changes[i].what == PlannedChange::Refused ? std::string() : unifiedDiff(changes[i].yaml.before, changes[i].yaml.after, name, name);
    };
    if (asJson) {
        Json document = {{"app", prepared.entry->id}, {"name", prepared.filling.name}, {"namespace", prepared.filling.ns}, {"update", prepared.update}, {"checks", Json::array()}, {"objects", Json::array()}};
        for (const form::Check &check : prepared.checks)
            document["checks"].push_back(json(check));
        for (std::size_t i = 0; i < changes.size(); ++i) {
            Json one = json(prepared.plan.objects[i].ref);
            one["state"] = nameOf(changes[i].what);
            one["reason"] = redact(changes[i].error ? changes[i].error->text() : changes[i].reason);
            one["diff"] = diffOf(i);
            document["objects"].push_back(std::move(one));
        }
        for (const SetEntry &entry : prepared.gone) {
            Json one = json(entry.ref);
            one["state"] = "prune";
            document["objects"].push_back(std::move(one));
        }
        return print(document);
    }
    for (const form::Check &check : prepared.checks) {
        fmt::print("{} {}: {}\n", markOf(check.state), check.title, redact(check.words));
        if (!check.why.empty() && check.state != CheckState::Good)
            fmt::print("    {}\n", redact(check.why));
        for (const form::Fix &fix : check.fixes)
            fmt::print("    {}{}\n", fix.title, fix.commands.empty() ? "" : ": " + fix.commands.front());
    }
    fmt::print("\n");
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const std::string reason = changes[i].error ? changes[i].error->text() : changes[i].reason;
        fmt::print("{}: {}{}\n{}", named(prepared.plan.objects[i].ref), wordsOf(changes[i].what), reason.empty() ? "" : ": " + redact(reason), diffOf(i));
    }
    for (const SetEntry &entry : prepared.gone)
        fmt::print("{}: {}\n", named(entry.ref), say("Ctl", "would be removed"));
}

void printStates(const std::vector<ShownState> &states, bool asJson)
{
    Json all = Json::array();
    for (const ShownState &shown : states) {
        const auto ready = std::ranges::count(shown.objects, ObjectState::Ready, &ObjectState::what);
        if (asJson) {
            Json one = {{"app", shown.record.entry}, {"name", shown.record.set.name}, {"namespace", shown.record.set.ns}, {"values", shown.record.values}, {"ready", ready == std::ssize(shown.objects) && std::ranges::all_of(shown.works, &std::string::empty, &catalog::WorkState::missing)}, {"objects", Json::array()}, {"commands", Json::array()}, {"open", Json::array()}};
            for (const catalog::WorkState &work : shown.works)
                one["commands"].push_back({{"title", work.title}, {"missing", redact(work.missing)}});
            for (const ObjectState &object : shown.objects) {
                Json line = json(object.ref);
                line["state"] = catalog::name(object.what);
                line["why"] = redact(object.why);
                line["evidence"] = redact(object.evidence);
                line["fix"] = object.fix;
                line["culprit"] = object.culprit.kind.empty() ? std::string() : kubectlName(object.culprit);
                line["address"] = object.address;
                one["objects"].push_back(std::move(line));
            }
            for (const catalog::Way &way : shown.ways)
                one["open"].push_back({{"title", way.title}, {"url", way.url}, {"command", way.command}});
            all.push_back(std::move(one));
            continue;
        }
        fmt::print("{}\n", say("Ctl", "{} ({} in {}): {} of {} objects are as they should be", shown.title, shown.record.set.name, shown.record.set.ns, ready, shown.objects.size()));
        for (const ObjectState &object : shown.objects) {
            const bool good = object.what == ObjectState::Ready;
            fmt::print("  {} {}{}{}\n", good ? "✓" : object.what == ObjectState::NotReady ? "•" : "✗", named(object.ref), good ? "" : ": " + redact(object.why), object.address.empty() ? "" : "  " + object.address);
            if (!good && !object.culprit.kind.empty())
                fmt::print("      {}\n", named(object.culprit));
            if (!good && !object.evidence.empty())
                fmt::print("      {}\n", redact(object.evidence));
            if (!good && !object.fix.empty())
                fmt::print("      {}\n", object.fix);
        }
        for (const catalog::WorkState &work : shown.works)
            fmt::print("  {} {}{}\n", work.missing.empty() ? "✓" : "•", work.title, work.missing.empty() ? "" : ": " + redact(work.missing));
        for (const catalog::Way &way : shown.ways)
            fmt::print("  {}: {}\n", way.title, way.url.empty() ? way.command : way.url);
    }
    if (asJson)
        print(all);
}

} // namespace timonier::ctl
