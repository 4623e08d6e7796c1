#include "strategy/svg.h"

#include "base/say.h"
#include "strategy/columns.h"
#include "strategy/figures_text.h"

#include <algorithm>
#include <functional>

namespace timonier::strategy {

namespace {

// The light theme's colours (ui/theme): a picture is for paper.
constexpr const char *text_ = "#1d2430", *dim = "#626c7c", *line = "#e2e5ea", *old = "#c3cad5", *accent = "#2463d6", *good = "#1f9d61", *careful = "#c98a06",
                     *bad = "#d0362f";
constexpr double left = 110, right = 24;

std::string escaped(std::string_view text)
{
    std::string safe;
    for (const char c : text)
        switch (c) {
        case '&': safe += "&amp;"; break;
        case '<': safe += "&lt;"; break;
        case '>': safe += "&gt;"; break;
        case '"': safe += "&quot;"; break;
        default:
            if (static_cast<unsigned char>(c) >= ' ') // XML has no way to write the others
                safe += c;
        }
    return safe;
}

class Drawing
{
public:
    Drawing(double width, double height) : m_width(width), m_height(height) {}
    double plotWidth() const { return m_width - left - right; }
    double x(double place) const { return left + place * plotWidth(); }
    void word(double x, double y, std::string_view words, const char *colour = text_, int size = 12, const char *more = "")
    {
        m_body += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"{}\" stroke=\"none\" font-size=\"{}\" {}>{}</text>\n", x, y, colour, size,
                more, escaped(words));
    }
    void rect(double x, double y, double width, double height, const char *fill, const char *more = "stroke=\"none\"")
    {
        m_body += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\" {}/>\n", x, y, std::max(width, 0.5),
                height, fill, more);
    }
    void rule(double x1, double y1, double x2, double y2, const char *colour, const char *more = "")
    {
        m_body += fmt::format("<path d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\" stroke=\"{}\" fill=\"none\" {}/>\n", x1, y1, x2, y2, colour, more);
    }
    // Steps from column to column: filled down to `floor`, or as a line.
    void steps(const std::vector<Column> &columns, const std::function<double(const Column &)> &y, std::optional<std::function<double(const Column &)>> floor,
               const char *colour)
    {
        const double each = plotWidth() / static_cast<double>(std::max<std::size_t>(columns.size(), 1));
        std::string path;
        double last = -1e9;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const double here = y(columns[i]), at = left + each * static_cast<double>(i);
            if (i == 0)
                path += fmt::format("M{:.1f} {:.1f}", at, here);
            else if (here != last)
                path += fmt::format("H{:.1f}V{:.1f}", at, here);
            last = here;
        }
        path += fmt::format("H{:.1f}", m_width - right);
        if (floor) {
            last = -1e9;
            for (std::size_t i = columns.size(); i-- > 0;) {
                const double here = (*floor)(columns[i]);
                if (here != last)
                    path += fmt::format("H{:.1f}V{:.1f}", left + each * static_cast<double>(i + 1), here);
                last = here;
            }
            path += fmt::format("H{:.1f}Z", left);
        }
        m_body += floor ? fmt::format("<path d=\"{}\" fill=\"{}\" stroke=\"none\"/>\n", path, colour)
                : fmt::format("<path d=\"{}\" stroke=\"{}\" stroke-width=\"2\" fill=\"none\"/>\n", path, colour);
    }
    // What is said of a height, at the left.
    void level(double y, const std::string &words)
    {
        rule(left, y, left + plotWidth(), y, line);
        word(left - 8, y + 4, words, dim, 11, "text-anchor=\"end\"");
    }
    void axis(const TimeScale &scale, double y, double top)
    {
        for (const Tick &tick : scale.ticks(9)) {
            rule(x(tick.place), top, x(tick.place), y, line);
            word(x(tick.place), y + 16, tick.words, dim, 11, "text-anchor=\"middle\"");
        }
    }
    // Over all that is drawn: its width is not its length.
    void folds(const TimeScale &scale, double y, double top)
    {
        for (const Fold &fold : scale.folds()) {
            const double from = x(scale.place(fold.from)), to = x(scale.place(fold.to));
            rect(from, top, to - from, y - top, "#fbfbfc", "fill-opacity=\"0.6\" stroke=\"none\"");
            for (const double edge : {from, to})
                rule(edge, top, edge, y, dim, "stroke-dasharray=\"1 3\"");
            word((from + to) / 2, y + 16, "⋯ " + foldText(fold) + " ⋯", dim, 11, "text-anchor=\"middle\" font-style=\"italic\"");
        }
    }
    std::string finished() const
    {
        return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
                           "font-family=\"Inter, 'Segoe UI', sans-serif\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fbfbfc\"/>\n{2}</svg>\n",
                           m_width, m_height, m_body);
    }

