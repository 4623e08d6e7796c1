#include "form/check.h"

#include "base/say.h"

namespace timonier::form {

std::optional<Error> refusal(const std::vector<Check> &checks, const std::string &one)
{
    constexpr int most = 20;
    int bad = 0;
    std::string words, hint;
    for (const Check &check : checks) {
        if (check.state != CheckState::Bad || ++bad > most)
            continue;
        words += (words.empty() ? ": " : "; ") + (check.subject.empty() ? "" : check.subject + ": ") + check.title + ": " + check.words;
        if (hint.empty())
            hint = check.why;
    }
    if (bad == 0)
        return {};
    return Error{.kind = ErrorKind::Invalid, .message = (bad == 1 ? one : say("Core", "{} things stand against it", bad)) + words, .hint = hint};
}

} // namespace timonier::form
