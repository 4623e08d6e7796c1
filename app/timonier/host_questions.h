// What hosts make a person be asked, while a connection's thread waits for the answer: one question at a time, over the window that is looked at. A password that is given for
// all hosts of a user is asked for once.
#pragma once

#include "remote/questions.h"

#include <QObject>

#include <functional>
#include <memory>

class QDialog;
class QWidget;

namespace timonier {

class HostQuestions final : public QObject
{
    Q_OBJECT
public:
    // `over`: the window that the next question belongs to; GUI thread.
    explicit HostQuestions(std::function<QWidget *()> over);
    ~HostQuestions() override; // whoever still waits is answered with no

    // For the connections' threads. After this object has gone: no to everything.
    remote::Questions questions() const;

private:
    struct Desk; // where threads and dialogs meet
    const std::shared_ptr<Desk> m_desk;
};

} // namespace timonier