private:
    double m_width, m_height;
    std::string m_body;
};

std::string shortened(const std::string &words, std::size_t letters)
{
    if (words.size() <= letters)
        return words;
    std::size_t end = letters;
    while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xc0) == 0x80) // not within a letter
        --end;
    return words.substr(0, end) + "…";
}

const char *colourOf(Level level) { return level == Level::Good ? good : level == Level::Caution ? careful : bad; }

void areas(Drawing &drawing, const std::vector<Column> &columns, int most, double top, double height)
{
    const double unit = height / std::max(most, 1), bottom = top + height;
    const auto upTo = [=](auto sum) { return [=](const Column &c) { return bottom - unit * sum(c.last); }; };
    const auto none = [](const Moment &) { return 0; };
    const auto olds = [](const Moment &m) { return m.oldReady; };
    const auto news = [](const Moment &m) { return m.oldReady + m.newReady; };
    const auto starting = [](const Moment &m) { return m.oldReady + m.newReady + m.starting; };
    const auto all = [](const Moment &m) { return m.pods(); };
    drawing.steps(columns, upTo(olds), upTo(none), old);
    drawing.steps(columns, upTo(news), upTo(olds), accent);
    drawing.steps(columns, upTo(starting), upTo(news), "#a9c4f5");
    drawing.steps(columns, upTo(all), upTo(starting), "#ead9b0");
}

void legend(Drawing &drawing, double x, double y)
{
    for (const auto &[colour, words] : {std::pair(old, say("Core", "old, ready")), {accent, say("Core", "new, ready")},
            {"#a9c4f5", say("Core", "starting")}, {"#ead9b0", say("Core", "ending")}}) {
        drawing.rect(x, y - 9, 10, 10, colour);
        drawing.word(x + 15, y, words, dim, 11);
        x += 30 + 6.2 * static_cast<double>(words.size());
    }
}

void lanes(Drawing &drawing, const Course &course, const TimeScale &scale, double top, double each)
{
    for (const Lane &lane : course.lanes) {
        drawing.word(left - 10, top + each - 4, lane.isNew ? say("Core", "new {}", lane.number) : say("Core", "old {}", lane.number), dim, 10,
                "text-anchor=\"end\"");
        for (const Bar &bar : lane.bars) {
            const double from = drawing.x(scale.place(bar.from)), width = drawing.x(scale.place(bar.to)) - from;
            const char *colour = lane.isNew ? accent : "#8b95a5";
            if (bar.state == PodState::Ready)
                drawing.rect(from, top + 2, width, each - 4, lane.isNew ? accent : old, "rx=\"2\" stroke=\"none\"");
            else
                drawing.rect(from + 0.5, top + 2.5, width - 1, each - 5, "none", fmt::format("rx=\"2\" stroke=\"{}\" stroke-dasharray=\"{}\"",
                        colour, bar.state == PodState::Terminating ? "1 2" : "4 2").c_str());
        }
        top += each;
    }
}

