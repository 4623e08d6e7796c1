#include "strategy/report.h"

#include "base/say.h"
#include "strategy/figures_text.h"

#include <algorithm>

namespace timonier::strategy {

namespace {

// What comes from a manifest may hold anything; in a table a | would end the cell, a line feed the row.
std::string escaped(std::string_view text)
{
    std::string safe;
    for (const char c : text) {
        if (std::string_view("\\`*_[]<>|#").find(c) != std::string_view::npos)
            safe += '\\';
        safe += c == '\n' ? ' ' : c;
    }
    return safe;
}

void row(std::string &text, const std::vector<std::string> &cells)
{
    for (const std::string &cell : cells)
        text += "| " + escaped(cell) + " ";
    text += "|\n";
}

void rule(std::string &text, std::size_t cells)
{
    for (std::size_t i = 0; i < cells; ++i)
        text += "|---";
    text += "|\n";
}

std::string starText(int stars)
{
    std::string text;
    for (int i = 0; i < 3; ++i)
        text += i < stars ? "★" : "☆";
    return text;
}

void compare(std::string &text, const Application &application, const Parameters &p, std::span<const Outcome> outcomes)
{
    const Advice advice = advise(application, p, outcomes);
    text += "**" + escaped(advice.sentence) + ".**\n\n";
    if (!advice.tip.empty())
        text += escaped(advice.tip) + ".\n\n";
    for (const Advice::Instead &other : advice.instead)
        text += "- " + escaped(say("Core", "Not {}: {}", title(other.strategy), other.why)) + "\n";
    text += "\n";
    std::vector<std::string> heads = tableHeads();
    heads.insert(heads.begin(), {say("Core", "Strategy"), say("Core", "Duration")});
    row(text, heads);
    rule(text, heads.size());
    const std::vector<TableRow> table = decisionTable(p, outcomes);
    for (std::size_t i = 0; i < table.size(); ++i) {
        std::vector<std::string> cells{title(table[i].strategy), durationText(outcomes[i])};
        for (const Cell &cell : table[i].cells)
            cells.push_back(cell.computed + " (" + (cell.stars < 0 ? cell.general : starText(cell.stars)) + ")");
        row(text, cells);
    }
    text += "\n" + say("Core", "In brackets: what is generally said of the strategy; before them, what was computed for this application.") + "\n\n";
}

} // namespace

std::string csvReport(std::span<const Outcome> outcomes)
{
    std::string text = "strategy,at_s,new_share,failing_share,serving,serving_new,pods\n";
    for (const Outcome &outcome : outcomes)
        for (const TrafficPoint &point : outcome.traffic)
            text += fmt::format("{},{:.3f},{:.4f},{:.4f},{},{},{}\n", key(outcome.strategy), static_cast<double>(point.at.count()) / 1000, point.next,
                                point.failing, point.serving, point.servingNext, point.pods);
    return text;
}

std::string markdownReport(const Application &application, const Parameters &p, std::span<const Outcome> outcomes)
{
    std::string text = "# " + escaped(say("Core", "Roll-out of {}: {} pods, {} to {}", p.name, p.spec.replicas, p.current.name, p.next.name)) + "\n\n";
    if (outcomes.size() > 1)
        compare(text, application, p, outcomes);
    for (const Outcome &outcome : outcomes) {
        const Course course = courseOf(outcome, 0);
        text += "## " + escaped(title(outcome.strategy)) + "\n\n" + escaped(outcome.verdict.summary) + ".\n\n";
        for (const std::string &reason : outcome.verdict.reasons)
            text += "- " + escaped(reason) + "\n";
        text += "\n" + escaped(say("Core", "What users notice: {}", outcome.verdict.users)) + ".\n\n";
        row(text, {say("Core", "Figure"), say("Core", "Value"), say("Core", "Why")});
        rule(text, 3);
        for (const KeyFigure &figure : keyFigures(application, p, outcome, course))
            row(text, {figure.name, figure.value, figure.why});
        text += "\n";
        for (const Stage &stage : course.stages)
            text += "- " + spanText(stage.at) + ": " + escaped(stage.words) + "\n";
        text += "\n";
    }
    return text;
}

} // namespace timonier::strategy
