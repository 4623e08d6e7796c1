#include "ui/preview/compare_view.h"

#include "ui/preview/compare_chart.h"
#include "ui/preview/decision_table.h"
#include "ui/theme/colours.h"

#include <QLabel>
#include <QVBoxLayout>

namespace timonier {

CompareView::CompareView(QWidget *parent)
    : QWidget(parent), m_sentence(new QLabel), m_tip(new QLabel), m_note(new QLabel), m_advice(new QWidget(this)), m_chart(new CompareChart(this)),
            m_table(new DecisionTable(this))
{
    setObjectName(QStringLiteral("compareView"));
    setAccessibleName(tr("Six strategies compared"));
    m_advice->setObjectName(QStringLiteral("advice"));
    m_sentence->setObjectName(QStringLiteral("adviceSentence"));
    m_tip->setObjectName(QStringLiteral("adviceTip"));
    m_note->setObjectName(QStringLiteral("tableNote"));
    QFont large = font();
    large.setWeight(QFont::DemiBold);
    large.setPointSizeF(large.pointSizeF() * 1.15);
    m_sentence->setFont(large);
    for (QLabel *label : {m_sentence, m_tip, m_note}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    m_tip->setForegroundRole(QPalette::PlaceholderText);
    m_note->setForegroundRole(QPalette::PlaceholderText);
    auto *card = new QVBoxLayout(m_advice);
    card->setContentsMargins(16, 12, 16, 12);
    card->setSpacing(6);
    card->addWidget(m_sentence);
    card->addWidget(m_tip);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 16);
    column->setSpacing(12);
    column->addWidget(m_advice);
    column->addWidget(m_chart);
    column->addWidget(m_table);
    column->addWidget(m_note);
    column->addStretch(1);
    m_note->setText(tr("Above in each cell: computed for this application. Below: what is generally said of the strategy; more stars are more."));
    connect(m_chart, &CompareChart::strategyWanted, this, &CompareView::strategyWanted);
    connect(m_table, &DecisionTable::strategyWanted, this, &CompareView::strategyWanted);
}

void CompareView::show(const strategy::Application &application, const AllForetold &all)
{
    std::vector<strategy::Outcome> outcomes;
    for (const ForetoldPtr &told : all) {
        if (!told)
            return;
        outcomes.push_back(told->outcome);
    }
    const strategy::Parameters &parameters = all.front()->parameters;
    const strategy::Advice advice = strategy::advise(application, parameters, outcomes);
    m_sentence->setText(QString::fromStdString(advice.sentence) + u'.');
    m_tip->setText(QString::fromStdString(advice.tip) + u'.');
    m_tip->setVisible(!advice.tip.empty());
    m_advice->setAccessibleName(m_sentence->text());
    m_chart->show(all, advice);
    m_table->show(strategy::decisionTable(parameters, outcomes), advice.best);
    update();
}

void CompareView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colours().line, 1));
    painter.setBrush(colours().panel);
    painter.drawRoundedRect(QRectF(m_advice->geometry()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colours().accent);
    painter.drawRoundedRect(QRectF(m_advice->x(), m_advice->y(), 4, m_advice->height()), 2, 2);
}

} // namespace timonier
