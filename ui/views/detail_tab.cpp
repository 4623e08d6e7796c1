#include "ui/views/detail_tab.h"

#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

namespace timonier {

void DetailTab::showScrolled(QScrollArea *scroll, QWidget *page)
{
    scroll->setWidget(page);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->verticalScrollBar()->setBackgroundRole(QPalette::Base);
    scroll->viewport()->setAutoFillBackground(false);
    page->setAutoFillBackground(false);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(scroll);
}

} // namespace timonier
