#include "catalog/words.h"

#include "base/say.h"

#include <QFile>

namespace timonier::catalog {

void forEachText(std::vector<KnownFailure> &failures, const std::function<void(std::string &)> &text)
{
    for (KnownFailure &failure : failures) {
        text(failure.cause);
        text(failure.fix);
    }
}

void forEachText(Entry &entry, const std::function<void(std::string &)> &text)
{
    for (std::string *one : {&entry.title, &entry.summary, &entry.about, &entry.warning})
        text(*one);
    for (Version &version : entry.versions)
        text(version.note);
    for (std::string &one : entry.needs.byHand)
        text(one);
    for (ToolNeed &tool : entry.needs.tools)
        for (std::string *one : {&tool.title, &tool.missing, &tool.fix})
            text(*one);
    for (SpaceNeed &space : entry.needs.spaces)
        for (std::string *one : {&space.title, &space.missing, &space.fix})
            text(*one);
    for (ToolWork &work : entry.works)
        text(work.title);
    for (form::Parameter &parameter : entry.parameters) {
        for (std::string *one : {&parameter.title, &parameter.help, &parameter.group, &parameter.unit, &parameter.patternWords})
            text(*one);
        for (form::Choice &choice : parameter.choices)
            for (std::string *one : {&choice.title, &choice.help, &choice.refused})
                text(*one);
    }
    for (Opening &opening : entry.openings)
        text(opening.title);
    for (Note &note : entry.notes)
        text(note.text);
    forEachText(entry.failures, text);
}

std::map<std::string, std::string> wordsOf(const std::string &language)
{
    std::map<std::string, std::string> words;
    QFile file(QStringLiteral(":/catalog/words/") + QString::fromStdString(language) + QStringLiteral(".json"));
    if (!file.open(QIODevice::ReadOnly))
        return words;
    const QByteArray text = file.readAll();
    const auto all = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
    if (all.is_object())
        for (const auto &[english, translation] : all.items())
            if (translation.is_string())
                words[english] = translation.get<std::string>();
    return words;
}

// A translator writes the code of their language here.
std::string catalogLanguage()
{
    const std::string said = say("Core", "language=en");
    return said.substr(said.find('=') + 1);
}

} // namespace timonier::catalog
