#include "ctl/host_questions.h"

#include "base/say.h"
#include "ctl/password.h"

#include <QCoreApplication>

#include <fmt/format.h>

#include <cstdio>

#ifdef _WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

namespace timonier::ctl {

namespace {

bool accept(const remote::UnknownHostKey &key, const QStringList &known)
{
    if (known.contains(QString::fromStdString(key.fingerprint)))
        return true;
    fmt::print(stderr, "{}\n", say("Ctl", "The host {} is not known yet. Its key ({}) is {}", key.host, key.type, key.fingerprint));
    if (!isTerminal()) {
        fmt::print(stderr, "{}\n", say("Ctl", "Compare it with what the host itself says, and trust it with --host-key {}", key.fingerprint));
        return false;
    }
    fmt::print(stderr, "{} ", say("Ctl", "Trust it, and write it into {}? (yes/no)", key.file));
    return saysYes();
}

std::string prompt(const remote::SecretQuestion &question)
{
    using enum remote::SecretKind;
    const std::string again = question.attempt ? say("Ctl", "That was not it. ") : std::string();
    switch (question.kind) {
    case Password: return again + say("Ctl", "Password of {}: ", question.host);
    case Passphrase: return again + say("Ctl", "Passphrase of the key {}: ", question.about);
    case Sudo: return again + say("Ctl", "Password for sudo on {}: ", question.host);
    case Answer: break;
    }
    return say("Ctl", "{} asks: {} ", question.host, question.about);
}

} // namespace

bool isTerminal()
{
#ifdef _WIN32
    return _isatty(_fileno(stdin)) != 0;
#else
    return isatty(STDIN_FILENO) != 0;
#endif
}

bool saysYes()
{
    std::string answer;
    for (int c = std::getchar(); c != EOF && c != '\n'; c = std::getchar())
        answer += static_cast<char>(c);
    return answer == "yes" || answer == say("Ctl", "yes");
}

void declareHostKeys(QCommandLineParser &parser)
{
    parser.addOption({QStringLiteral("host-key"), QCoreApplication::translate("Ctl", "The fingerprint of a host's key, to be trusted without asking; several times for several."), QStringLiteral("SHA256:…")});
}

remote::Questions hostQuestions(const Invocation &invocation)
{
    return {.acceptHostKey = [known = invocation.options.values(QStringLiteral("host-key"))](const remote::UnknownHostKey &key, std::stop_token) { return accept(key, known); },
            .secret = [](const remote::SecretQuestion &question, std::stop_token) -> std::optional<Secret> {
                auto given = askPassword(prompt(question));
                return given ? std::optional(std::move(*given)) : std::nullopt;
            }};
}

} // namespace timonier::ctl
