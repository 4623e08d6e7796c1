// A slim line above a table: a sentence, at most one button, and a cross that takes it away.
#pragma once

#include <QFrame>

#include <functional>

class QLabel;
class QPushButton;
class QToolButton;

namespace timonier {

class NoticeStrip final : public QFrame
{
    Q_OBJECT
public:
    explicit NoticeStrip(const QString &name, QWidget *parent = nullptr);
    // `button` empty: none.
    void say(const QString &text, const QString &button = {}, std::function<void()> action = {});
    QString text() const;

signals:
    void dismissed();

private:
    QLabel *m_text;
    QPushButton *m_button;
    QToolButton *m_close;
    std::function<void()> m_action;
};

} // namespace timonier
