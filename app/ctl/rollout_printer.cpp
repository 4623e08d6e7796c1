#include "ctl/rollout_printer.h"

#include "base/say.h"
#include "strategy/executor/history.h"
#include "strategy/outcome.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#ifdef _WIN32
#include <io.h>
#define isatty _isatty
#define STDOUT_FILENO 1
#else
#include <unistd.h>
#endif

namespace timonier::ctl {

using rollout::Progress;

namespace {

std::string phaseText(const Progress &p)
{
    if (p.phase == "finished")
        return say("Ctl", "the new version runs; nothing extra is left");
    if (p.phase == "went-back")
        return say("Ctl", "the old version runs again; nothing extra is left");
    std::string text = p.phase == "going-back" ? say("Ctl", "going back ({})", p.why) + ": " + p.words : p.words;
    if (p.phase == "paused")
        return text + "; " + say("Ctl", "paused: {}", p.why);
    if (!p.waiting.empty())
        text += " (" + p.waiting + ")";
    return text;
}

std::string line(const Progress &p)
{
    std::string text = fmt::format("{:>9}  {:>2}/{:<2}  {}", strategy::spanText(p.at), p.step, p.steps, phaseText(p));
    text += "  [" + say("Ctl", "ready: {} old, {} new; {:.0f} % of the requests to the new", p.oldReady, p.newReady, 100 * p.newShare) + "]";
    for (const auto &[words, good] : p.checks)
        if (!good)
            text += "  ✗ " + words;
    return text;
}

} // namespace

RolloutPrinter::RolloutPrinter(bool json) : m_json(json), m_terminal(!json && isatty(STDOUT_FILENO)) {}

void RolloutPrinter::prepared(const rollout::Prepared &prepared, bool only)
{
    if (m_json) {
        if (!only && prepared.ok())
            return; // events only
        nlohmann::ordered_json json = {{"deployment", prepared.plan.deployment}, {"namespace", prepared.plan.ns}, {"strategy", strategy::key(prepared.plan.strategy)},
                                       {"router", rollout::key(prepared.plan.router)}, {"ok", prepared.ok()}, {"steps", prepared.steps}};
        json["concerns"] = nlohmann::ordered_json::array();
        for (const auto &concern : prepared.concerns)
            json["concerns"].push_back({{"blocks", concern.blocks}, {"words", concern.words}, {"hint", concern.hint}});
        fmt::print("{}\n", json.dump());
        return;
    }
    std::FILE *to = only ? stdout : stderr;
    for (const auto &concern : prepared.concerns)
        fmt::print(to, "{} {}{}\n", concern.blocks ? "✗" : "·", concern.words, concern.hint.empty() ? std::string() : "\n    " + concern.hint);
    if (!only)
        return;
    fmt::print(to, "{}\n", say("Ctl", "{} of {} in {}, requests split by {}:", strategy::title(prepared.plan.strategy), prepared.plan.deployment, prepared.plan.ns,
                               rollout::title(prepared.plan.router)));
    for (std::size_t i = 0; i < prepared.steps.size(); ++i)
        fmt::print(to, "  {:>2}  {}\n", i + 1, prepared.steps[i]);
}

void RolloutPrinter::progress(const Progress &progress)
{
    // JSON is told of each turn of the clock as well: who reads it may want to show what is left.
    const bool changed = rollout::isNews(progress, m_last) || (m_json && progress.waiting != m_last.waiting);
    m_last = progress;
    if (m_json) {
        if (changed)
            fmt::print("{}\n", rollout::progressText(progress));
        std::fflush(stdout);
    } else if (m_terminal) {
        fmt::print("\r\x1b[2K{}", line(progress).substr(0, 400));
        std::fflush(stdout);
        m_open = true;
    } else if (changed) {
        fmt::print("{}\n", line(progress));
        std::fflush(stdout);
    }
}

void RolloutPrinter::status(const Progress &p)
{
    if (m_json) {
        fmt::print("{}\n", rollout::progressText(p));
        return;
    }
    fmt::print("{}/{}  {}\n{}\n", p.ns, p.deployment, strategy::title(p.strategy), line(p));
    fmt::print("  {}\n", p.holder.empty() ? say("Ctl", "nobody drives it")
                                            : say("Ctl", "driven by {}, last heard of {} ago", p.holder, strategy::spanText(std::max(strategy::Time(0), p.at - strategy::Time(p.renewed - p.begun)))));
}

void RolloutPrinter::finish()
{
    if (m_open)
        fmt::print("\n");
    m_open = false;
}

} // namespace timonier::ctl
