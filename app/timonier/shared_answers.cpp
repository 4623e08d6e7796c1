#include "shared_answers.h"

namespace timonier {

using remote::SecretKind;

std::string userOf(const remote::SecretQuestion &question)
{
    const std::size_t at = question.host.rfind('@');
    return at == std::string::npos ? std::string() : question.host.substr(0, at);
}

bool isShareable(const remote::SecretQuestion &question) { return (question.kind == SecretKind::Password || question.kind == SecretKind::Sudo) && !userOf(question).empty(); }

std::optional<SharedAnswers::Answer> SharedAnswers::untried(const remote::SecretQuestion &question)
{
    if (!isShareable(question))
        return std::nullopt;
    const std::scoped_lock lock(m_mutex);
    const std::string user = userOf(question);
    auto shared = m_shared.find({question.kind, user});
    if (shared == m_shared.end())
        shared = m_shared.find({question.kind == SecretKind::Sudo ? SecretKind::Password : SecretKind::Sudo, user});
    if (shared == m_shared.end())
        return std::nullopt;
    int &tried = m_tried[{question.kind, question.host}];
    const auto last = m_last.find({question.kind, question.host});
    const bool isTheSame = question.attempt > 0 && last != m_last.end() && last->second == shared->second.answer.secret; // once more would only count against us there
    if (tried >= shared->second.generation || isTheSame)
        return std::nullopt;
    tried = shared->second.generation;
    m_last.insert_or_assign({question.kind, question.host}, shared->second.answer.secret);
    return shared->second.answer;
}

void SharedAnswers::given(const remote::SecretQuestion &question, const Answer &answer, bool forAll)
{
    const std::scoped_lock lock(m_mutex);
    ++m_asked[userOf(question)];
    m_last.insert_or_assign({question.kind, question.host}, answer.secret);
    if (!forAll)
        return;
    m_shared.insert_or_assign({question.kind, userOf(question)}, Shared{answer, ++m_generation});
    m_tried[{question.kind, question.host}] = m_generation;
}

bool SharedAnswers::wasAsked(const remote::SecretQuestion &question)
{
    const std::scoped_lock lock(m_mutex);
    return m_asked[userOf(question)] > 0;
}

} // namespace timonier
