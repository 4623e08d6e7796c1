// A page that says one thing: what is so, why (the evidence in the other side's own words), and the buttons that help.
#pragma once

#include <QWidget>

#include <functional>

class QLabel;
class QLineEdit;
class QPushButton;

namespace timonier {

class MessagePage final : public QWidget
{
    Q_OBJECT
public:
    enum class Mood { Calm, Bad };

    explicit MessagePage(QWidget *parent = nullptr);
    void say(Mood mood, const QString &title, const QString &text, const QString &evidence = {});
    // One button below; empty: none.
    void offer(const QString &button, std::function<void()> action);
    // A field with a button: `action` gets what was typed. Empty: none.
    void ask(const QString &placeholder, const QString &button, std::function<void(QString)> action);
    QString title() const;
    QString evidence() const;

protected:
    void changeEvent(QEvent *event) override;

private:
    void refreshColours();

    Mood m_mood = Mood::Calm;
    QLabel *m_icon;
    QLabel *m_title;
    QLabel *m_text;
    QLabel *m_evidence;
    QLineEdit *m_field;
    QPushButton *m_fieldButton;
    QPushButton *m_button;
    std::function<void()> m_action;
    std::function<void(QString)> m_fieldAction;
};

} // namespace timonier
