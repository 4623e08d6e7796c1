// Follows the logs of what somebody looks at: finds its pods and their containers, reads them into one bounded buffer, joins
// new pods, begins again with a container that has started again, and says in words how it goes. GUI thread.
#pragma once

#include "kube/log_buffer.h"
#include "ui/models/log_text.h"
#include "ui/models/row_set.h"
#include "ui/models/status_words.h"
#include "ui/models/subject.h"

#include <QObject>
#include <QStringList>
#include <QTimer>

#include <deque>
#include <map>
#include <optional>
#include <set>

namespace timonier {

struct LogChoice {
    std::string container{};                         // empty: all of them
    bool previous = false;                           // of the container's last life
    std::optional<std::int64_t> tail = 1000;         // of each container, at the beginning
    std::optional<std::chrono::seconds> since{};
    bool operator==(const LogChoice &) const = default;
};

struct LogSource {
    enum class State { Waiting, Queued, Live, Interrupted, Ended, Failed };
    std::string pod, container;
    ContainerBrief::Type type = ContainerBrief::Type::Normal;
    State state = State::Waiting;
    std::string reason{};                            // "ImagePullBackOff"
    std::optional<std::int64_t> exitCode{};
    std::optional<Error> error{};
    std::string lastStamp{};
    std::int64_t restarts = 0;
    bool isRead = false;                             // a feed reads it
    bool gone = false;                               // its pod is
};

class LogReader final : public QObject
{
    Q_OBJECT
public:
    // The source of lines that this program writes between the others.
    static constexpr std::uint32_t noteSource = UINT32_MAX;

    explicit LogReader(QObject *parent = nullptr);
    ~LogReader() override;

    // As DetailTab's.
    static bool suits(const Subject &subject);
    void follow(const Subject &subject);
    void rest();

    const LogChoice &choice() const { return m_choice; }
    void choose(const LogChoice &choice);            // reads anew
    bool isPaused() const { return m_paused; }
    void pause(bool paused);                         // what comes meanwhile waits at the server

    LogBuffer &lines() { return *m_lines; }
    const std::vector<LogSource> &sources() const { return m_sources; }
    QStringList containers() const;                  // to choose from
    QString label(std::uint32_t source) const;       // as short as tells them apart
    QString fullLabel(std::uint32_t source) const;
    bool isMany() const { return m_sources.size() > 1; }
    StatusWords status() const;

signals:
    void arrived();                                  // lines; at most 30 times a second
    void restarted();                                // lines() is another buffer
    void sourcesChanged();
    void statusChanged();

private:
    void begin();
    void resume();
    void podsChanged();
    void podChanged(const RowPtr &row);
    void askContainers(const std::string &pod);
    void containersCame(const std::string &pod, const Result<std::vector<ContainerBrief>> &answer);
    void meet(LogSource &source, const ContainerBrief &now);
    bool isPods() const;                             // one pod, not a workload
    bool isChosen(const LogSource &source) const;
    void read(std::size_t source, bool again);
    void take();
    void hear(const LogNews &news);
    void keep(std::uint32_t source, std::string_view line);
    void note(const QString &text);
    void orderStaged();
    void drainStaged();
    bool isStaging() const { return m_staging.isActive() || !m_staged.empty(); }
    StatusWords statusOfOne(const LogSource &source) const;
    StatusWords statusOfMany() const;

    Subject m_subject;
    LogChoice m_choice;
    RowSet m_pods;
    Waker m_waker;
    QTimer m_pace;
    QTimer m_staging;                                // while the first lines come: they are put in order
    QTimer m_drain;
    std::unique_ptr<LogFeed> m_feed;
    std::vector<std::size_t> m_fed;                  // the feed's source -> ours
    std::unique_ptr<LogBuffer> m_lines;
    std::vector<LogSource> m_sources;
    struct Staged {
        LogMoment moment;
        LogLine line;
    };
    std::deque<Staged> m_staged;                     // wait for m_staging, then go into the buffer a slice at a time
    std::map<std::size_t, LogMoment> m_resumeAfter;  // lines up to here have been seen
    std::set<std::string> m_asked;                   // pods whose containers are asked for or known
    std::set<std::string> m_asking;
    std::size_t m_podsBeyond = 0;                    // pods that are not read, because there are too many
    std::optional<Error> m_problem;                  // the containers cannot be read
    quint64 m_generation = 0;                        // answers to an older question are not heard
    bool m_resting = true;
    bool m_paused = false;
};

} // namespace timonier
