// The line at the top: the name, back and forth, and the way to the command palette.
#pragma once

#include <QWidget>

class QAction;
class QPushButton;

namespace timonier {

class TopBar final : public QWidget
{
    Q_OBJECT
public:
    // The window's actions: their state and words are shown as they are.
    TopBar(QAction *back, QAction *forward, QAction *palette, QAction *newCluster, QAction *deploy, QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace timonier
