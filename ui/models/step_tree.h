// A run as it goes: its steps, and below each its parts (objects, hosts). Fed with batches of events. What each step printed is kept for
// whoever looks at it. GUI thread.
#pragma once

#include "plan/event.h"
#include "ui/models/status_tone.h"

#include <QAbstractItemModel>
#include <QHash>
#include <QStringList>

#include <deque>

namespace timonier {

class StepTree final : public QAbstractItemModel
{
    Q_OBJECT
public:
    enum Role { DetailRole = Qt::UserRole + 1, TimeRole, ToneRole, BusyRole, FailedRole, WaitingRole };

    using QAbstractItemModel::QAbstractItemModel;

    void clear();
    void take(const std::vector<plan::Event> &events);

    // Of the run.
    plan::RunId run() const { return m_run; }
    plan::Direction direction() const { return m_direction; }
    double fraction() const { return m_fraction; }
    plan::Span left() const { return m_left; }
    bool isOver() const { return m_end.has_value(); }
    std::optional<plan::RunState> end() const { return m_end; }
    const std::optional<Error> &error() const { return m_error; }
    const QStringList &notices() const { return m_notices; }
    plan::Span elapsed() const;
    // What the ledger has of it now.
    std::vector<plan::Resource> resources() const { return m_resources; }
    int stepsOver() const;

    // The place of a row's step; -1: none. Of its part; -1: it is a step.
    int stepOf(const QModelIndex &index) const;
    int partOf(const QModelIndex &index) const;
    QString titleOf(int step) const;
    QString detailOf(int step, int part = -1) const;
    std::optional<Error> errorOf(int step) const;
    plan::StepState stateOf(int step) const;
    const std::deque<QString> &linesOf(int step) const;
    // Where it failed first: the part, else the step; else the one that runs; invalid: nothing does.
    QModelIndex failed() const;
    QModelIndex running() const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex & = {}) const override { return 1; }
    QVariant data(const QModelIndex &index, int role) const override;

    static constexpr std::size_t linesKept = 5'000; // of each step

signals:
    // The run itself: progress, notices, its end.
    void runChanged();
    // Lines of the step were printed; `dropped` of the oldest are gone.
    void printed(int step, const QStringList &lines);
    // A step has begun anew, or ended.
    void stepChanged(int step);

private:
    struct Part {
        QString title{}, reason{};
        plan::PartState state = plan::PartState::Waiting;
        std::int64_t begun = 0, ended = 0;
    };
    struct Step {
        QString title{}, id{};
        plan::StepState state = plan::StepState::Waiting;
        int attempt = 0;
        plan::Span estimate{0};
        std::int64_t begun = 0, ended = 0;
        std::optional<Error> error{};
        std::deque<QString> lines{};
        std::vector<Part> parts{};
        QHash<QString, int> places{};
        int over = 0; // parts
    };
    struct Changed {
        int first = -1, last = -1; // of its parts
        bool itself = false;
        QStringList lines{};
    };
    void begin(const plan::Event &event);
    void takeStep(Step &step, const plan::Event &event);
    void takePart(int at, const plan::Event &event, std::vector<Changed> &changed);
    void takeResource(const plan::Resource &resource);
    void addParts(const std::vector<plan::Event> &events);
    Tone toneOf(const Step &step) const;
    Tone toneOf(const Part &part) const;
    QString timeOf(const Step &step) const;
    QString timeOf(const Part &part) const;
    QString words(const QModelIndex &index) const;

    std::vector<Step> m_steps{};
    QHash<QString, int> m_places{};
    plan::RunId m_run = 0;
    plan::Direction m_direction = plan::Direction::Forward;
    double m_fraction = 0;
    plan::Span m_left{0};
    std::int64_t m_begun = 0, m_ended = 0;
    std::optional<plan::RunState> m_end{};
    std::optional<Error> m_error{};
    QStringList m_notices{};
    std::vector<plan::Resource> m_resources{};
};

// "done", "under way" …, for a step and a part.
QString stateWords(plan::StepState state);
QString stateWords(plan::PartState state);

} // namespace timonier
