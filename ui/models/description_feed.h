// Keeps the description of the chosen object new: asks when another object is chosen, when its row has changed, and now and
// then in between, never too often, never twice at once, and drops what comes too late. GUI thread.
#pragma once

#include "ui/models/subject.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>

namespace timonier {

class DescriptionFeed final : public QObject
{
    Q_OBJECT
public:
    explicit DescriptionFeed(QObject *parent = nullptr);

    // Another object, a newer row of the same, or none. Another object is read with its secrets masked again.
    void follow(const Subject &subject);
    // Whether the values of a Secret are read too. What was revealed is forgotten at once when they are no more.
    void reveal(bool on);
    void retry();

    // The newest that is known of the object; null: nothing yet.
    const std::shared_ptr<const Description> &description() const { return m_description; }
    // Why it could not be read anew; the description is older then.
    const std::optional<Error> &error() const { return m_error; }
    // It exists no more; the description is its last.
    bool isGone() const { return m_gone; }
    std::chrono::system_clock::time_point readAt() const { return m_readAt; }

signals:
    void changed();

private:
    void wait(int ms);
    void ask();
    void answered(const Subject &asked, bool revealed, Result<std::shared_ptr<const Description>> answer);

    Subject m_subject;
    std::shared_ptr<const Description> m_description;
    std::optional<Error> m_error;
    std::chrono::system_clock::time_point m_readAt;
    bool m_gone = false;
    bool m_reveal = false;
    bool m_wanted = false;          // there may be news to read
    int m_asked = 0;                // counts what was asked
    int m_outstanding = 0;          // which of it is not answered yet; 0: none
    QTimer m_timer;
    QElapsedTimer m_sinceOther;     // another object was chosen
    QElapsedTimer m_sinceAsked;
};

} // namespace timonier
