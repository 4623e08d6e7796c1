#include "host_questions.h"

#include "session/hosts.h"
#include "shared_answers.h"
#include "ui/wizards/host_dialogs.h"

#include <QPointer>

#include <condition_variable>
#include <mutex>

namespace timonier {

namespace {

QString shown(const std::string &text) { return QString::fromStdString(text); }

HostSecretWords wordsOf(const remote::SecretQuestion &question)
{
    const QString host = shown(question.host), about = shown(question.about);
    HostSecretWords words{.again = question.attempt > 0};
    switch (question.kind) {
    case remote::SecretKind::Password: words.title = HostQuestions::tr("Password of %1").arg(host); break;
    case remote::SecretKind::Passphrase: words.title = HostQuestions::tr("Passphrase of the key %1").arg(about); break;
    case remote::SecretKind::Sudo:
        words.title = HostQuestions::tr("Password for sudo on %1").arg(host);
        words.help = HostQuestions::tr("To become root there. Mostly it is the user's own password.");
        break;
    case remote::SecretKind::Answer:
        words.title = HostQuestions::tr("%1 asks").arg(host);
        words.help = about;
        words.mayKeep = false;
        break;
    }
    return words;
}

} // namespace

struct HostQuestions::Desk {
    std::mutex mutex{};
    std::condition_variable_any changed{};
    bool busy = false, gone = false;
    QObject *here = nullptr; // GUI thread's; null when it has gone
    std::function<QWidget *()> over{};

    // `make`: the dialog, on the GUI thread; `read` what it says. Nothing: refused, stopped, or nobody is there.
    template <class Answer>
    std::optional<Answer> ask(std::function<QDialog *(QWidget *)> make, std::function<Answer(QDialog *)> read, std::stop_token stop)
    {
        struct Pending {
            std::optional<Answer> answer{};
            bool over = false;
            QPointer<QDialog> dialog{}; // GUI thread's
        };
        const auto pending = std::make_shared<Pending>();
        std::unique_lock lock(mutex);
        if (!changed.wait(lock, stop, [this] { return !busy || gone; }) || gone)
            return std::nullopt;
        busy = true;
        QMetaObject::invokeMethod(here, [this, pending, make = std::move(make), read = std::move(read)] {
            pending->dialog = make(over());
            QDialog *dialog = pending->dialog;
            dialog->setAttribute(Qt::WA_DeleteOnClose);
            QObject::connect(dialog, &QDialog::finished, here, [this, pending, dialog, read](int code) {
                const std::scoped_lock held(mutex);
                if (code == QDialog::Accepted)
                    pending->answer = read(dialog);
                pending->over = true;
                changed.notify_all();
            });
            dialog->open();
        }, Qt::QueuedConnection);
        changed.wait(lock, stop, [&] { return pending->over || gone; });
        if (!pending->over && !gone) // nobody waits for it any more
            QMetaObject::invokeMethod(here, [pending] {
                if (pending->dialog)
                    pending->dialog->reject();
            }, Qt::QueuedConnection);
        busy = false;
        changed.notify_all();
        return std::move(pending->answer);
    }
};

HostQuestions::HostQuestions(std::function<QWidget *()> over) : m_desk(std::make_shared<Desk>())
{
    m_desk->here = this;
    m_desk->over = std::move(over);
}

HostQuestions::~HostQuestions()
{
    const std::scoped_lock lock(m_desk->mutex);
    m_desk->gone = true;
    m_desk->changed.notify_all();
}

remote::Questions HostQuestions::questions() const
{
    return {.acceptHostKey =
                [desk = m_desk](const remote::UnknownHostKey &key, std::stop_token stop) {
                    const HostKeyWords words{shown(key.host), shown(key.through), shown(key.type), shown(key.fingerprint), shown(key.file)};
                    return desk->ask<bool>([words](QWidget *over) -> QDialog * { return new HostKeyDialog(words, over); }, [](QDialog *) { return true; }, std::move(stop)).value_or(false);
                },
            .secret = [desk = m_desk, shared = std::make_shared<SharedAnswers>()](const remote::SecretQuestion &question, std::stop_token stop) -> std::optional<Secret> {
                struct Given {
                    SharedAnswers::Answer answer{};
                    bool forAll = false;
                };
                auto answer = shared->untried(question);
                if (!answer) {
                    HostSecretWords words = wordsOf(question);
                    if (isShareable(question)) {
                        words.user = shown(userOf(question));
                        words.forAll = shared->wasAsked(question);
                    }
                    auto given = desk->ask<Given>([words](QWidget *over) -> QDialog * { return new HostSecretDialog(words, over); },
                                                  [](QDialog *dialog) {
                                                      const auto *asked = static_cast<HostSecretDialog *>(dialog);
                                                      return Given{{Secret(asked->secret().toStdString()), asked->keep()}, asked->forAll()};
                                                  },
                                                  std::move(stop));
                    if (!given)
                        return std::nullopt;
                    shared->given(question, given->answer, given->forAll);
                    answer = std::move(given->answer);
                }
                if (answer->keep)
                    keepHostSecret(question, answer->secret);
                return std::move(answer->secret);
            }};
}

} // namespace timonier
