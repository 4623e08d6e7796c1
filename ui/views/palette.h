// The command palette (Ctrl+K): a field and what it finds, over the window. Arrows walk, Enter chooses, Escape leaves.
#pragma once

#include "ui/models/palette_model.h"

#include <QFrame>
#include <QPointer>

class QLabel;
class QLineEdit;
class QListView;

namespace timonier {

class Palette final : public QFrame
{
    Q_OBJECT
public:
    explicit Palette(QWidget *over);

    void open(std::vector<PaletteItem> items);
    void setObjects(const QString &typed, std::vector<PaletteItem> objects);
    // Esc, or the focus went elsewhere: it hides by itself, and gives the focus back.
    void leave();

signals:
    // Somebody types: objects are wanted for this.
    void typed(const QString &text);

protected:
    bool eventFilter(QObject *object, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void place();
    void choose();
    void refreshHeight();

    PaletteModel *m_model;
    QLineEdit *m_field;
    QListView *m_list;
    QLabel *m_nothing;
    QPointer<QWidget> m_before; // had the focus
};

} // namespace timonier
