#include "ui/models/log_reader.h"

#include "kube/pod_selector.h"
#include "ui/models/utf8_text.h"

#include <QDateTime>
#include <QDir>
#include <QPointer>

#include <algorithm>

namespace timonier {

namespace {

constexpr int frameMs = 33;
constexpr int stagingMs = 400;      // lines of several logs that come together are put in order by their time
constexpr int lookAgainMs = 1000;   // after the end of a log: how did the container end?
constexpr std::size_t mostPods = mostLogsAtOnce;
constexpr std::size_t stagedMost = 100'000;
constexpr std::size_t drainedAtOnce = 4000;

using State = LogSource::State;


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
    connect(&m_staging, &QTimer::timeout, this, &LogReader::orderStaged);
    m_drain.setInterval(0);
    connect(&m_drain, &QTimer::timeout, this, &LogReader::drainStaged);
    connect(&m_pods, &RowSet::changed, this, &LogReader::podsChanged);
    connect(&m_waker, &Waker::woken, this, [this] {
        if (!m_pace.isActive())
            take();
    });
}

LogReader::~LogReader() = default;

bool LogReader::suits(const Subject &subject)
{
    return subject.kind.resource.fullName() == "pods" || !podSelector(subject.kind, *subject.row).empty();
}

void LogReader::follow(const Subject &subject)
{
    if (subject && m_subject.sameObject(subject)) {
        m_subject = subject;
        if (std::exchange(m_resting, false))
            resume();
        else if (isPods())
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
    orderStaged();
    while (!m_staged.empty())
        drainStaged();
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
    if (isPods())
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
            note(tr("%1 has gone", "a pod was deleted; %1: its name").arg(fromView(source.pod)));
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
        note(tr("%1 has joined", "a new pod; %1: its name").arg(fromView(pod)));
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

bool LogReader::isPods() const { return m_subject.kind.resource.fullName() == "pods"; }

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
        m_feed = m_subject.cluster->followLogs({options}, m_waker.wake());
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
        if (isStaging())
            m_staged.push_back({momentOf(stamp), std::move(line)});
        else
            keep(line.source, line.text);
    }
    if (m_staged.size() > stagedMost && m_staging.isActive())
        orderStaged();
    for (const LogNews &news : piece.news) {
        if (news.type != LogNews::Type::Begun)
            hear(news);
        told = true;
    }
    if (!piece.lines.empty() && !isStaging())
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
    std::string line = stampNow() + " " + text.toStdString();
    if (isStaging()) {
        m_staged.push_back({momentOf(splitStamp(line).stamp), {noteSource, std::move(line)}});
        return;
    }
    keep(noteSource, line);
    emit arrived();
}

void LogReader::orderStaged()
{
    m_staging.stop();
    std::ranges::stable_sort(m_staged, {}, &Staged::moment);
    if (!m_staged.empty())
        m_drain.start();
}

void LogReader::drainStaged()
{
    for (std::size_t i = 0; i < drainedAtOnce && !m_staged.empty(); ++i) {
        keep(m_staged.front().line.source, m_staged.front().line.text);
        m_staged.pop_front();
    }
    if (m_staged.empty())
        m_drain.stop();
    emit arrived();
}

} // namespace timonier
