#include "ui/preview/outcome_panel.h"

#include "ui/preview/figure_row.h"
#include "ui/preview/level_tone.h"
#include "ui/theme/colours.h"
#include "ui/theme/glyphs.h"

#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QSignalBlocker>
#include <QTableWidget>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr const char *figureKeys[] = {"duration", "rollback", "peak", "cost", "risk", "capacity"};

} // namespace

// A dot with a sentence beside it, and what it is made of below.
class OutcomePanel::Verdict final : public QWidget
{
public:
    explicit Verdict(QWidget *parent) : QWidget(parent), m_summary(new QLabel(this)), m_reasons(new QLabel(this))
    {
        setObjectName(QStringLiteral("previewVerdict"));
        m_summary->setObjectName(QStringLiteral("verdictSummary"));
        m_reasons->setObjectName(QStringLiteral("verdictReasons"));
        QFont bold = font();
        bold.setWeight(QFont::DemiBold);
        bold.setPointSizeF(bold.pointSizeF() * 1.15);
        m_summary->setFont(bold);
        for (QLabel *label : {m_summary, m_reasons}) {
            label->setWordWrap(true);
            label->setTextFormat(Qt::PlainText);
            label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        }
        m_reasons->setForegroundRole(QPalette::PlaceholderText);
        auto *column = new QVBoxLayout(this);
        column->setContentsMargins(22, 0, 8, 6);
        column->setSpacing(4);
        column->addWidget(m_summary);
        column->addWidget(m_reasons);
    }
    void show(const strategy::Verdict &verdict)
    {
        m_tone = toneOf(verdict.level);
        m_summary->setText(QString::fromStdString(verdict.summary));
        QStringList reasons;
        for (const std::string &reason : verdict.reasons)
            reasons << QString::fromStdString(reason);
        m_reasons->setText(reasons.join(QStringLiteral(".\n")) + (reasons.isEmpty() ? QString() : QStringLiteral(".")));
        setAccessibleName(m_summary->text());
        setAccessibleDescription(m_reasons->text());
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        drawTone(&painter, {10, m_summary->y() + m_summary->fontMetrics().height() / 2.0 + 1}, m_tone, colours().of(m_tone));
    }

private:
    Tone m_tone = Tone::None;
    QLabel *m_summary, *m_reasons;
};

OutcomePanel::OutcomePanel(QWidget *parent)
    : QWidget(parent), m_verdict(new Verdict(this)), m_users(new QLabel(this)), m_room(new QLabel(this)),
            m_others(new QTableWidget(static_cast<int>(strategy::allStrategies.size()), 4, this))
{
    setObjectName(QStringLiteral("outcomePanel"));
    setAccessibleName(tr("What comes of it", "accessible name of the panel with figures and verdict"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 12, 8, 12);
    column->setSpacing(2);
    column->addWidget(m_verdict);
    for (const char *key : figureKeys) {
        m_figures.push_back(new FigureRow(QLatin1StringView(key), this));
        column->addWidget(m_figures.back());
    }
    const auto heading = [this, column](const char *name, const QString &text) {
        auto *label = new QLabel(text, this);
        label->setObjectName(QLatin1StringView(name));
        QFont bold = label->font();
        bold.setWeight(QFont::DemiBold);
        label->setFont(bold);
        label->setContentsMargins(8, 10, 8, 2);
        column->addWidget(label);
    };
    const auto text = [column](const char *name, QLabel *label) {
        label->setObjectName(QLatin1StringView(name));
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setContentsMargins(8, 0, 8, 0);
        column->addWidget(label);
    };
    heading("usersTitle", tr("What your users notice"));
    text("usersText", m_users);
    heading("roomTitle", tr("Room"));
    text("roomText", m_room);
    heading("othersTitle", tr("Compared with the others"));
    m_others->setObjectName(QStringLiteral("othersTable"));
    m_others->setAccessibleName(tr("The other strategies: Enter opens one"));
    m_others->setHorizontalHeaderLabels({tr("Strategy"), tr("Time", "head of a column: how long it takes"),
            tr("At risk", "head of a column: requests"), tr("Peak", "head of a column: most pods at once")});
    m_others->verticalHeader()->hide();
    m_others->verticalHeader()->setMinimumSectionSize(28); // the font would have it higher, and the last row not be seen
    m_others->verticalHeader()->setDefaultSectionSize(28);
    m_others->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_others->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_others->horizontalHeader()->setHighlightSections(false);
    m_others->setShowGrid(false);
    m_others->setFrameShape(QFrame::NoFrame);
    m_others->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_others->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_others->setSelectionMode(QAbstractItemView::SingleSelection);
    m_others->setTabKeyNavigation(false);
    m_others->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_others->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    for (int row = 0; row < m_others->rowCount(); ++row)
        for (int i = 0; i < 4; ++i) {
            auto *item = new QTableWidgetItem(i ? QString() : QString::fromStdString(strategy::title(strategy::allStrategies[static_cast<std::size_t>(row)])));
            item->setTextAlignment(i ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
            m_others->setItem(row, i, item);
        }
    for (int i = 0; i < 4; ++i)
        m_others->horizontalHeaderItem(i)->setTextAlignment(i ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    m_others->setFixedHeight(m_others->horizontalHeader()->sizeHint().height() + 28 * m_others->rowCount() + 2);
    column->addWidget(m_others);
    column->addStretch(1);
    const auto open = [this](const QTableWidgetItem *item) { emit strategyWanted(static_cast<strategy::Strategy>(item->row())); };
    connect(m_others, &QTableWidget::itemActivated, this, open);
    connect(m_others, &QTableWidget::itemClicked, this, open);
}

void OutcomePanel::show(const AllForetold &all, strategy::Strategy strategy)
{
    const AllForetold before = std::exchange(m_shown, all);
    const ForetoldPtr &told = all[indexOf(strategy)];
    if (told && (told != before[indexOf(strategy)] || strategy != m_strategy)) {
        m_verdict->show(told->outcome.verdict);
        for (std::size_t i = 0; i < std::min(told->figures.size(), m_figures.size()); ++i)
            m_figures[i]->show(told->figures[i]);
        m_users->setText(QString::fromStdString(told->outcome.verdict.users) + u'.');
        m_room->setText(told->room);
    }
    m_strategy = strategy;
    const QSignalBlocker quiet(m_others);
    for (std::size_t row = 0; row < all.size(); ++row)
        if (all[row] != before[row])
            showOther(row);
    if (m_others->currentRow() != static_cast<int>(indexOf(strategy)))
        m_others->selectRow(static_cast<int>(indexOf(strategy)));
}

void OutcomePanel::showOther(std::size_t of)
{
    const ForetoldPtr &told = m_shown[of];
    if (!told)
        return;
    const Colours &c = colours();
    const int row = static_cast<int>(of);
    const strategy::Figures &f = told->outcome.figures;
    const auto put = [&](int column, std::string words, bool bad) {
        m_others->item(row, column)->setText(QString::fromStdString(words));
        m_others->item(row, column)->setForeground(bad ? c.bad : c.text);
    };
    put(1, strategy::durationText(told->outcome), f.duration == strategy::never);
    put(2, strategy::numberText(f.lost + f.overloaded + f.wrongAnswers), f.withoutService > strategy::Time(0));
    put(3, strategy::numberText(f.peakPods), f.neverPlaced > 0);
}

void OutcomePanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_others->rowCount())
        for (std::size_t row = 0; row < m_shown.size(); ++row)
            showOther(row);
}

} // namespace timonier
