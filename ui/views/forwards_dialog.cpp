#include "ui/views/forwards_dialog.h"

#include "ui/views/elided_label.h"
#include "ui/views/tone_label.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace timonier {

ForwardsDialog::ForwardsDialog(ForwardList *forwards, QWidget *parent)
    : QDialog(parent)
    , m_forwards(forwards)
    , m_none(new QLabel(tr("No port is forwarded. Choose a pod, a service or a workload, and “Forward a port…” (Ctrl+Shift+F)."), this))
{
    setObjectName(QStringLiteral("forwardsDialog"));
    setWindowTitle(tr("Forwarded ports"));
    setAccessibleName(windowTitle());
    m_none->setObjectName(QStringLiteral("forwardsNone"));
    m_none->setWordWrap(true);
    auto *inside = new QWidget;
    inside->setObjectName(QStringLiteral("forwardsInside"));
    m_column = new QVBoxLayout(inside);
    m_column->setContentsMargins(16, 12, 16, 12);
    m_column->setSpacing(16);
    m_column->addWidget(m_none);
    m_column->addStretch(1);
    auto *scroll = new QScrollArea;
    scroll->setObjectName(QStringLiteral("forwardsScroll"));
    scroll->setAccessibleName(windowTitle());
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(inside);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(scroll);
    resize(600, 220);
    connect(forwards, &ForwardList::changed, this, &ForwardsDialog::refresh);
    refresh();
}

void ForwardsDialog::refresh()
{
    const auto &items = m_forwards->items();
    for (auto it = m_lines.begin(); it != m_lines.end();) {
        if (std::ranges::find(items, it->first, &ForwardList::Item::id) != items.end()) {
            ++it;
            continue;
        }
        it->second.widget->deleteLater();
        it = m_lines.erase(it);
    }
    for (const ForwardList::Item &item : items) {
        auto &line = m_lines[item.id];
        if (!line.widget)
            line = add(item);
        line.state->show(wordsFor(item.status));
    }
    m_none->setVisible(items.empty());
}

ForwardsDialog::Line ForwardsDialog::add(const ForwardList::Item &item)
{
    auto *widget = new QWidget;
    widget->setObjectName(QStringLiteral("forward%1").arg(item.id));
    const QString address = addressText(*item.forward);
    const QString title = tr("%1 leads to %2", "an address of this computer, svc/web:5555").arg(address, targetText(item.target));
    widget->setAccessibleName(title);
    auto *name = new ElidedLabel;
    name->setObjectName(QStringLiteral("forwardName"));
    name->setWhole(title);
    QFont strong = name->font();
    strong.setWeight(QFont::DemiBold);
    name->setFont(strong);
    auto *where = new ElidedLabel;
    where->setObjectName(QStringLiteral("forwardWhere"));
    where->setWhole(tr("%1 in %2", "a namespace in a cluster").arg(QString::fromStdString(item.target.ns), item.context));
    auto *state = new ToneLabel;
    state->setObjectName(QStringLiteral("forwardStatus"));
    const auto button = [&](const char *objectName, const QString &text, const QString &tip, std::function<void()> act) {
        auto *made = new QPushButton(text);
        made->setObjectName(QLatin1StringView(objectName));
        made->setAccessibleName(tr("%1: %2", "a button, and what of").arg(text, address));
        made->setToolTip(tip);
        made->setAutoDefault(false);
        connect(made, &QPushButton::clicked, this, std::move(act));
        return made;
    };
    const auto find = [this, id = item.id]() -> const ForwardList::Item * {
        const auto found = std::ranges::find(m_forwards->items(), id, &ForwardList::Item::id);
        return found == m_forwards->items().end() ? nullptr : &*found;
    };
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(button("forwardOpen", tr("Open in browser"), browserUrl(item), [this, find] {
        if (const auto *now = find())
            emit openWanted(browserUrl(*now));
    }));
    buttons->addWidget(button("forwardCopy", tr("Copy address"), address, [address] { QGuiApplication::clipboard()->setText(address); }));
    buttons->addWidget(button("forwardStop", tr("Stop", "button: forward a port no longer"), tr("Connections that are open end with it"),
                              [this, id = item.id] { m_forwards->stop(id); }));
    buttons->addStretch(1);
    auto *column = new QVBoxLayout(widget);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(name);
    column->addWidget(where);
    column->addWidget(state);
    column->addLayout(buttons);
    m_column->insertWidget(m_column->count() - 1, widget);
    return {widget, state};
}

} // namespace timonier