std::string one(const Application &application, const Parameters &p, const Outcome &outcome)
{
    const Course course = courseOf(outcome);
    const TimeScale scale = TimeScale::folded(course);
    const double podsHeight = course.lanes.empty() ? 200 : 14.0 * static_cast<double>(course.lanes.size());
    const std::vector<KeyFigure> figures = keyFigures(application, p, outcome, course);
    Drawing drawing(960, 154 + podsHeight + 2 * 110 + 60);
    drawing.word(24, 34, say("Core", "{}: {} → {}", title(outcome.strategy), p.current.name, p.next.name), text_, 18, "font-weight=\"600\"");
    drawing.word(24, 56, outcome.verdict.summary + " · " + say("Core", "What users notice: {}", outcome.verdict.users), colourOf(outcome.verdict.level), 13);
    double x = 24;
    for (const KeyFigure &figure : figures) {
        drawing.word(x, 78, figure.name, dim, 11);
        drawing.word(x, 96, figure.value, text_, 14, "font-weight=\"600\"");
        x += 152;
    }
    double top = 150;
    drawing.word(24, top - 26, say("Core", "Pods"), text_, 12, "font-weight=\"600\"");
    legend(drawing, left + 260, top - 26);
    for (std::size_t i = 0; i < course.stages.size(); ++i) {
        const double at = drawing.x(scale.place(course.stages[i].at)), next = i + 1 < course.stages.size()
                ? drawing.x(scale.place(course.stages[i + 1].at)) : 960;
        const auto room = static_cast<std::size_t>(std::max(0.0, (next - at - 10) / 5.6)); // about so many letters
        drawing.rule(at, top - 16, at, top, dim);
        if (const std::string &words = course.stages[i].words; room > 8)
            drawing.word(at + 4, top - 6, shortened(words, room), dim, 10);
    }
    const double pods = top, bottom = top + podsHeight + 220;
    drawing.axis(scale, bottom, pods);
    const std::vector<Column> columns = columnsOf(course, scale, 840);
    if (course.lanes.empty())
        drawing.level(top, numberText(course.most));
    if (course.lanes.empty())
        areas(drawing, columns, course.most, top, podsHeight);
    else
        lanes(drawing, course, scale, top, 14);
    top += podsHeight + 34;
    drawing.word(24, top - 8, say("Core", "Share of traffic on the new version"), text_, 12, "font-weight=\"600\"");
    for (const int share : {0, 50, 100})
        drawing.level(top + 68 - 0.68 * share, say("Core", "{} %", share));
    drawing.steps(columns, [top](const Column &) { return top; }, [top](const Column &c) { return top + 68 * c.mostFailing; }, "#f0b3b0");
    drawing.steps(columns, [top](const Column &c) { return top + 68 - 68 * c.last.newShare; }, {}, accent);
    drawing.word(960 - right, top - 8, say("Core", "red: requests that nobody answers"), bad, 11, "text-anchor=\"end\"");
    top += 110;
    drawing.word(24, top - 8, say("Core", "Pods that answer, of {} wanted", p.spec.replicas), text_, 12, "font-weight=\"600\"");
    const double most = std::max({p.spec.replicas, course.most, 1});
    drawing.steps(columns, [=](const Column &c) { return top + 68 - 68 * c.leastServing / most; }, {}, good);
    const double wanted = top + 68 - 68 * p.spec.replicas / most;
    drawing.level(top + 68, "0");
    drawing.word(left - 8, wanted + 4, numberText(p.spec.replicas), dim, 11, "text-anchor=\"end\"");
    drawing.folds(scale, bottom, pods);
    drawing.rule(left, wanted, left + drawing.plotWidth(), wanted, careful, "stroke-dasharray=\"4 3\"");
    return drawing.finished();
}

std::string several(const Application &application, const Parameters &p, std::span<const Outcome> outcomes)
{
    std::vector<Course> courses;
    for (const Outcome &outcome : outcomes)
        courses.push_back(courseOf(outcome, 0));
    const TimeScale scale = TimeScale::shared(courses);
    const Advice advice = advise(application, p, outcomes);
    constexpr double each = 84;
    Drawing drawing(960, 110 + each * static_cast<double>(outcomes.size()) + 60);
    drawing.word(24, 34, say("Core", "{}: {} pods, {} → {}", p.name, p.spec.replicas, p.current.name, p.next.name), text_, 18, "font-weight=\"600\"");
    drawing.word(24, 58, advice.sentence, text_, 12);
    legend(drawing, left, 86);
    double top = 100;
    const double bottom = top + each * static_cast<double>(outcomes.size());
    drawing.axis(scale, bottom, top);
    if (scale.isLogarithmic())
        drawing.word(left, bottom + 36, say("Core", "The time axis is logarithmic"), dim, 11);
    int most = 1;
    for (const Course &course : courses)
        most = std::max(most, course.most);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        areas(drawing, columnsOf(courses[i], scale, 840), most, top + 24, each - 30);
        drawing.word(24, top + 40, title(outcomes[i].strategy), outcomes[i].strategy == advice.best ? accent : text_, 13, "font-weight=\"600\"");
        drawing.word(24, top + 56, durationText(outcomes[i]), dim, 11);
        const auto other = std::ranges::find(advice.instead, outcomes[i].strategy, &Advice::Instead::strategy);
        drawing.word(left, top + 18, outcomes[i].verdict.summary + (other == advice.instead.end() ? std::string() : ": " + other->why),
                colourOf(outcomes[i].verdict.level), 11);
        top += each;
    }
    return drawing.finished();
}

} // namespace

std::string svgReport(const Application &application, const Parameters &parameters, std::span<const Outcome> outcomes)
{
    return outcomes.size() == 1 ? one(application, parameters, outcomes.front()) : several(application, parameters, outcomes);
}

} // namespace timonier::strategy
