#include "ui/models/log_reader.h"

#include "kube/pod_selector.h"

#include <QDateTime>
#include <QDir>
#include <QLocale>
#include <QPointer>
#include <QSet>

#include <algorithm>

namespace timonier {

namespace {

constexpr int frameMs = 33;
constexpr int stagingMs = 400;      // lines of several logs that come together are put in order by their time
constexpr int lookAgainMs = 1000;   // after the end of a log: how did the container end?
constexpr std::size_t mostPods = mostLogsAtOnce;
constexpr std::size_t stagedMost = 100'000;

using State = LogSource::State;

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

bool isPods(const Subject &subject) { return subject.kind.resource.fullName() == "pods"; }

std::string stampNow()
{
    return QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss.zzzZ")).toStdString();
}

} // namespace

LogReader::LogReader(QObject *parent) : QObject(parent), m_lines(std::make_unique<LogBuffer>(QDir::tempPath().toStdString()))
{
    m_pace.setSingleShot(true);
    m_pace.setInterval(frameMs);
    m_pace.setTimerType(Qt::PreciseTimer);
    m_staging.setSingleShot(true);
    m_staging.setInterval(stagingMs);
    connect(&m_pace, &QTimer::timeout, this, &LogReader::take);
    connect(&m_staging, &QTimer::timeout, this, &LogReader::flushStaged);
    connect(&m_pods, &RowSet::changed, this, &LogReader::podsChanged);
    connect(&m_bell, &Bell::rang, this, [this] {
        if (!m_pace.isActive())
            take();
    });
}

LogReader::~LogReader() = default;

bool LogReader::suits(const Subject &subject)
{
    return isPods(subject) || !podSelector(subject.kind, *subject.row).empty();
}

void LogReader::follow(const Subject &subject)
{
    if (subject && m_subject.sameObject(subject)) {
        m_subject = subject;
        if (std::exchange(m_resting, false))
            resume();
        else if (isPods(subject))
            podChanged(subject.row);
        return;
    }
    rest();
    m_subject = subject;
    m_choice.container.clear();
    m_choice.previous = false;
    m_resting = false;
    begin();
}

void LogReader::rest()
{
    m_resting = true;
    m_feed.reset();
    m_fed.clear();
    m_pods.rest();
    m_pace.stop();
    flushStaged();
    ++m_generation;
    m_asking.clear();
}

void LogReader::choose(const LogChoice &choice)
{
    if (std::exchange(m_choice, choice) == choice || !m_subject)
        return;
    rest();
    m_resting = false;
    begin();
}

void LogReader::pause(bool paused)
{
    m_paused = paused;
    if (!paused)
        take();
    emit statusChanged();
}

// From nothing.
void LogReader::begin()
{
    m_lines = std::make_unique<LogBuffer>(QDir::tempPath().toStdString());
    m_sources.clear();
    m_staged.clear();
    m_resumeAfter.clear();
    m_asked.clear();
    m_problem.reset();
    m_podsBeyond = 0;
    m_paused = false;
    m_pods.clear();
    emit restarted();
    emit sourcesChanged();
    if (m_subject)
        resume();
    emit statusChanged();
}

// What was read before goes on where it stopped.
void LogReader::resume()
{
    m_asked.clear();
    for (LogSource &source : m_sources) {
        source.isRead = false;
        if (source.state == State::Live || source.state == State::Interrupted)
            source.state = State::Queued; // whatever has become of the container: there may be more
    }
    if (isPods(m_subject))
        askContainers(std::string(m_subject.row->name));
    else
        m_pods.follow(*m_subject.cluster, *typedKind("pods"),
                      {.ns = std::string(m_subject.row->ns), .labelSelector = podSelector(m_subject.kind, *m_subject.row)});
}

void LogReader::podsChanged()
{
    std::vector<RowPtr> pods;
    std::set<std::string_view> names;
    for (const auto &[uid, row] : m_pods.rows()) {
        pods.push_back(row);
        names.insert(row->name);
    }
    for (LogSource &source : m_sources) {
        if (source.gone || names.contains(source.pod) || !m_pods.isComplete())
            continue;
        source.gone = true;
        if (m_asked.erase(source.pod) > 0)
            note(tr("%1 has gone", "a pod was deleted; %1: its name").arg(text(source.pod)));
    }
    // The newest first: in a roll-out those are looked for.
    std::ranges::sort(pods, std::greater{}, [](const RowPtr &row) { return std::tuple(row->created, row->name); });
    m_podsBeyond = 0;
    for (const RowPtr &pod : pods) {
        if (m_asked.contains(std::string(pod->name)))
            podChanged(pod);
        else if (m_asked.size() < mostPods)
            askContainers(std::string(pod->name));
        else
            ++m_podsBeyond;
    }
    emit statusChanged();
}

void LogReader::podChanged(const RowPtr &row)
{
    const std::string pod(row->name);
    const bool ended = std::ranges::any_of(m_sources, [&](const LogSource &source) {
        return source.pod == pod && isChosen(source) && source.state != State::Live && source.state != State::Queued;
    });
    const bool unknown = std::ranges::find(m_sources, pod, &LogSource::pod) == m_sources.end();
    if (ended || unknown)
        askContainers(pod);
}

void LogReader::askContainers(const std::string &pod)
{
    m_asked.insert(pod);
    if (!m_asking.insert(pod).second)
        return;
    m_subject.cluster->containers(
        std::string(m_subject.row->ns), pod,
        [here = QPointer<LogReader>(this), pod, generation = m_generation](const Result<std::vector<ContainerBrief>> &answer) {
            if (!here || here->m_generation != generation)
                return;
            here->m_asking.erase(pod);
            here->containersCame(pod, answer);
        });
}

void LogReader::containersCame(const std::string &pod, const Result<std::vector<ContainerBrief>> &answer)
{
    if (!answer) {
        if (answer.error().kind != ErrorKind::NotFound || m_sources.empty())
            m_problem = answer.error();
        for (LogSource &source : m_sources)
            source.gone = source.gone || (source.pod == pod && answer.error().kind == ErrorKind::NotFound);
        emit statusChanged();
        return;
    }
    m_problem.reset();
    const bool joins = m_lines->end() > 0 && std::ranges::find(m_sources, pod, &LogSource::pod) == m_sources.end();
    if (joins)
        note(tr("%1 has joined", "a new pod; %1: its name").arg(text(pod)));
    for (const ContainerBrief &now : *answer) {
        auto it = std::ranges::find_if(m_sources, [&](const LogSource &source) {
            return source.pod == pod && source.container == now.name;
        });
        if (it == m_sources.end()) {
            LogSource made;
            made.pod = pod;
            made.container = now.name;
            made.type = now.type;
            made.restarts = now.restarts;
            it = m_sources.insert(m_sources.end(), std::move(made));
        }
        meet(*it, now);
    }
    emit sourcesChanged();
    emit statusChanged();
}

// How the container is now, against what is known of its log.
void LogReader::meet(LogSource &source, const ContainerBrief &now)
{
    using Is = ContainerBrief::State;
    const auto index = static_cast<std::size_t>(&source - m_sources.data());
    const bool newLife = now.restarts > source.restarts;
    source.reason = now.reason;
    source.restarts = now.restarts;
    source.exitCode.reset();
    if (now.state == Is::Ended)
        source.exitCode = now.exitCode;
    if (!isChosen(source) || source.isRead)
        return;
    const bool hasLog = now.state == Is::Running || now.state == Is::Ended || (now.state == Is::Waiting && now.restarts > 0);
    const bool begun = !source.lastStamp.empty() || source.state == State::Ended;
    if (m_choice.previous) {
        if (!begun && source.state != State::Failed)
            read(index, false);
    } else if (!begun) {
        if (hasLog)
            read(index, false);
        else
            source.state = State::Waiting;
    } else if (now.state == Is::Running || newLife || source.state == State::Queued) {
        if (newLife)
            note(tr("%1 has started again", "%1: pod/container").arg(fullLabel(static_cast<std::uint32_t>(index))));
        read(index, true);
    } else {
        source.state = now.state == Is::Waiting ? State::Waiting : State::Ended;
    }
}

bool LogReader::isChosen(const LogSource &source) const
{
    return m_choice.container.empty() || m_choice.container == source.container;
}

// `again`: what came before is not asked for a second time.
void LogReader::read(std::size_t source, bool again)
{
    LogSource &which = m_sources[source];
    which.isRead = true;
    which.state = State::Queued;
    which.error.reset();
    LogOptions options{.ns = std::string(m_subject.row->ns),
                       .pod = which.pod,
                       .container = which.container,
                       .follow = !m_choice.previous,
                       .previous = m_choice.previous,
                       .timestamps = true,
                       .since = m_choice.since,
                       .tail = m_choice.tail};
    m_resumeAfter.erase(source);
    if (again && !which.lastStamp.empty()) {
        const LogMoment last = momentOf(which.lastStamp);
        options.tail.reset();
        // A second more, for a clock that goes otherwise than the node's; what was seen is passed over.
        options.since = std::chrono::seconds(std::max<std::int64_t>(QDateTime::currentSecsSinceEpoch() - last.seconds, 0) + 60);
        m_resumeAfter[source] = last;
    }
    m_fed.push_back(source);
    if (m_sources.size() > 1 && !m_staging.isActive() && !again)
        m_staging.start();
    if (m_feed)
        m_feed->add({options});
    else
        m_feed = m_subject.cluster->followLogs({options}, m_bell.ringer());
}

void LogReader::take()
{
    if (!m_feed || m_paused)
        return;
    LogPiece piece = m_feed->take();
    if (piece.lines.empty() && piece.news.empty())
        return;
    m_pace.start();
    bool told = false;
    // What begins is heard before its lines, what stops after them.
    for (const LogNews &news : piece.news) {
        if (news.type == LogNews::Type::Begun)
            hear(news);
    }
    for (LogLine &line : piece.lines) {
        const std::size_t source = m_fed[line.source];
        LogSource &of = m_sources[source];
        told = told || of.state != State::Live;
        of.state = State::Live;
        const std::string_view stamp = splitStamp(line.text).stamp;
        if (const auto seen = m_resumeAfter.find(source); seen != m_resumeAfter.end()) {
            if (momentOf(stamp) <= seen->second)
                continue;
            m_resumeAfter.erase(seen);
        }
        of.lastStamp.assign(stamp);
        line.source = static_cast<std::uint32_t>(source);
        if (m_staging.isActive())
            m_staged.push_back(std::move(line));
        else
            keep(line.source, line.text);
    }
    if (m_staged.size() > stagedMost)
        flushStaged();
    for (const LogNews &news : piece.news) {
        if (news.type != LogNews::Type::Begun)
            hear(news);
        told = true;
    }
    if (!piece.lines.empty() && !m_staging.isActive())
        emit arrived();
    if (told)
        emit statusChanged();
}

void LogReader::hear(const LogNews &news)
{
    const std::size_t index = m_fed[news.source];
    LogSource &source = m_sources[index];
    switch (news.type) {
    case LogNews::Type::Begun:
        source.state = State::Live;
        return;
    case LogNews::Type::Interrupted:
        source.state = State::Interrupted;
        source.error = news.error;
        return;
    case LogNews::Type::Ended:
        source.state = State::Ended;
        source.isRead = false;
        break;
    case LogNews::Type::Failed:
        source.state = State::Failed;
        source.error = news.error;
        source.isRead = false;
        // "container "app" in pod "web" is waiting to start: ContainerCreating"
        if (const std::size_t at = news.error->text().find("is waiting to start"); at != std::string::npos) {
            source.state = State::Waiting;
            source.error.reset();
        } else if (news.error->kind == ErrorKind::Forbidden) {
            return;
        }
        break;
    }
    if (m_choice.previous)
        return;
    QTimer::singleShot(lookAgainMs, this, [this, pod = source.pod, generation = m_generation] {
        if (generation == m_generation && !m_resting)
            askContainers(pod);
    });
}

void LogReader::keep(std::uint32_t source, std::string_view line)
{
    // What cannot be spilled is dropped and counted; the status tells.
    std::ignore = m_lines->append(source, line);
}

void LogReader::note(const QString &text)
{
    flushStaged();
    keep(noteSource, stampNow() + " " + text.toStdString());
    emit arrived();
}

void LogReader::flushStaged()
{
    m_staging.stop();
    if (m_staged.empty())
        return;
    std::ranges::stable_sort(m_staged, {}, [](const LogLine &line) { return momentOf(splitStamp(line.text).stamp); });
    for (const LogLine &line : m_staged)
        keep(line.source, line.text);
    m_staged.clear();
    emit arrived();
}

QStringList LogReader::containers() const
{
    QStringList names;
    for (const LogSource &source : m_sources)
        if (const QString name = text(source.container); !names.contains(name))
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
        label = text(source.pod).section(u'-', -1);
        bool ordinal = false;
        label.toInt(&ordinal);
        if (ordinal)
            label = text(source.pod);
    }
    if (containers)
        label += (pods ? QStringLiteral("/") : QString()) + text(source.container);
    return label;
}

