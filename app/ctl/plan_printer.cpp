#include "ctl/plan_printer.h"

#include "base/redact.h"
#include "base/say.h"
#include "strategy/outcome.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#ifdef _WIN32
#include <io.h>
#define isatty _isatty
#define STDOUT_FILENO 1
#else
#include <sys/ioctl.h>
#include <unistd.h>
#endif

namespace timonier::ctl {

using namespace plan;

namespace {

struct Screen {
    std::size_t rows = 24, columns = 80;
};

Screen screen()
{
#ifndef _WIN32
    if (winsize size{}; ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
        return {size.ws_row, size.ws_col};
#endif
    return {};
}

std::string_view mark(StepState state)
{
    switch (state) {
    case StepState::Done:
    case StepState::Already:
    case StepState::Undone: return "✓";
    case StepState::Failed:
    case StepState::Cancelled: return "✗";
    case StepState::Waiting: return " ";
    default: return "•";
    }
}

std::string_view mark(PartState state)
{
    switch (state) {
    case PartState::Done:
    case PartState::Already: return "✓";
    case PartState::Failed: return "✗";
    case PartState::Skipped: return "–";
    case PartState::Running: return "•";
    case PartState::Waiting: return " ";
    }
    return {};
}

constexpr std::chrono::milliseconds paintsApart{50};
constexpr std::size_t partsListed = 4; // of one step, of those under way

// The first `columns` characters, not cut within one.
std::string cut(const std::string &text, std::size_t columns)
{
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i)
        if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80 && ++characters > columns)
            return text.substr(0, i);
    return text;
}

} // namespace

std::string stateText(StepState state)
{
    switch (state) {
    case StepState::Waiting: return say("Ctl", "waiting");
    case StepState::Checking: return say("Ctl", "is it so already?");
    case StepState::Applying: return say("Ctl", "under way");
    case StepState::Pausing: return say("Ctl", "will be tried again");
    case StepState::Done: return say("Ctl", "done");
    case StepState::Already: return say("Ctl", "nothing to do");
    case StepState::Failed: return say("Ctl", "failed");
    case StepState::Cancelled: return say("Ctl", "cancelled");
    case StepState::Undoing: return say("Ctl", "being taken back");
    case StepState::Undone: return say("Ctl", "taken back");
    }
    return {};
}

std::string stateText(PartState state)
{
    switch (state) {
    case PartState::Waiting: return say("Ctl", "waiting");
    case PartState::Running: return say("Ctl", "under way");
    case PartState::Done: return say("Ctl", "done");
    case PartState::Already: return say("Ctl", "nothing to do");
    case PartState::Failed: return say("Ctl", "failed");
    case PartState::Skipped: return say("Ctl", "left out");
    }
    return {};
}

std::string stateText(RunState state)
{
    switch (state) {
    case RunState::Running: return say("Ctl", "running");
    case RunState::Interrupted: return say("Ctl", "interrupted");
    case RunState::Finished: return say("Ctl", "finished");
    case RunState::Failed: return say("Ctl", "failed");
    case RunState::Cancelled: return say("Ctl", "cancelled");
    case RunState::Replaced: return say("Ctl", "replaced by a later run");
    }
    return {};
}

std::string spanWords(Span span) { return strategy::spanText(strategy::Time(span.count())); }

PlanPrinter::PlanPrinter(bool json) : m_json(json), m_terminal(!json && isatty(STDOUT_FILENO)) {}

void PlanPrinter::tell(const Event &event)
{
    if (m_json) {
        fmt::print("{}\n", eventJson(event));
        std::fflush(stdout);
        return;
    }
    take(event);
    const auto now = std::chrono::steady_clock::now();
    if (!m_terminal) {
        tellLine(event);
    } else if (event.kind != Event::Kind::Part || now - m_paintedAt > paintsApart) { // a thousand parts come in one batch
        paint();
        m_paintedAt = now;
    }
    if (event.kind == Event::Kind::Ended && event.end == RunState::Finished) {
        fmt::print("{}\n", event.changed                               ? say("Ctl", "Done: {}", event.title)
                           : event.direction == Direction::Forward ? say("Ctl", "Nothing was changed: it is so already")
                                                                   : say("Ctl", "Nothing was changed: there is nothing to take back"));
        if (!event.text.empty())
            fmt::print("{}\n", event.text);
    }
    std::fflush(stdout);
}

