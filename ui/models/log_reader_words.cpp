// What a LogReader says of its sources: their names, and how each is.
#include "ui/models/log_reader.h"

#include "ui/models/utf8_text.h"

#include <QLocale>
#include <QSet>

#include <algorithm>

namespace timonier {

namespace {

using State = LogSource::State;

} // namespace

QStringList LogReader::containers() const
{
    QStringList names;
    for (const LogSource &source : m_sources)
        if (const QString name = fromView(source.container); !names.contains(name))
            names << name;
    return names;
}

QString LogReader::label(std::uint32_t index) const
{
    if (index >= m_sources.size())
        return {};
    const LogSource &source = m_sources[index];
    bool pods = false, containers = false;
    for (const LogSource &other : m_sources) {
        pods = pods || other.pod != source.pod;
        containers = containers || (isChosen(other) && other.container != source.container);
    }
    QString label;
    if (pods) { // "frontend-5f7b8-2xk9p": the end tells the pods of one owner apart; "database-0" says more than "0"
        label = fromView(source.pod).section(u'-', -1);
        bool ordinal = false;
        label.toInt(&ordinal);
        if (ordinal)
            label = fromView(source.pod);
    }
    if (containers)
        label += (pods ? QStringLiteral("/") : QString()) + fromView(source.container);
    return label;
}

QString LogReader::fullLabel(std::uint32_t index) const
{
    return index < m_sources.size() ? fromView(m_sources[index].pod) + u'/' + fromView(m_sources[index].container) : QString();
}

StatusWords LogReader::statusOfOne(const LogSource &source) const
{
    const QString reason = fromView(source.reason);
    switch (source.state) {
    case State::Queued:
        return {Tone::Busy, tr("Reading …")};
    case State::Live:
        if (m_choice.previous)
            return {Tone::Busy, tr("Reading …")};
        return {Tone::Good, tr("Live", "the log is followed")};
    case State::Interrupted:
        return {Tone::Careful, tr("Connection lost, asked again: %1").arg(fromView(source.error->text()))};
    case State::Waiting:
        if (m_lines->end() > 0)
            return {Tone::Careful, reason.isEmpty() ? tr("The container waits") : tr("The container waits (%1)").arg(reason)};
        if (reason.isEmpty())
            return {Tone::Busy, tr("No logs yet: the container has not started")};
        return {toneOf(source.reason) == Tone::Bad ? Tone::Bad : Tone::Busy, tr("No logs yet: the container waits (%1)").arg(reason)};
    case State::Ended:
        if (m_choice.previous)
            return {Tone::Done, tr("The last life of the container, up to its end")};
        if (source.gone)
            return {Tone::Done, tr("Ended: the pod has gone")};
        if (!source.exitCode)
            return {Tone::Done, tr("Ended")};
        return {*source.exitCode == 0 ? Tone::Done : Tone::Bad,
                reason.isEmpty() || reason == u"Completed" || reason == u"Error"
                    ? tr("Ended (exit %1)").arg(*source.exitCode)
                    : tr("Ended (exit %1, %2)").arg(*source.exitCode).arg(reason)};
    case State::Failed:
        break;
    }
    if (!source.error)
        return {Tone::Bad, tr("The log cannot be read")};
    const std::string message = source.error->text();
    if (source.error->kind == ErrorKind::Forbidden)
        return {Tone::Bad, tr("You may not read logs in the namespace %1").arg(fromView(m_subject.row->ns))};
    if (m_choice.previous && message.find("previous terminated container") != std::string::npos)
        return {Tone::Done, tr("There is no earlier life of this container")};
    if (source.error->kind == ErrorKind::NotFound)
        return {Tone::Done, tr("Ended: the pod has gone")};
    return {Tone::Bad, tr("The log cannot be read: %1").arg(fromView(message))};
}

StatusWords LogReader::statusOfMany() const
{
    int chosen = 0, live = 0, queued = 0;
    std::optional<StatusWords> worst;
    QString whose;
    QSet<QString> different;
    for (std::size_t i = 0; i < m_sources.size(); ++i) {
        const LogSource &source = m_sources[i];
        const bool doneInit = source.type == ContainerBrief::Type::Init && source.exitCode == 0;
        if (!isChosen(source) || source.gone || (doneInit && source.state == State::Ended))
            continue;
        ++chosen;
        if (source.state == State::Live) {
            ++live;
        } else if (source.state == State::Queued) {
            ++queued;
        } else {
            StatusWords words = statusOfOne(source);
            different.insert(words.text);
            if (!worst || words.tone > worst->tone) {
                worst = std::move(words);
                whose = label(static_cast<std::uint32_t>(i));
            }
        }
    }
    if (worst && live + queued == 0 && different.size() == 1)
        return *worst; // the same is true of all of them
    const QLocale locale;
    StatusWords words{live ? Tone::Good : queued ? Tone::Busy : Tone::Done,
                      m_choice.previous ? tr("%1 logs, up to their ends").arg(locale.toString(chosen))
                                        : tr("Live: %1 of %2", "how many of the logs are followed").arg(locale.toString(live), locale.toString(chosen))};
    if (queued > 0 && live + 1 >= static_cast<int>(mostLogsAtOnce))
        words.text += u". " + tr("%1 wait for their turn: choose one container").arg(locale.toString(queued));
    if (worst && worst->tone > Tone::Busy) {
        words.tone = std::max(words.tone, worst->tone);
        words.text += u". " + tr("%1: %2", "whose log, and how it is").arg(whose, worst->text);
    }
    if (m_podsBeyond > 0)
        words.text += u". " + tr("%1 older pods are not read").arg(locale.toString(static_cast<qulonglong>(m_podsBeyond)));
    return words;
}

StatusWords LogReader::status() const
{
    if (!m_subject)
        return {Tone::None, {}};
    if (m_paused)
        return {Tone::Busy, tr("Paused: what comes meanwhile waits at the server")};
    const bool listRefused = m_pods.status().state == ReflectorState::Forbidden;
    if (m_sources.empty() && (m_problem || listRefused)) {
        const std::optional<Error> &error = m_problem ? m_problem : m_pods.status().error;
        if (listRefused || error->kind == ErrorKind::Forbidden)
            return {Tone::Bad, tr("You may not read pods in the namespace %1").arg(fromView(m_subject.row->ns))};
        return {Tone::Bad, tr("The containers cannot be read: %1").arg(fromView(error->text()))};
    }
    std::vector<const LogSource *> chosen;
    for (const LogSource &source : m_sources)
        if (isChosen(source))
            chosen.push_back(&source);
    if (chosen.empty()) {
        if (!isPods() && m_pods.isComplete() && m_pods.rows().empty())
            return {Tone::Done, tr("There is no pod, and so no log")};
        return {Tone::Busy, tr("Looking for the containers …")};
    }
    StatusWords words = chosen.size() == 1 ? statusOfOne(*chosen.front()) : statusOfMany();
    if (m_lines->dropped() > 0)
        words.text += u". " + tr("%1 older lines were dropped").arg(QLocale().toString(static_cast<qulonglong>(m_lines->dropped())));
    return words;
}

} // namespace timonier
