// What the page is made of, and how it shares its width: three columns, two, or all below one another.
#include "ui/preview/compare_view.h"
#include "ui/preview/outcome_panel.h"
#include "ui/preview/parameter_panel.h"
#include "ui/preview/preview_page.h"
#include "ui/preview/run_bar.h"
#include "ui/preview/timeline_view.h"
#include "ui/theme/colours.h"
#include "ui/theme/icons.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>

namespace timonier {

namespace {

constexpr int threeColumns = 1'000, twoColumns = 580; // px from which there is room for them

// One that scrolls up and down only, and is as wide as it is given.
QScrollArea *scrolled(const char *name, const QString &accessible, QWidget *inside, QPalette::ColorRole ground)
{
    auto *area = new QScrollArea;
    area->setObjectName(QLatin1StringView(name));
    area->setAccessibleName(accessible);
    area->setWidget(inside);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->setBackgroundRole(ground);
    area->viewport()->setBackgroundRole(ground);
    inside->setBackgroundRole(ground);
    inside->setAutoFillBackground(true);
    return area;
}

QFrame *rule(QFrame::Shape shape)
{
    auto *line = new QFrame;
    line->setObjectName(QStringLiteral("rule"));
    line->setFrameShape(QFrame::NoFrame);
    line->setAutoFillBackground(true);
    line->setBackgroundRole(QPalette::Mid);
    shape == QFrame::HLine ? line->setFixedHeight(1) : line->setFixedWidth(1);
    return line;
}

} // namespace

void PreviewPage::layOut()
{
    setObjectName(QStringLiteral("previewPage"));
    setAccessibleName(tr("Preview of a roll-out", "accessible name of the page"));
    const auto label = [](const char *name, const QString &text = {}) {
        auto *made = new QLabel(text);
        made->setObjectName(QLatin1StringView(name));
        made->setTextFormat(Qt::PlainText);
        return made;
    };
    m_title = label("previewTitle", tr("Preview a roll-out"));
    m_where = label("previewWhere");
    m_oldImage = label("previewOldImage");
    m_oldImage->setForegroundRole(QPalette::PlaceholderText);
    m_title->setForegroundRole(QPalette::PlaceholderText);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    m_where->setFont(bold);
    m_image = new QLineEdit;
    m_image->setObjectName(QStringLiteral("newImage"));
    m_image->setAccessibleName(tr("Image of the new version"));
    m_image->setPlaceholderText(tr("Image of the new version"));
    m_image->setToolTip(m_image->accessibleName());
    m_image->setTextMargins(6, 0, 6, 0);
    m_image->setMinimumWidth(100);
    m_image->setMaximumWidth(340);
    const auto button = [](const char *name, const QString &text, const QString &tip) {
        auto *made = new QPushButton(text);
        made->setObjectName(QLatin1StringView(name));
        made->setAccessibleName(text);
        made->setToolTip(tip);
        made->setAutoDefault(false);
        return made;
    };
    m_export = button("exportPreview", tr("Export…"), tr("As a picture, a drawing, a table or a text"));
    m_diff = button("yamlDiff", tr("YAML diff"), tr("What would be applied, compared with what is there"));
    m_run = button("runRollout", tr("Run this roll-out…"), tr("Do it on the cluster, with these settings"));
    m_run->setDefault(true);
    auto *top = new QHBoxLayout;
    top->setContentsMargins(16, 6, 12, 6);
    top->setSpacing(10);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_title, m_where, m_oldImage})
        top->addWidget(widget);
    top->addWidget(m_image, 1);
    top->addStretch(0);
    for (QPushButton *one : {m_export, m_diff, m_run})
        top->addWidget(one);

    m_tabs = new QTabBar;
    m_tabs->setObjectName(QStringLiteral("strategyTabs"));
    m_tabs->setAccessibleName(tr("Strategy", "accessible name of the tabs"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->setUsesScrollButtons(true);
    m_tabs->addTab(tr("Compare all"));
    for (const strategy::Strategy strategy : strategy::allStrategies)
        m_tabs->addTab(QString::fromStdString(strategy::title(strategy)));
    auto *tabs = new QHBoxLayout;
    tabs->setContentsMargins(16, 0, 12, 0);
    tabs->addWidget(m_tabs, 1);

    m_parameters = new ParameterPanel;
    m_timeline = new TimelineView;
    m_bar = new RunBar;
    m_compare = new CompareView;
    m_outcome = new OutcomePanel;
    m_moment = label("momentText");
    m_moment->setWordWrap(true);
    m_moment->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_moment->setMinimumHeight(m_moment->fontMetrics().lineSpacing() * 3 + 2); // it does not move what is below while it is played
    m_play = new QToolButton;
    m_play->setObjectName(QStringLiteral("play"));
    m_play->setAutoRaise(true);
    auto *moment = new QHBoxLayout;
    moment->setContentsMargins(8, 8, 16, 0);
    moment->addWidget(m_play, 0, Qt::AlignTop);
    moment->addWidget(m_moment, 1);
    m_flow = new QWidget;
    m_flow->setObjectName(QStringLiteral("flow"));
    auto *flow = new QVBoxLayout(m_flow);
    flow->setContentsMargins(0, 0, 0, 0);
    flow->setSpacing(4);
    flow->addLayout(moment);
    flow->addWidget(m_timeline, 1);
    m_column = new QWidget;
    m_column->setObjectName(QStringLiteral("previewColumn"));
    m_columnLayout = new QVBoxLayout(m_column);
    m_columnLayout->setContentsMargins(0, 0, 0, 0);
    m_columnLayout->setSpacing(0);
    m_columnLayout->addWidget(m_flow, 1);
    m_columnLayout->addWidget(m_compare, 1);
    m_left = scrolled("parameterArea", m_parameters->accessibleName(), m_parameters, QPalette::Window);
    m_centre = scrolled("previewArea", tr("How it goes", "accessible name of the middle of the page"), m_column, QPalette::Base);
    m_right = scrolled("outcomeArea", m_outcome->accessibleName(), m_outcome, QPalette::Base);

    auto *content = new QWidget;
    content->setObjectName(QStringLiteral("previewContent"));
    auto *columns = new QHBoxLayout(content);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(0);
    columns->addWidget(m_left);
    columns->addWidget(rule(QFrame::VLine));
    columns->addWidget(m_centre, 1);
    columns->addWidget(m_right);
    m_message = label("previewMessage");
    m_message->setAlignment(Qt::AlignCenter);
    m_message->setWordWrap(true);
    m_message->setContentsMargins(48, 48, 48, 48);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_body = new QStackedWidget;
    m_body->setObjectName(QStringLiteral("previewBody"));
    m_body->addWidget(m_message);
    m_body->addWidget(content);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(top);
    column->addLayout(tabs);
    column->addWidget(rule(QFrame::HLine));
    column->addWidget(m_bar);
    column->addWidget(m_body, 1);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base); // tells of a changed palette: not before all is there
    refreshMoment();
    refreshTop();
    arrange();
}