void PlanPrinter::take(const Event &event)
{
    switch (event.kind) {
    case Event::Kind::Begun:
        for (const Event::Outline &step : event.steps) {
            m_order.push_back(step.id);
            m_steps[step.id].title = step.title;
        }
        break;
    case Event::Kind::Step: m_steps[event.step].state = event.state; break;
    case Event::Kind::Part: {
        Shown &step = m_steps[event.step];
        const auto [at, isNew] = step.parts.try_emplace(event.part);
        if (isNew)
            step.partOrder.push_back(event.part);
        step.partsOver += std::size_t(isOver(event.partState));
        step.partsOver -= std::size_t(isOver(at->second.state));
        at->second = {.title = event.title, .reason = event.text, .state = event.partState};
        break;
    }
    case Event::Kind::Line: m_steps[event.step].line = event.text; break;
    case Event::Kind::Progress: m_progress = say("Ctl", "{:.0f} %, about {} left", 100 * event.fraction, spanWords(event.left)); break;
    case Event::Kind::Notice: fmt::print(stderr, "{}\n", event.text); break;
    default: break;
    }
}

void PlanPrinter::tellLine(const Event &event)
{
    switch (event.kind) {
    case Event::Kind::Begun: fmt::print("{}\n", say("Ctl", "Run {}: {}", event.run, event.title)); break;
    case Event::Kind::Step:
        fmt::print("{} {}: {}{}\n", mark(event.state), event.title, stateText(event.state), event.error ? ": " + redact(event.error->text()) : "");
        break;
    case Event::Kind::Part:
        if (isOver(event.partState))
            fmt::print("  {} {}: {}{}\n", mark(event.partState), event.title, stateText(event.partState), event.text.empty() ? "" : ": " + event.text);
        break;
    case Event::Kind::Line: fmt::print("    {}\n", event.text); break;
    default: break;
    }
}

// A step, and below it those of its parts that failed or are under way.
void PlanPrinter::addStep(std::vector<std::string> &lines, const Shown &step, std::size_t columns) const
{
    const bool busy = step.state != StepState::Waiting && !isOver(step.state);
    const std::string counted = step.parts.empty() ? "" : "  " + say("Ctl", "{} of {}", step.partsOver, step.parts.size());
    lines.push_back(cut(fmt::format("{} {}  {}{}{}", mark(step.state), step.title, stateText(step.state), counted, busy && !step.line.empty() ? "  " + step.line : ""),
                        columns - 1));
    std::size_t listed = 0;
    for (const std::string &id : step.partOrder) {
        const ShownPart &part = step.parts.at(id);
        if (part.state == PartState::Failed || (part.state == PartState::Running && ++listed <= partsListed))
            lines.push_back(cut(fmt::format("  {} {}{}", mark(part.state), part.title, part.reason.empty() ? "" : "  " + part.reason), columns - 1));
    }
    if (listed > partsListed)
        lines.push_back(cut("    " + say("Ctl", "and {} more", listed - partsListed), columns - 1));
}

// Over what was painted before: the steps that are over scroll up when there are more than the terminal has lines.
void PlanPrinter::paint()
{
    const auto [rows, columns] = screen();
    std::vector<std::string> lines;
    for (const std::string &id : m_order)
        addStep(lines, m_steps[id], columns);
    if (lines.size() + 2 > rows) { // those under way, then those that failed or wait; what is done is counted in the last line
        const std::size_t over = std::size_t(std::ranges::count_if(m_steps, [](const auto &one) { return isOver(one.second.state) && one.second.state != StepState::Failed; }));
        std::erase_if(lines, [](const std::string &line) { return line.starts_with("✓"); });
        lines.resize(std::min(lines.size(), rows - 3));
        lines.insert(lines.begin(), say("Ctl", "{} of {} steps are done", over, m_order.size()));
    }
    lines.push_back(cut(m_progress, columns - 1));
    if (m_painted)
        fmt::print("\x1b[{}A", m_painted);
    for (const std::string &line : lines)
        fmt::print("\x1b[2K{}\n", line);
    fmt::print("\x1b[J");
    m_painted = int(lines.size());
}

} // namespace timonier::ctl
