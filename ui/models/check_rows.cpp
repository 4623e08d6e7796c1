#include "ui/models/check_rows.h"

#include <QCoreApplication>

namespace timonier {

using form::Check;
using form::CheckState;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(CheckRows)
};

QString shown(const std::string &text) { return QString::fromStdString(text); }

Tone toneOf(CheckState state)
{
    switch (state) {
    case CheckState::Good: return Tone::Good;
    case CheckState::Careful: return Tone::Careful;
    case CheckState::Bad: return Tone::Bad;
    case CheckState::Running: return Tone::Busy;
    case CheckState::Waiting:
    case CheckState::Skipped: break;
    }
    return Tone::Done;
}

bool isOver(CheckState state) { return state != CheckState::Waiting && state != CheckState::Running; }

} // namespace

QString stateWords(CheckState state)
{
    switch (state) {
    case CheckState::Waiting: return Words::tr("waiting");
    case CheckState::Running: return Words::tr("being looked at");
    case CheckState::Good: return Words::tr("good");
    case CheckState::Careful: return Words::tr("careful");
    case CheckState::Bad: return Words::tr("stands against it");
    case CheckState::Skipped: return Words::tr("not looked at");
    }
    return {};
}

void CheckRows::clear()
{
    beginResetModel();
    m_checks.clear();
    endResetModel();
}

void CheckRows::take(const std::vector<Check> &checks)
{
    for (const Check &check : checks) {
        const auto same = std::ranges::find_if(m_checks, [&](const Check &one) { return one.id == check.id && one.subject == check.subject; });
        const int row = int(same - m_checks.begin());
        if (same == m_checks.end()) {
            beginInsertRows({}, row, row);
            m_checks.push_back(check);
            endInsertRows();
        } else {
            *same = check;
            emit dataChanged(index(row), index(row));
        }
    }
}

int CheckRows::over() const
{
    return int(std::ranges::count_if(m_checks, [](const Check &one) { return isOver(one.state); }));
}
int CheckRows::bad() const { return int(std::ranges::count(m_checks, CheckState::Bad, &Check::state)); }
int CheckRows::careful() const { return int(std::ranges::count(m_checks, CheckState::Careful, &Check::state)); }

int CheckRows::worst() const
{
    for (const CheckState state : {CheckState::Bad, CheckState::Careful})
        if (const auto found = std::ranges::find(m_checks, state, &Check::state); found != m_checks.end())
            return int(found - m_checks.begin());
    return -1;
}

int CheckRows::rowCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : int(m_checks.size()); }

QVariant CheckRows::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Check &check = at(index.row());
    switch (role) {
    case Qt::DisplayRole: return shown(check.title);
    case SubjectRole: return shown(check.subject);
    case WordsRole: return check.words.empty() ? stateWords(check.state) : shown(check.words);
    case ToneRole: return int(toneOf(check.state));
    case BusyRole: return check.state == CheckState::Running;
    case StateRole: return int(check.state);
    case Qt::AccessibleTextRole: {
        QStringList all{shown(check.title)};
        for (const QString &one : {shown(check.subject), stateWords(check.state), shown(check.words), shown(check.why)})
            if (!one.isEmpty())
                all << one;
        return all.join(QStringLiteral(", "));
    }
    default: return {};
    }
}

} // namespace timonier