void PreviewPage::arrange()
{
    const bool compares = !strategy();
    m_flow->setVisible(!compares);
    m_compare->setVisible(compares);
    const int columns = width() >= threeColumns ? 3 : width() >= twoColumns ? 2 : 1;
    m_left->setFixedWidth(width() >= threeColumns ? 264 : 244);
    m_right->setFixedWidth(width() >= 1'060 ? 316 : 288);
    m_right->setVisible(columns == 3 && !compares);
    m_left->setVisible(columns > 1);
    m_outcome->setVisible(!compares);
    // What stands below the timeline begins at the page's foot: the axis is seen without scrolling.
    constexpr int peeking = 44;
    m_flow->setMinimumHeight(columns == 3 ? 0 : std::max(m_flow->minimumSizeHint().height(), m_centre->viewport()->height() - peeking));
    m_flow->setMaximumHeight(columns == 3 ? QWIDGETSIZE_MAX : m_flow->minimumHeight());
    if (columns == m_arranged)
        return;
    m_arranged = columns;
    // A scroll area owns what is in it: it is taken out before it goes elsewhere.
    const auto put = [this](QWidget *panel, QScrollArea *area, bool aside) {
        if (aside) {
            if (area->widget() != panel) {
                m_columnLayout->removeWidget(panel);
                area->setWidget(panel);
            }
        } else if (area->widget() == panel) {
            area->takeWidget();
            m_columnLayout->addWidget(panel);
            panel->show();
        }
    };
    put(m_outcome, m_right, columns == 3);
    put(m_parameters, m_left, columns > 1);
    m_outcome->setVisible(!compares);
}

} // namespace timonier
