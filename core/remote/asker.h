// Puts the questions of all connections to a person, one after the other, and remembers in memory what was said. Any thread.
#pragma once

#include "base/result.h"
#include "remote/questions.h"

#include <condition_variable>
#include <map>
#include <mutex>

namespace timonier::remote {

class Asker
{
public:
    explicit Asker(Questions questions) : m_questions(std::move(questions)) {}

    // What was said before, if it is not `wrong`; else what a person says now. Nothing: there is no answer but that one, or `stop`. Whatever is said is kept at once, so that others who
    // need the same do not ask for it; whoever finds it wrong forgets it.
    std::optional<Secret> secret(const SecretQuestion &question, const std::optional<Secret> &wrong, std::stop_token stop);
    void forget(const SecretQuestion &question, const Secret &wrong);

    // `look` is asked anew when it is our turn (another connection may have got the answer meanwhile): true ends it. Then the person decides.
    // Errors: those of `look`; Cancelled.
    Result<bool> accepts(const UnknownHostKey &key, const std::function<Result<bool>()> &look, const std::function<Result<>()> &accepted, std::stop_token stop);

private:
    // A turn is not a lock: whoever waits for it can be told to stop.
    bool begin(std::stop_token stop);
    void end();
    std::optional<Secret> remembered(const SecretQuestion &question, const std::optional<Secret> &wrong);
    static std::string key(const SecretQuestion &question);

    const Questions m_questions;
    std::mutex m_mutex;
    std::condition_variable_any m_free;
    bool m_asking = false;
    std::map<std::string, Secret> m_answers;
};

} // namespace timonier::remote
