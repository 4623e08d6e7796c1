#include "ui/preview/run_bar.h"

#include "strategy/executor/history.h"
#include "strategy/outcome.h"
#include "ui/theme/colours.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMessageBox>
#include <QPainter>
#include <QPushButton>
#include <QSaveFile>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr int doneHeight = 3; // px of the line that says how much is done

QString shown(const std::string &text) { return QString::fromStdString(text); }

Tone toneOf(const RolloutWatch &watch, const rollout::Progress &progress)
{
    if (progress.phase == "went-back" || progress.phase == "going-back" || (watch.problem() && !watch.drives()))
        return Tone::Bad;
    return progress.phase == "paused" ? Tone::Careful : Tone::Good;
}

// A shape for each tone: colour never says anything alone.
QString signOf(Tone tone) { return tone == Tone::Bad ? QStringLiteral("↩") : tone == Tone::Careful ? QStringLiteral("❙❙") : QStringLiteral("▶"); }

} // namespace

RunBar::RunBar(QWidget *parent) : QFrame(parent)
{
    setObjectName(QStringLiteral("runBar"));
    setAccessibleName(tr("The roll-out that is under way"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Window);
    const auto label = [this](const char *name) {
        auto *made = new QLabel(this);
        made->setObjectName(QLatin1StringView(name));
        made->setTextFormat(Qt::PlainText);
        made->setWordWrap(true);
        return made;
    };
    m_sign = label("runSign");
    m_head = label("runHead");
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    m_head->setFont(bold);
    m_detail = label("runDetail");
    const auto give = [this](rollout::Order order) {
        return [this, order] {
            if (m_watch)
                m_watch->give(order);
        };
    };
    m_pause = button("runPause", tr("Pause"), tr("It stays where it is until somebody resumes it"), give(rollout::Order::Pause));
    m_resume = button("runResume", tr("Go on"), tr("From where it stands"), [this] {
        if (!m_watch || m_watch->course().empty())
            return;
        if (m_watch->course().back().phase == "paused")
            m_watch->give(rollout::Order::Resume);
        else
            m_watch->drive();
    });
    m_promote = button("runPromote", tr("Next step"), tr("Does not wait any longer"), give(rollout::Order::Promote));
    m_back = button("runBack", tr("Go back"), tr("The old version runs again, and nothing extra is left"), give(rollout::Order::Abort));
    m_record = button("runRecord", tr("Record…"), tr("Saves what was told at each moment, one JSON object a line"), [this] { exportRecord(); });
    m_close = button("runClose", tr("Close", "button: a message that has been read"), {}, [this] { emit dismissed(); });
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_head);
    words->addWidget(m_detail);
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(16, 8, 12, 8 + doneHeight);
    line->setSpacing(10);
    line->addWidget(m_sign, 0, Qt::AlignTop);
    line->addLayout(words, 1);
    for (QPushButton *one : {m_pause, m_resume, m_promote, m_back, m_record, m_close})
        line->addWidget(one);
    hide();
}

QPushButton *RunBar::button(const char *name, const QString &text, const QString &tip, std::function<void()> run)
{
    auto *made = new QPushButton(text, this);
    made->setObjectName(QLatin1StringView(name));
    made->setAccessibleName(text);
    made->setToolTip(tip);
    made->setAutoDefault(false);
    connect(made, &QPushButton::clicked, this, std::move(run));
    return made;
}

void RunBar::show(RolloutWatch *watch)
{
    if (m_watch)
        m_watch->disconnect(this);
    m_watch = watch;
    if (watch) {
        connect(watch, &RolloutWatch::changed, this, &RunBar::refresh);
        refresh();
    }
    setVisible(watch);
}

QString RunBar::text() const { return m_head->text() + u'\n' + m_detail->text(); }

