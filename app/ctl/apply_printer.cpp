#include "ctl/apply_printer.h"

#include "base/redact.h"
#include "base/say.h"
#include "manifest/text_diff.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace timonier::ctl {

namespace {

// "deployment.apps/front in web".
std::string named(const ObjectRef &ref) { return ref.ns.empty() ? kubectlName(ref) : say("Ctl", "{} in {}", kubectlName(ref), ref.ns); }

} // namespace

void ApplyPrinter::object(const ObjectRef &ref, const char *state, const std::string &words, const std::string &reason, bool toErrors)
{
    const std::scoped_lock lock(m_mutex);
    m_lines.push_back({ref, state, reason, {}});
    const auto found = std::ranges::find(m_counts, words, [](const auto &pair) { return pair.first; });
    if (found == m_counts.end())
        m_counts.emplace_back(words, 1);
    else
        ++found->second;
    if (m_json)
        return;
    fmt::print(toErrors ? stderr : stdout, "{}\n", redact(fmt::format("{}: {}{}", named(ref), words, reason.empty() ? "" : ": " + reason)));
}

void ApplyPrinter::news(const ApplyPlan &plan, const ApplyNews &news)
{
    const ObjectRef &ref = plan.objects[news.object].ref;
    switch (news.state) {
    case ApplyState::Waiting: return;
    case ApplyState::Retrying:
    case ApplyState::Settling: {
        // Fifty objects that wait for one webhook are told of once.
        const std::scoped_lock lock(m_mutex);
        if (!m_json && m_told.insert(news.reason).second)
            fmt::print(stderr, "  {}\n", redact(news.state == ApplyState::Retrying ? say("Ctl", "{} is tried again: {}", named(ref), news.reason)
                                                                                  : say("Ctl", "waiting for {}: {}", named(ref), news.reason)));
        return;
    }
    case ApplyState::Created: return object(ref, "created", say("Ctl", "created"), {});
    case ApplyState::Changed: return object(ref, "changed", say("Ctl", "changed"), {});
    case ApplyState::Unchanged: return object(ref, "unchanged", say("Ctl", "unchanged"), {});
    case ApplyState::Failed: return object(ref, "failed", say("Ctl", "failed"), news.reason, true);
    case ApplyState::Skipped: return object(ref, "skipped", say("Ctl", "not sent"), news.reason, true);
    }
}

void ApplyPrinter::removed(const SetEntry &entry, const Removal &removal)
{
    switch (removal.what) {
    case Removal::Removed: return object(entry.ref, "removed", say("Ctl", "removed"), {});
    case Removal::WasGone: return object(entry.ref, "gone", say("Ctl", "was not there"), {});
    case Removal::NotOurs: return object(entry.ref, "not-ours", say("Ctl", "left alone"), removal.reason, true);
    case Removal::Kept: return object(entry.ref, "kept", say("Ctl", "kept"), removal.reason, true);
    case Removal::Held: return object(entry.ref, "held", say("Ctl", "still there"), removal.reason, true);
    case Removal::Failed: return object(entry.ref, "failed", say("Ctl", "failed"), removal.reason, true);
    }
}

void ApplyPrinter::change(const ManifestObject &target, const PlannedChange &change, bool diff)
{
    switch (change.what) {
    case PlannedChange::Create: object(target.ref, "create", say("Ctl", "would be created"), {}); break;
    case PlannedChange::Change: object(target.ref, "change", say("Ctl", "would be changed"), {}); break;
    case PlannedChange::Leave: object(target.ref, "leave", say("Ctl", "would be left"), {}); break;
    case PlannedChange::Later: object(target.ref, "later", say("Ctl", "would be created"), change.reason); break;
    case PlannedChange::Refused: object(target.ref, "refused", say("Ctl", "would be refused"), change.error->text(), true); break;
    }
    if (!diff || change.what == PlannedChange::Refused)
        return;
    const std::string name = named(target.ref);
    const std::string text = unifiedDiff(change.yaml.before, change.yaml.after, name, name);
    if (m_json)
        m_lines.back().diff = text;
    else
        fmt::print("{}", text);
}

void ApplyPrinter::wouldPrune(const SetEntry &entry) { object(entry.ref, "prune", say("Ctl", "would be removed"), {}); }

void ApplyPrinter::warnings(const ApplyPlan &plan, const std::vector<AppliedResult> &results)
{
    std::set<std::string> told;
    for (std::size_t i = 0; i < results.size(); ++i)
        for (const std::string &warning : results[i].warnings)
            if (told.insert(warning).second)
                fmt::print(stderr, "timonierctl: {}\n", say("Ctl", "the server warns of {}: {}", named(plan.objects[i].ref), warning));
}

void ApplyPrinter::finish()
{
    if (m_json) {
        auto objects = nlohmann::ordered_json::array();
        for (const Line &line : m_lines) {
            nlohmann::ordered_json one = {{"group", line.ref.group}, {"kind", line.ref.kind}, {"namespace", line.ref.ns}, {"name", line.ref.name}, {"state", line.state}};
            if (!line.reason.empty())
                one["reason"] = redact(line.reason);
            if (!line.diff.empty())
                one["diff"] = line.diff;
            objects.push_back(std::move(one));
        }
        fmt::print("{}\n", nlohmann::ordered_json{{"objects", std::move(objects)}}.dump());
        return;
    }
    std::string counts;
    for (const auto &[words, count] : m_counts)
        counts += (counts.empty() ? "" : ", ") + fmt::format("{} {}", count, words);
    std::fflush(stdout);
    if (!counts.empty())
        fmt::print(stderr, "{}\n", counts);
}

} // namespace timonier::ctl
