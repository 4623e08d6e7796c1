#include "plan/foresee.h"

#include "plan/estimates.h"
#include "plan/ledger.h"

#include "base/say.h"

#include <algorithm>
#include <set>

namespace timonier::plan {

namespace {

// What a check gets in a dry run: it may look and not write.
class Looking final : public StepContext
{
public:
    Looking(const std::vector<Resource> &known, std::stop_token stop) : m_known(known), m_stop(std::move(stop)) {}
    std::stop_token stop() const override { return m_stop; }
    void print(std::string_view) override {}
    void progress(double) override {}
    Result<Resource> intend(std::string_view, std::string_view) override { return std::unexpected(refusal()); }
    Result<> made(std::string_view, std::string_view, std::string_view) override { return {}; } // what it saw is written by the run
    Result<> gone(std::string_view, std::string_view) override { return {}; }
    Result<std::optional<Resource>> find(std::string_view kind, std::string_view name) override
    {
        for (const Resource &resource : m_known)
            if (resource.kind == kind && resource.name == name)
                return resource;
        return std::optional<Resource>();
    }

private:
    static Error refusal() { return {.kind = ErrorKind::Internal, .message = say("Core", "a check asked to make something")}; }
    const std::vector<Resource> &m_known;
    const std::stop_token m_stop;
};

} // namespace

Result<std::vector<Foreseen>> foresee(const Plan &plan, Journal *journal, std::stop_token stop)
{
    using Verdict = Foreseen::Verdict;
    TRY(validate(plan));
    std::vector<Resource> known;
    std::vector<Span> expected;
    if (journal) {
        known = TRY(ledger::there(*journal, plan.target));
        expected = TRY(estimates(*journal, plan));
    }
    std::set<std::string> already, makesNothing;
    for (const Step &step : plan.steps)
        if (step.creates.empty())
            makesNothing.insert(step.id);
    std::vector<Foreseen> all(plan.steps.size());
    const auto look = [&](std::size_t i) {
        const Step &step = plan.steps[i];
        all[i] = {.step = i, .estimate = journal ? expected[i] : step.estimate, .creates = step.creates};
        // Where more is wanted of something that is there, a step that makes nothing (a look, a download) may be to be done again: what was made behind it is there all the same.
        const bool isMade = std::ranges::any_of(step.creates, [&](const Creates &one) { return std::ranges::any_of(known, [&](const Resource &other) { return other.kind == one.kind && other.name == one.name; }); });
        if (!std::ranges::all_of(step.needs, [&](const auto &need) { return already.contains(need) || (isMade && makesNothing.contains(need)); }))
            return;
        Looking context(known, stop);
        Result<bool> is = step.check(context);
        if (!is) {
            all[i].verdict = Verdict::Unknown;
            all[i].error = std::move(is).error();
        } else if (*is) {
            all[i].verdict = Verdict::Already;
            all[i].creates.clear();
            already.insert(step.id);
        } else {
            all[i].verdict = Verdict::Will;
        }
    };
    // Steps may stand in any order: those whose needs were looked at come first.
    const auto waitsFor = before(plan, Direction::Forward);
    std::set<std::size_t> looked;
    while (looked.size() < plan.steps.size())
        for (std::size_t i = 0; i < plan.steps.size(); ++i) {
            if (stop.stop_requested())
                return fail(ErrorKind::Cancelled, say("Core", "it was cancelled before it changed anything"));
            if (!looked.contains(i) && std::ranges::all_of(waitsFor[i], [&](std::size_t other) { return looked.contains(other); })) {
                look(i);
                looked.insert(i);
            }
        }
    return all;
}

Result<std::vector<Foreseen>> foreseeUndo(const Plan &plan, Journal &journal)
{
    TRY(validate(plan));
    const std::vector<Resource> known = TRY(ledger::there(journal, plan.target));
    const auto waitsFor = before(plan, Direction::Back);
    std::vector<Foreseen> all;
    std::set<std::size_t> looked;
    while (looked.size() < plan.steps.size())
        for (std::size_t i = plan.steps.size(); i-- > 0;) {
            if (looked.contains(i) || !std::ranges::all_of(waitsFor[i], [&](std::size_t other) { return looked.contains(other); }))
                continue;
            looked.insert(i);
            Foreseen step{.step = i, .verdict = Foreseen::Verdict::Will, .estimate = plan.steps[i].estimate};
            for (const Resource &resource : known)
                if (resource.step == plan.steps[i].id)
                    step.creates.push_back({resource.kind, resource.name});
            if (!step.creates.empty())
                all.push_back(std::move(step));
        }
    return all;
}

} // namespace timonier::plan
