// What is wrong, in a box with a bar at its left: a sentence, its reason, the server's own words, and at most one button
// that mends it. GUI thread.
#pragma once

#include "describe/tone.h"

#include <QFrame>

#include <functional>

class QPushButton;

namespace timonier {

class TextPage;

class VerdictCard final : public QFrame
{
    Q_OBJECT
public:
    // `name`: the object name; those of what is in it are made from it.
    explicit VerdictCard(const QString &name, QWidget *parent = nullptr);

    struct Words {
        Tone tone = Tone::None;
        QString sentence;
        QString reason{};
        QString evidence{};
        std::int64_t since = 0;      // Unix seconds; 0: not told
        bool operator==(const Words &) const = default;
    };
    // Takes the button away.
    void tell(const Words &words);
    void offer(const QString &button, std::function<void()> action);
    void tick(std::int64_t now);
    const Words &words() const { return m_words; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Words m_words;
    TextPage *m_text;
    QPushButton *m_button;
    std::function<void()> m_action;
};

} // namespace timonier
