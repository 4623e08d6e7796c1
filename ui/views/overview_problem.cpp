#include "ui/views/overview_problem.h"

#include "ui/models/status_words.h"

#include <algorithm>

namespace timonier {

namespace {

QString sentence(const Error &error)
{
    QString text = QString::fromStdString(error.text());
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

// What the library below said, for who wants its words.
QString evidence(const Error &error)
{
    const auto found = std::ranges::find(error.context, std::string("curl"), &std::pair<std::string, std::string>::first);
    return found == error.context.end() ? QString() : QString::fromStdString(found->second);
}

} // namespace

std::optional<VerdictCard::Words> overviewProblem(const ClusterTotals &totals)
{
    const TableStatus *ill = nullptr;
    for (std::size_t at = 0; at < ClusterTotals::tables; ++at) {
        const TableStatus &status = totals.status(static_cast<ClusterTotals::Table>(at));
        // Who may not see one kind may see another.
        if (status.complete || (status.error && status.error->kind == ErrorKind::Forbidden))
            return std::nullopt;
        const bool waits = status.state == ReflectorState::Stale || status.state == ReflectorState::Forbidden;
        if (!ill && waits && status.error)
            ill = &status;
    }
    if (!ill)
        return std::nullopt;
    const QString hint = QString::fromStdString(ill->error->hint);
    if (ill->state == ReflectorState::Forbidden)
        return VerdictCard::Words{.tone = Tone::Bad, .sentence = refusalOf(*ill, {}, false, {}), .reason = hint,
                                  .evidence = QString::fromStdString(ill->error->text())};
    return VerdictCard::Words{.tone = Tone::Bad, .sentence = sentence(*ill->error), .reason = hint, .evidence = evidence(*ill->error)};
}

} // namespace timonier
