#include "remote/asker.h"

#include "base/say.h"

namespace timonier::remote {

bool Asker::begin(std::stop_token stop)
{
    std::unique_lock lock(m_mutex);
    if (!m_free.wait(lock, stop, [&] { return !m_asking; }))
        return false;
    m_asking = true;
    return true;
}

void Asker::end()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_asking = false;
    }
    m_free.notify_all();
}

std::string Asker::key(const SecretQuestion &question)
{
    // A passphrase belongs to its file, whichever host it is for.
    if (question.kind == SecretKind::Passphrase)
        return "passphrase " + question.about;
    return (question.kind == SecretKind::Sudo ? "sudo " : "password ") + question.host;
}

std::optional<Secret> Asker::remembered(const SecretQuestion &question, const std::optional<Secret> &wrong)
{
    if (question.kind == SecretKind::Answer) // a code is good once
        return std::nullopt;
    const std::scoped_lock lock(m_mutex);
    const auto it = m_answers.find(key(question));
    return it == m_answers.end() || (wrong && it->second == *wrong) ? std::nullopt : std::optional(it->second);
}

std::optional<Secret> Asker::secret(const SecretQuestion &question, const std::optional<Secret> &wrong, std::stop_token stop)
{
    if (auto known = remembered(question, wrong))
        return known;
    if (!m_questions.secret || !begin(stop))
        return std::nullopt;
    auto answer = remembered(question, wrong);
    if (!answer && !stop.stop_requested()) {
        answer = m_questions.secret(question, stop);
        if (answer && wrong && *answer == *wrong) // once more would only count as one more failure there
            answer.reset();
        if (answer && question.kind != SecretKind::Answer) {
            const std::scoped_lock lock(m_mutex);
            m_answers.insert_or_assign(key(question), *answer);
        }
    }
    end();
    return answer;
}

void Asker::forget(const SecretQuestion &question, const Secret &wrong)
{
    const std::scoped_lock lock(m_mutex);
    if (const auto it = m_answers.find(key(question)); it != m_answers.end() && it->second == wrong)
        m_answers.erase(it);
}

Result<bool> Asker::accepts(const UnknownHostKey &unknown, const std::function<Result<bool>()> &look, const std::function<Result<>()> &accepted, std::stop_token stop)
{
    if (!m_questions.acceptHostKey)
        return false;
    if (!begin(stop))
        return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
    Result<bool> known = look();
    if (known && !*known) {
        known = m_questions.acceptHostKey(unknown, stop);
        if (*known)
            if (auto written = accepted(); !written)
                known = std::unexpected(std::move(written).error());
    }
    end();
    return known;
}

} // namespace timonier::remote
