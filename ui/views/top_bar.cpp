#include "ui/views/top_bar.h"

#include "ui/theme/colours.h"
#include "ui/theme/icons.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

namespace timonier {

namespace {

// Looks like the field that it opens.
class PaletteButton final : public QToolButton
{
public:
    explicit PaletteButton(QAction *action, QWidget *parent) : QToolButton(parent)
    {
        setObjectName(QStringLiteral("paletteButton"));
        setDefaultAction(action);
        setAccessibleName(action->text());
        setFocusPolicy(Qt::StrongFocus);
        setFixedHeight(30);
        setMinimumWidth(200);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        setMaximumWidth(420);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const Colours &c = colours();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(hasFocus() || underMouse() ? c.accent : c.line, 1));
        painter.setBrush(c.background);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
        painter.drawPixmap(10, (height() - 14) / 2, iconPixmap("search", 14, c.dim, devicePixelRatioF()));
        painter.setPen(c.dim);
        const QRect inner = rect().adjusted(32, 0, -10, 0);
        painter.drawText(inner, Qt::AlignLeft | Qt::AlignVCenter, defaultAction()->text());
        painter.drawText(inner, Qt::AlignRight | Qt::AlignVCenter, defaultAction()->shortcut().toString(QKeySequence::NativeText));
    }
};

QToolButton *arrow(QAction *action, const QString &name, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setObjectName(name);
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonIconOnly);
    button->setAccessibleName(action->text());
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setFixedSize(30, 30);
    return button;
}

} // namespace

TopBar::TopBar(QAction *back, QAction *forward, QAction *palette, QAction *newCluster, QAction *deploy, QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("topBar"));
    setAccessibleName(tr("Top bar", "accessible name of the line with back, forward and search"));
    setFixedHeight(44);
    auto *name = new QLabel(QStringLiteral("Timonier"), this);
    name->setObjectName(QStringLiteral("wordmark"));
    QFont bold = font();
    bold.setWeight(QFont::Bold);
    bold.setPointSizeF(bold.pointSizeF() * 1.1);
    name->setFont(bold);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(16, 0, 12, 0);
    row->setSpacing(4);
    row->addWidget(name);
    row->addSpacing(20);
    row->addWidget(arrow(back, QStringLiteral("backButton"), this));
    row->addWidget(arrow(forward, QStringLiteral("forwardButton"), this));
    row->addStretch(1);
    row->addWidget(new PaletteButton(palette, this), 2);
    for (QAction *action : {newCluster, deploy}) {
        auto *make = new QPushButton(action->text(), this);
        make->setObjectName(action->objectName() + QStringLiteral("Button"));
        make->setAccessibleName(action->text());
        make->setToolTip(action->toolTip());
        make->setFixedHeight(30);
        make->setEnabled(action->isEnabled());
        connect(make, &QPushButton::clicked, action, &QAction::trigger);
        connect(action, &QAction::enabledChanged, make, &QPushButton::setEnabled);
        row->addWidget(make);
    }
}

void TopBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), colours().panel);
    painter.fillRect(0, height() - 1, width(), 1, colours().line);
}

} // namespace timonier
