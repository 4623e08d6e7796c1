// A figure that can be unfolded to where it comes from. GUI thread.
#pragma once

#include "strategy/figures_text.h"

#include <QAbstractButton>
#include <QWidget>

class QLabel;

namespace timonier {

class FigureRow final : public QWidget
{
    Q_OBJECT
public:
    explicit FigureRow(const QString &name, QWidget *parent = nullptr);
    void show(const strategy::KeyFigure &figure);
    QString value() const { return m_value; }
    bool isUnfolded() const;
    void unfold(bool on);

private:
    class Head;
    QString m_name, m_value;
    strategy::Level m_level = strategy::Level::Good;
    Head *m_head;
    QLabel *m_why;
};

} // namespace timonier
