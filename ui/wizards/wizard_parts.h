// Small things that all pages are made of. GUI thread.
#pragma once

#include "ui/models/status_tone.h"

#include <QFont>
#include <QFrame>
#include <QLabel>

#include <functional>

class QPushButton;
class QVBoxLayout;

namespace timonier {

class FlowLayout;

// A name for tests, and one for screen readers.
template <class W>
W *named(W *widget, const QString &name, const QString &accessible)
{
    widget->setObjectName(name);
    widget->setAccessibleName(accessible);
    return widget;
}

// Plain text that wraps and can be selected.
QLabel *wrapped(const QString &name, const QString &text = {}, QWidget *parent = nullptr);
// The same, dim.
QLabel *dimmed(const QString &name, const QString &text = {}, QWidget *parent = nullptr);
// Words in the server's or a tool's own form.
QLabel *mono(const QString &name, const QString &text = {}, QWidget *parent = nullptr);
QFont bigger(const QFont &font, double by, QFont::Weight weight = QFont::DemiBold);
// `pressed` may be empty: whoever asks connects it.
QPushButton *button(const QString &name, const QString &text, const QString &tip, std::function<void()> pressed);

// A box with a bar at its left: what is so, why, the other side's own words, and what can be done about it.
class HelpCard final : public QFrame
{
    Q_OBJECT
public:
    explicit HelpCard(const QString &name, QWidget *parent = nullptr);
    void tell(Tone tone, const QString &sentence, const QString &reason = {}, const QString &evidence = {});
    // Takes all buttons away.
    void clearButtons();
    // `commands`: what it will run, shown above it.
    QPushButton *offer(const QString &id, const QString &text, const QString &tip, std::function<void()> pressed, const QStringList &commands = {});
    QString text() const;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    bool event(QEvent *event) override;

private:
    void fit();

    Tone m_tone = Tone::None;
    QLabel *m_sentence, *m_reason, *m_evidence, *m_commands;
    QVBoxLayout *m_column;
    QWidget *m_buttons;
    FlowLayout *m_row;
};

} // namespace timonier
