#include "catalog/app_deployment.h"

#include "base/pause.h"
#include "base/say.h"
#include "catalog/question.h"

namespace timonier::catalog {

using namespace std::chrono_literals;
using plan::PartState;
using plan::StepContext;

Result<bool> Deployment::isReady(StepContext &context)
{
    const auto states = TRY(readiness(context));
    return std::ranges::all_of(states, [](const ObjectState &state) { return state.what == ObjectState::Ready; });
}

Result<> Deployment::await(StepContext &context, const Look &look)
{
    const auto grace = std::min<std::chrono::milliseconds>(30s, m_request.patience / 2);
    const auto begun = std::chrono::steady_clock::now();
    std::map<std::string, std::chrono::steady_clock::time_point> stuckSince;
    std::string told;
    for (auto delay = 300ms;; delay = std::min(2'000ms, delay * 3 / 2)) {
        const auto states = TRY(look());
        const auto now = std::chrono::steady_clock::now();
        const ObjectState *worst = nullptr;
        for (const ObjectState &state : states) {
            if (state.what == ObjectState::Ready)
                continue;
            if (state.what != ObjectState::Stuck)
                stuckSince.erase(state.path);
            else if (now - stuckSince.try_emplace(state.path, now).first->second > grace)
                return std::unexpected(errorOf(state, ErrorKind::Invalid));
            if (!worst || state.what == ObjectState::Stuck)
                worst = &state;
        }
        if (!worst)
            return {};
        if (const std::string line = title(worst->ref) + ": " + worst->why; line != told) {
            context.print(line + "\n");
            told = line;
        }
        if (now - begun > m_request.patience)
            return std::unexpected(errorOf(*worst, ErrorKind::Timeout));
        if (!pause(delay, context.stop()))
            return fail(ErrorKind::Cancelled, say("Core", "it was cancelled; what was sent stays, and is known"));
    }
}

Result<> Deployment::awaitReady(StepContext &context)
{
    return await(context, [&] { return readiness(context); });
}

Result<bool> Deployment::hasNoQuestion(StepContext &context) { return TRY(preparedOnce(context.stop()))->questions.empty(); }

Result<> Deployment::ask(StepContext &context)
{
    const std::shared_ptr<const Prepared> prepared = TRY(preparedOnce(context.stop()));
    for (const Asked &asked : prepared->questions)
        TRY(catalog::ask(m_ground.transport, m_ground.streams, asked, [&](const std::string &line) { context.print(line + "\n"); }, std::min<std::chrono::milliseconds>(60s, m_request.patience), context.stop()));
    return {};
}

Result<bool> Deployment::open(StepContext &context)
{
    const std::shared_ptr<const Prepared> prepared = TRY(preparedOnce(context.stop()));
    for (const Way &way : TRY(waysIn(*m_ground.transport, *prepared->entry, prepared->filling, context.stop())))
        context.print(way.title + ": " + (way.url.empty() ? way.command : way.url) + "\n");
    for (const std::string &note : notesOf(*prepared->entry, prepared->filling))
        context.print(note + "\n");
    return true;
}

// Of the objects that a person waits for.
Result<std::vector<ObjectState>> Deployment::readiness(StepContext &context)
{
    const std::shared_ptr<const Prepared> prepared = TRY(preparedOnce(context.stop()));
    std::vector<SetEntry> waited;
    for (const SetEntry &entry : entriesOf(prepared->plan))
        if ((runsPods(entry.ref) && entry.ref.kind != "CronJob") || entry.ref.kind == "PersistentVolumeClaim")
            waited.push_back(entry);
    auto states = statesOf(*m_ground.transport, waited, failures(), context.stop());
    std::size_t ready = 0;
    for (const ObjectState &state : states) {
        ready += state.what == ObjectState::Ready;
        context.part(partId(state.ref), title(state.ref), state.what == ObjectState::Ready ? PartState::Done : state.what == ObjectState::Stuck ? PartState::Failed : PartState::Running, state.why);
    }
    // A claim whose class waits for its first consumer is bound once a pod wants it: it is no reason to wait by itself.
    // A Job that is done may have been cleared away (ttlSecondsAfterFinished).
    std::erase_if(states, [](const ObjectState &state) {
        return (state.ref.kind == "PersistentVolumeClaim" && state.what == ObjectState::NotReady) || (state.ref.kind == "Job" && state.what == ObjectState::Missing);
    });
    context.progress(states.empty() ? 1 : double(ready) / double(waited.size()));
    return states;
}

std::vector<KnownFailure> Deployment::failures() const
{
    std::vector<KnownFailure> all;
    if (const Entry *entry = m_ground.catalog->find(m_request.entry))
        all = entry->failures;
    all.insert(all.end(), m_ground.catalog->failures.begin(), m_ground.catalog->failures.end());
    return all;
}

Error Deployment::withKnownFix(Error error) const
{
    const auto all = failures();
    if (const KnownFailure *known = knownFailure(all, error.text()); known)
        error.hint = known->cause + ". " + withoutStop(known->fix);
    else if (error.kind == ErrorKind::Conflict && error.hint.empty())
        error.hint = say("Core", "Let the others keep these fields, or take them over with --force-conflicts");
    return error;
}

Error Deployment::errorOf(const ObjectState &state, ErrorKind kind) const
{
    Error error{.kind = kind, .message = title(state.ref) + ": " + state.why, .hint = withoutStop(state.fix)};
    if (!state.evidence.empty())
        error.context.emplace_back("evidence", state.evidence);
    if (!state.culprit.kind.empty())
        error.context.emplace_back("object", title(state.culprit));
    if (error.hint.empty())
        error.hint = say("Core", "Look at its events and logs");
    return error;
}

} // namespace timonier::catalog