void RunBar::refresh()
{
    if (!m_watch)
        return;
    const bool begun = !m_watch->course().empty();
    const rollout::Progress now = begun ? m_watch->course().back() : rollout::Progress{};
    const bool over = m_watch->isOver() || now.phase == "finished" || now.phase == "went-back";
    QString head, detail;
    if (!begun) {
        head = m_watch->problem() ? tr("It could not be begun") : tr("Writing down what is going to be done …");
        detail = m_watch->problem() ? shown(m_watch->problem()->text()) : QString();
    } else if (now.phase == "finished") {
        head = tr("The new version runs; nothing extra is left");
        detail = tr("It took %1.").arg(shown(strategy::spanText(now.at)));
    } else if (now.phase == "went-back") {
        head = tr("The old version runs again; nothing extra is left");
        detail = shown(now.why);
    } else if (over) {
        head = tr("It is over");
        detail = tr("Whoever drove it has brought it to its end.");
    } else {
        head = now.phase == "going-back" ? tr("Going back, step %1 of %2: %3") : now.phase == "paused" ? tr("Paused at step %1 of %2: %3") : tr("Step %1 of %2: %3");
        head = head.arg(now.step).arg(now.steps).arg(shown(now.words));
        QStringList parts;
        if (now.phase != "running" && !now.why.empty())
            parts << shown(now.why);
        else if (!now.waiting.empty())
            parts << tr("waiting: %1").arg(shown(now.waiting));
        parts << tr("pods ready: %1 old, %2 new").arg(now.oldReady).arg(now.newReady);
        parts << tr("%1 % of the requests go to the new version").arg(QLocale().toString(100 * now.newShare, 'f', 0));
        for (const auto &[words, good] : now.checks)
            if (!good)
                parts << QStringLiteral("✗ ") + shown(words);
        if (!m_watch->drives())
            parts << (now.holder.empty() ? tr("nobody drives it") : tr("driven by %1").arg(shown(now.holder)));
        if (m_watch->problem())
            parts << shown(m_watch->problem()->text());
        detail = parts.join(QStringLiteral("  ·  "));
    }
    m_head->setText(head);
    m_detail->setText(detail);
    const Tone tone = toneOf(*m_watch, now);
    m_sign->setText(over && tone == Tone::Good ? QStringLiteral("✓") : signOf(tone));
    for (QLabel *label : {m_sign, m_head}) {
        QPalette own = label->palette();
        own.setColor(QPalette::WindowText, label == m_head ? colours().text : colours().of(tone));
        label->setPalette(own);
    }
    m_done = over ? 1 : std::max(0, now.step - 1) / static_cast<double>(std::max(1, now.steps));
    update();

    const bool drivenElsewhere = !m_watch->drives() && !now.holder.empty();
    const bool moves = begun && !over;
    m_pause->setVisible(moves && now.phase == "running" && (m_watch->drives() || drivenElsewhere));
    m_resume->setVisible(moves && (now.phase == "paused" || (!m_watch->drives() && !drivenElsewhere)));
    m_promote->setVisible(moves && now.promotable && (m_watch->drives() || drivenElsewhere));
    m_back->setVisible(moves && now.phase != "going-back");
    m_record->setVisible(over && begun);
    m_close->setVisible(over || (!begun && m_watch->problem()));
    for (QPushButton *one : {m_pause, m_resume, m_promote, m_back})
        one->setEnabled(!m_watch->isGiving());
}

void RunBar::exportRecord()
{
    const QString name = shown(m_watch->deployment()) + QStringLiteral("-rollout.jsonl");
    const QString file = QFileDialog::getSaveFileName(this, tr("Save the record of this roll-out"), name, tr("JSON lines (*.jsonl)"));
    if (file.isEmpty())
        return;
    QSaveFile to(file);
    bool good = to.open(QIODevice::WriteOnly);
    for (const rollout::Progress &told : m_watch->course())
        good = good && to.write(QByteArray::fromStdString(rollout::progressText(told) + "\n")) > 0;
    if (!good || !to.commit())
        QMessageBox::warning(this, tr("Save the record of this roll-out"), tr("%1 cannot be written: %2").arg(file, to.errorString()));
}

void RunBar::paintEvent(QPaintEvent *event)
{
    QFrame::paintEvent(event);
    QPainter painter(this);
    painter.fillRect(0, height() - doneHeight, width(), doneHeight, colours().line);
    painter.fillRect(QRectF(0, height() - doneHeight, width() * m_done, doneHeight), colours().accent);
}

} // namespace timonier