QString LogReader::fullLabel(std::uint32_t index) const
{
    return index < m_sources.size() ? text(m_sources[index].pod) + u'/' + text(m_sources[index].container) : QString();
}

StatusWords LogReader::statusOfOne(const LogSource &source) const
{
    const QString reason = text(source.reason);
    switch (source.state) {
    case State::Queued:
        return {Tone::Busy, tr("Reading …")};
    case State::Live:
        if (m_choice.previous)
            return {Tone::Busy, tr("Reading …")};
        return {Tone::Good, tr("Live", "the log is followed")};
    case State::Interrupted:
        return {Tone::Careful, tr("Connection lost, asked again: %1").arg(text(source.error->text()))};
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
        return {Tone::Bad, tr("You may not read logs in the namespace %1").arg(text(m_subject.row->ns))};
    if (m_choice.previous && message.find("previous terminated container") != std::string::npos)
        return {Tone::Done, tr("There is no earlier life of this container")};
    if (source.error->kind == ErrorKind::NotFound)
        return {Tone::Done, tr("Ended: the pod has gone")};
    return {Tone::Bad, tr("The log cannot be read: %1").arg(text(message))};
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
                                        : tr("Live: %1 of %2 logs").arg(locale.toString(live), locale.toString(chosen))};
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
            return {Tone::Bad, tr("You may not read pods in the namespace %1").arg(text(m_subject.row->ns))};
        return {Tone::Bad, tr("The containers cannot be read: %1").arg(text(error->text()))};
    }
    std::vector<const LogSource *> chosen;
    for (const LogSource &source : m_sources)
        if (isChosen(source))
            chosen.push_back(&source);
    if (chosen.empty()) {
        if (!isPods(m_subject) && m_pods.isComplete() && m_pods.rows().empty())
            return {Tone::Done, tr("There is no pod, and so no log")};
        return {Tone::Busy, tr("Looking for the containers …")};
    }
    StatusWords words = chosen.size() == 1 ? statusOfOne(*chosen.front()) : statusOfMany();
    if (m_lines->dropped() > 0)
        words.text += u". " + tr("%1 older lines were dropped").arg(QLocale().toString(static_cast<qulonglong>(m_lines->dropped())));
    return words;
}

} // namespace timonier
