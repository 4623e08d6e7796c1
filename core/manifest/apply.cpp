#include "manifest/apply.h"

#include "base/say.h"
#include "kube/fetch.h"
#include "manifest/apply_changed.h"
#include "manifest/apply_replace.h"
#include "manifest/apply_send.h"
#include "manifest/settled.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace timonier {

bool isOver(ApplyState state) { return state >= ApplyState::Created; }

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds shortest{60}, longest{1'500}; // between two looks, or two tries
constexpr milliseconds longestForAll{300};              // of one who asks for many: they are few, and all the others wait for it

class Run
{
public:
    Run(Transport &transport, const ApplyPlan &plan, const ApplyOptions &options, const std::function<void(const ApplyNews &)> &news, std::stop_token stop)
        : m_transport(transport), m_plan(plan), m_options(options), m_news(news), m_stop(std::move(stop)), m_work(plan.objects.size()), m_results(plan.objects.size())
    {
        for (std::size_t i = 0; i < m_work.size(); ++i) {
            m_work[i].missing = m_plan.order.needs[i].size();
            for (const std::size_t need : m_plan.order.needs[i])
                m_work[need].wanted.push_back(i);
        }
    }

    std::vector<AppliedResult> run()
    {
        m_revision = revisionNow(m_transport, m_stop);
        m_open = m_work.size();
        for (std::size_t i = 0; i < m_work.size(); ++i)
            if (m_work[i].missing == 0)
                m_due.push_back({Clock::time_point(), i});
        {
            std::vector<std::jthread> threads;
            for (int t = 0; t < std::min<int>(m_options.parallel, static_cast<int>(m_work.size())); ++t)
                threads.emplace_back([this] { work(); });
        }
        return std::move(m_results);
    }

private:
    struct Work {
        std::size_t missing = 0;             // needs that are not over yet
        std::vector<std::size_t> wanted{};   // by these
        bool sent = false;
        enum { AsItIs, Going, Replaced } replacement = AsItIs;
        ApplyState outcome = ApplyState::Unchanged;
        milliseconds delay = shortest;
        Clock::time_point since{};           // when it began to wait for something outside
        int looks = 0;                       // at what is sent and waited for
        Clock::time_point lookedBehind{};    // a Service's pods
        std::string behind{};                // what they said
        std::string told{};                  // the last reason
        std::string asksFor{};               // what it asks for on behalf of all who wait for it
    };
    struct Due {
        Clock::time_point at{};
        std::size_t object = 0;
    };
    // What one look at an object came to.
    struct Step {
        ApplyState state = ApplyState::Unchanged; // Retrying, Settling: again later
        std::string reason{};
        std::optional<Error> error{};
        std::vector<std::string> warnings{};
        bool sendAgain = false;
        std::string shares{};           // what it waits for along with others: one of them asks for all
    };

    void work()
    {
        std::unique_lock lock(m_mutex);
        while (m_open > 0 && !m_stop.stop_requested()) {
            const Clock::time_point now = Clock::now();
            auto next = m_due.end();
            for (auto it = m_due.begin(); it != m_due.end(); ++it)
                if (it->at <= now && (next == m_due.end() || before(it->object, next->object)))
                    next = it;
            if (next == m_due.end()) {
                Clock::time_point until = now + longest;
                for (const Due &due : m_due)
                    until = std::min(until, due.at);
                m_wake.wait_until(lock, m_stop, until, [this, count = m_due.size()] { return m_open == 0 || m_due.size() > count; });
                continue;
            }
            const std::size_t object = next->object;
            m_due.erase(next);
            lock.unlock();
            Step step = look(object);
            std::vector<ApplyNews> news;
            lock.lock();
            take(object, std::move(step), news);
            lock.unlock();
            m_wake.notify_all();
            for (const ApplyNews &one : news)
                m_news(one);
            lock.lock();
        }
        m_wake.notify_all();
    }

    bool before(std::size_t a, std::size_t b) const
    {
        const auto &rank = m_plan.order.rank;
        return rank[a] != rank[b] ? rank[a] < rank[b] : a < b;
    }

    // Without the lock: m_work[i] belongs to whoever took it out of m_due.
    Step look(std::size_t i)
    {
        Work &mine = m_work[i];
        std::string json;
        std::vector<std::string> warnings;
        if (mine.replacement == Work::Going) {
            const auto old = stillThere(m_transport, m_plan.paths[i], m_stop);
            if (!old)
                return heals(old.error()) ? Step{.state = ApplyState::Retrying, .reason = old.error().text()} : Step{.state = ApplyState::Failed, .error = old.error()};
            if (*old)
                return {.state = ApplyState::Retrying, .reason = **old};
            mine.replacement = Work::Replaced;
        }
        if (!mine.sent) {
            auto sent = sendObject(m_transport, m_plan.objects[i], m_plan.paths[i], {.force = m_options.force, .setLabel = m_options.setLabel}, m_stop);
            if (!sent)
                return refused(i, std::move(sent).error());
            mine.sent = true;
            mine.since = {};
            mine.delay = shortest;
            mine.outcome = sent->created ? (mine.replacement == Work::Replaced ? ApplyState::Changed : ApplyState::Created) : (m_options.setLabel.empty() && saysNothing(m_plan.objects[i])) || !wasChanged(sent->json, m_revision, m_begun) ? ApplyState::Unchanged
                                                                                                                                                    : ApplyState::Changed;
            json = std::move(sent->json);
            warnings = std::move(sent->warnings);
        }
        const bool serves = m_plan.order.settles[i];
        if (!serves && !m_options.untilReady)
            return {.state = mine.outcome, .warnings = std::move(warnings)};
        const ObjectRef &ref = m_plan.objects[i].ref;
        // A definition: mostly by what its group lists, which is small; why it may never be served only it tells itself.
        const std::string list = servedPath(m_plan.objects[i].facts);
        if (json.empty() && !list.empty() && ++mine.looks != 4 && mine.looks % 16 != 0)
            return served(i, list);
        const std::string path = serves ? settledPath(ref, m_plan.paths[i]) : m_plan.paths[i];
        if (json.empty() || path != m_plan.paths[i]) {
            const auto answer = fetch(m_transport, {.path = path}, m_stop, {.attempts = 1});
            if (!answer && answer.error().kind == ErrorKind::NotFound) // somebody deleted it, or the one that was going has gone
                return {.state = ApplyState::Settling, .reason = say("Core", "it is gone, and made anew"), .warnings = std::move(warnings), .sendAgain = true};
            if (!answer)
                return heals(answer.error()) ? Step{.state = ApplyState::Settling, .reason = answer.error().text(), .warnings = std::move(warnings)}
                                               : Step{.state = ApplyState::Failed, .error = answer.error(), .warnings = std::move(warnings)};
            json = answer->body;
        }
        Settled settled = serves ? isServing(ref, json) : Settled{};
        if (settled.state == Settled::Yes && m_options.untilReady && path == m_plan.paths[i])
            settled = isReady(ref, json);
        if (settled.state == Settled::NotYet && ref.group.empty() && ref.kind == "PersistentVolumeClaim")
            settled = claimSettled(json);
        if (settled.state == Settled::NotYet && serves && ref.group.empty() && ref.kind == "Service" && m_options.behind)
            if (auto stuck = lookBehind(i, settled.reason))
                return {.state = ApplyState::Failed, .error = std::move(stuck), .warnings = std::move(warnings)};
        if (settled.state == Settled::Yes)
            return {.state = mine.outcome, .warnings = std::move(warnings)};
        if (settled.state == Settled::Never)
            return {.state = ApplyState::Failed, .error = Error{.kind = ErrorKind::Invalid, .message = settled.reason}, .warnings = std::move(warnings)};
        return {.state = ApplyState::Settling, .reason = std::move(settled.reason), .warnings = std::move(warnings), .shares = list.empty() ? list : "list " + list};
    }

    // What the pods say is kept: it is the reason until it is asked again.
    std::optional<Error> lookBehind(std::size_t i, std::string &reason)
    {
        Work &mine = m_work[i];
        const Clock::time_point now = Clock::now();
        if (mine.since != Clock::time_point() && now - mine.since > std::min<milliseconds>(m_options.patience / 2, std::chrono::seconds(30)) && now - mine.lookedBehind > std::chrono::seconds(5)) {
            mine.lookedBehind = now;
            auto words = m_options.behind(m_plan.objects[i], m_stop);
            if (!words)
                return std::move(words).error();
            mine.behind = std::move(*words);
        }
        if (!mine.behind.empty())
            reason += ": " + mine.behind;
        return {};
    }

    Step served(std::size_t i, const std::string &list)
    {
        const auto answer = fetch(m_transport, {.path = list}, m_stop, {.attempts = 1});
        if (!answer && answer.error().kind != ErrorKind::NotFound)
            return heals(answer.error()) ? Step{.state = ApplyState::Settling, .reason = answer.error().text()} : Step{.state = ApplyState::Failed, .error = answer.error()};
        Settled settled = isServed(m_plan.objects[i].facts, answer ? std::string_view(answer->body) : std::string_view());
        return settled.state == Settled::Yes ? Step{.state = m_work[i].outcome} : Step{.state = ApplyState::Settling, .reason = std::move(settled.reason), .shares = "list " + list};
    }

    // Rights were asked for before the start: an API server that has just come back refuses everybody until it has read its roles.
    bool heals(const Error &error)
    {
        const Clock::time_point now = Clock::now();
        if (error.kind == ErrorKind::Unreachable || error.kind == ErrorKind::Timeout)
            m_troubled = now;
        return mayHeal(error) || (error.kind == ErrorKind::Forbidden && error.message.find(" cannot ") != std::string::npos && now - m_troubled.load() < std::chrono::seconds(30));
    }

    Settled claimSettled(const std::string &json)
    {
        const std::string path = storageClassPath(json);
        const auto found = path.empty() ? Result<Response>() : fetch(m_transport, {.path = path}, m_stop, {.attempts = 1});
        if (!found && found.error().kind != ErrorKind::NotFound) // not now, or not allowed to see it: the claim itself will tell
            return isReady({"", "PersistentVolumeClaim", {}, {}}, json);
        return isClaimReady(json, found ? std::string_view(found->body) : std::string_view());
    }

    Step replaced(std::size_t i)
    {
        if (const auto asked = deleteForReplacement(m_transport, m_plan.paths[i], m_stop); !asked)
            return heals(asked.error()) ? Step{.state = ApplyState::Retrying, .reason = asked.error().text()} : Step{.state = ApplyState::Failed, .error = asked.error()};
        m_work[i].replacement = Work::Going;
        return {.state = ApplyState::Retrying, .reason = say("Core", "it is replaced: the old one still goes")};
    }

    Step refused(std::size_t i, Error error)
    {
        if (m_work[i].replacement == Work::AsItIs && isImmutable(error) && std::ranges::find(m_options.replace, i) != m_options.replace.end())
            return replaced(i);

        // A definition is Established a moment before the server serves its kind.
        const bool notServed = error.kind == ErrorKind::NotFound && m_plan.ownKind[i] && error.message.find("namespaces \"") == std::string::npos;
        if (notServed) // hundreds may be of one kind: one of them asks for all
            return {.state = ApplyState::Retrying, .reason = say("Core", "the server does not serve {} in {} yet", m_plan.objects[i].ref.kind, m_plan.objects[i].apiVersion()), .shares = "kind " + m_plan.objects[i].apiVersion() + " " + m_plan.objects[i].ref.kind};
        if (heals(error)) {
            const std::string reason = error.text();
            return {.state = ApplyState::Retrying, .reason = reason, .shares = "refusal " + reason};
        }
        return {.state = ApplyState::Failed, .error = explained(m_plan.objects[i], std::move(error))};
    }

    // With the lock.
    void take(std::size_t i, Step step, std::vector<ApplyNews> &news)
    {
        Work &mine = m_work[i];
        AppliedResult &result = m_results[i];
        std::ranges::move(step.warnings, std::back_inserter(result.warnings));
        if (m_stop.stop_requested() && step.state != mine.outcome) {
            result.state = step.state == ApplyState::Failed ? ApplyState::Waiting : step.state;
            return;
        }
        if (step.sendAgain)
            mine.sent = false;
        if (!mine.asksFor.empty() && step.shares != mine.asksFor)
            release(std::exchange(mine.asksFor, {}));
        if (!isOver(step.state)) {
            const Clock::time_point now = Clock::now();
            if (mine.since == Clock::time_point())
                mine.since = now;
            if (now - mine.since < m_options.patience) {
                const bool isNews = mine.told != step.reason;
                result.state = step.state;
                result.reason = mine.told = step.reason;
                if (isNews)
                    news.push_back({i, step.state, step.reason});
                if (!step.shares.empty()) {
                    const auto [queue, first] = m_parked.try_emplace(step.shares);
                    if (!first && mine.asksFor.empty()) {
                        queue->second.push_back(i);
                        return;
                    }
                    mine.asksFor = step.shares;
                }
                m_due.push_back({now + mine.delay, i});
                mine.delay = std::min(step.shares.empty() ? longest : longestForAll, mine.delay * 3 / 2);
                return;
            }
            step.error = Error{.kind = ErrorKind::Timeout, .message = say("Core", "after {} s still: {}", std::chrono::duration_cast<std::chrono::seconds>(m_options.patience).count(), step.reason)};
            step.state = ApplyState::Failed;
            if (!mine.asksFor.empty())
                release(std::exchange(mine.asksFor, {}));
        }
        finish(i, step.state, step.error ? step.error->text() : std::string(), news);
        result.error = std::move(step.error);
    }

    // Whoever asked for all others got another answer: they may ask too.
    void release(const std::string &shares)
    {
        for (const std::size_t i : m_parked[shares]) {
            m_work[i].delay = shortest;
            m_due.push_back({Clock::time_point(), i});
        }
        m_parked.erase(shares);
    }

    void finish(std::size_t i, ApplyState state, std::string reason, std::vector<ApplyNews> &news)
    {
        m_results[i].state = state;
        m_results[i].reason = reason;
        --m_open;
        news.push_back({i, state, std::move(reason)});
        for (const std::size_t other : m_work[i].wanted) {
            if (isOver(m_results[other].state))
                continue; // skipped already
            if (state == ApplyState::Failed || state == ApplyState::Skipped)
                finish(other, ApplyState::Skipped, say("Core", "it needs {}", title(m_plan.objects[i].ref)), news);
            else if (--m_work[other].missing == 0)
                m_due.push_back({Clock::time_point(), other});
        }
    }

    Transport &m_transport;
    const ApplyPlan &m_plan;
    const ApplyOptions &m_options;
    const std::function<void(const ApplyNews &)> &m_news;
    const std::stop_token m_stop;
    std::uint64_t m_revision = 0;
    const std::int64_t m_begun = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    std::atomic<Clock::time_point> m_troubled{Clock::time_point()}; // when the server was last out of reach
    std::mutex m_mutex{};
    std::condition_variable_any m_wake{};
    std::vector<Work> m_work;
    std::vector<AppliedResult> m_results;
    std::map<std::string, std::vector<std::size_t>> m_parked{}; // wait for what another one asks after
    std::vector<Due> m_due{};           // what can be looked at, now or later
    std::size_t m_open = 0;
};

} // namespace

std::vector<AppliedResult> applyPlan(Transport &transport, const ApplyPlan &plan, const ApplyOptions &options, const std::function<void(const ApplyNews &)> &news, std::stop_token stop)
{
    return Run(transport, plan, options, news, std::move(stop)).run();
}

} // namespace timonier
