#include "ui/wizards/runs_dialog.h"

#include "ui/views/elided_label.h"
#include "ui/views/tone_label.h"
#include "ui/wizards/wizard_parts.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace timonier {

RunsDialog::RunsDialog(QWidget *parent) : QDialog(parent), m_none(wrapped(QStringLiteral("runsNone"), tr("They are looked up …")))
{
    named(this, QStringLiteral("runsDialog"), tr("Runs"));
    setWindowTitle(tr("Runs"));
    auto *inside = named(new QWidget, QStringLiteral("runsInside"), tr("Runs"));
    inside->setBackgroundRole(QPalette::Base);
    m_column = new QVBoxLayout(inside);
    m_column->setContentsMargins(20, 16, 20, 16);
    m_column->setSpacing(16);
    m_column->addWidget(m_none);
    m_column->addStretch(1);
    auto *scroll = named(new QScrollArea, QStringLiteral("runsScroll"), tr("Runs"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->viewport()->setBackgroundRole(QPalette::Base);
    scroll->setWidget(inside);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(scroll);
    resize(640, 420);
}

void RunsDialog::show(const std::vector<RunLine> &runs, const QString &problem)
{
    delete m_lines;
    m_lines = named(new QWidget, QStringLiteral("runsLines"), tr("Runs"));
    auto *lines = new QVBoxLayout(m_lines);
    lines->setContentsMargins(0, 0, 0, 0);
    lines->setSpacing(16);
    for (const RunLine &run : runs)
        lines->addWidget(lineOf(run));
    m_column->insertWidget(1, m_lines);
    m_none->setText(!problem.isEmpty() ? problem : tr("Nothing has been run yet. “New cluster…” and “Deploy…” make plans; what became of them stands here, and what was left unfinished can go on from here."));
    m_none->setVisible(runs.empty() || !problem.isEmpty());
}

QWidget *RunsDialog::lineOf(const RunLine &run)
{
    auto *line = named(new QWidget, QStringLiteral("run%1").arg(run.id), run.title);
    auto *title = new ElidedLabel;
    title->setObjectName(QStringLiteral("runTitle"));
    title->setWhole(run.title);
    title->setFont(bigger(font(), 1));
    auto *state = new ToneLabel;
    state->setObjectName(QStringLiteral("runState"));
    state->setAccessibleName(run.state.text);
    state->show(run.state);
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(title);
    words->addWidget(dimmed(QStringLiteral("runWhen"), run.when));
    words->addWidget(state);
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    row->addLayout(words, 1);
    if (run.canUndo) {
        QPushButton *undo = button(QStringLiteral("runUndo"), tr("Undo everything…"), tr("What it made is removed; it is asked first, and listed"), [this, id = run.id] { emit undoWanted(id); });
        undo->setAccessibleName(tr("Undo everything: %1", "%1: the title of a plan").arg(run.title));
        row->addWidget(undo, 0, Qt::AlignTop);
    }
    if (run.canResume) {
        QPushButton *resume = button(QStringLiteral("runResume"), tr("Resume"), tr("Goes on from where it stands; what is done is not done again"), [this, id = run.id] { emit resumeWanted(id); });
        resume->setAccessibleName(tr("Resume: %1", "%1: the title of a plan").arg(run.title));
        row->addWidget(resume, 0, Qt::AlignTop);
    }
    return line;
}

} // namespace timonier
