// Passwords that a person has given for all hosts of a user: tried on each once, until a newer one is given. In memory only. Any thread.
#pragma once

#include "remote/questions.h"

#include <map>
#include <mutex>

namespace timonier {

// "ops" of "ops@198.51.100.11:22".
std::string userOf(const remote::SecretQuestion &question);
// What may be the same on other hosts: a user's password, what sudo asks for.
bool isShareable(const remote::SecretQuestion &question);

class SharedAnswers
{
public:
    struct Answer {
        Secret secret{};
        bool keep = false; // in the system's store of passwords, for each host
    };
    // What was given for all of them and was not tried on this host yet. What sudo wants is mostly the user's own password: where nothing was given for the one, the other is tried.
    std::optional<Answer> untried(const remote::SecretQuestion &question);
    // A person's answer to this question; `forAll`: for the others of that user too.
    void given(const remote::SecretQuestion &question, const Answer &answer, bool forAll);
    // This user's hosts were asked about before: the person types the same again and again.
    bool wasAsked(const remote::SecretQuestion &question);

private:
    struct Shared {
        Answer answer{};
        int generation = 0; // counts up over all of them
    };
    std::mutex m_mutex;
    std::map<std::pair<remote::SecretKind, std::string>, Shared> m_shared{}; // by user
    std::map<std::pair<remote::SecretKind, std::string>, int> m_tried{};     // by host: the generation
    std::map<std::pair<remote::SecretKind, std::string>, Secret> m_last{};   // by host: what it was given
    std::map<std::string, int> m_asked{};                                    // by user
    int m_generation = 0;
};

} // namespace timonier
