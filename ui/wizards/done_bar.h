// How much of a run is done, by time.
#pragma once

#include "ui/models/step_tree.h"
#include "ui/theme/colours.h"
#include "ui/wizards/wizard_parts.h"

#include <QCoreApplication>
#include <QPainter>
#include <QWidget>

namespace timonier {

class DoneBar final : public QWidget
{
public:
    explicit DoneBar(const StepTree *steps) : m_steps(steps)
    {
        named(this, QStringLiteral("runBar"), QCoreApplication::translate("timonier::RunPage", "How much is done"));
        setFixedHeight(6);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const Colours &c = colours();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(c.line);
        painter.drawRoundedRect(rect(), 3, 3);
        const bool bad = m_steps->isOver() && m_steps->end() != plan::RunState::Finished;
        painter.setBrush(bad ? c.bad : m_steps->isOver() ? c.good : c.accent);
        painter.setClipRect(QRectF(0, 0, width() * m_steps->fraction(), height()));
        painter.drawRoundedRect(rect(), 3, 3);
    }

private:
    const StepTree *m_steps;
};

} // namespace timonier
