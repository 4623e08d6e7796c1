#include "remote/sign_in.h"

#include "base/say.h"
#include "remote/connection.h"
#include "remote/host_words.h"
#include "remote/key_file.h"

#include <libssh/libssh.h>

namespace timonier::remote {

namespace {

constexpr unsigned mostAttempts = 3;

class SignIn
{
public:
    SignIn(ssh_session session, const Destination &to, Asker &asker, std::stop_token stop) : m_session(session), m_to(to), m_asker(asker), m_stop(std::move(stop)) {}
    Result<> run();

private:
    // One of libssh's calls, until it is answered. A host that says nothing for as long as connecting may take is given up.
    template <class Call>
    Result<int> ask(Call call);
    Result<int> method(int offered); // SSH_AUTH_SUCCESS, PARTIAL or DENIED
    Result<int> files();
    Result<int> file(const std::string &path);
    Result<int> agent();
    Result<int> password();
    Result<int> interactive();
    Result<int> answerQuestions(unsigned attempt, const std::optional<Secret> &wrong, std::optional<Secret> &given);
    std::unexpected<Error> failure() const;

    const ssh_session m_session;
    const Destination &m_to;
    Asker &m_asker;
    const std::stop_token m_stop;
    std::vector<std::string> m_tried{};
    std::vector<Error> m_problems{};     // of key files
    unsigned m_done = 0;                 // methods that need not be tried again
};

template <class Call>
Result<int> SignIn::ask(Call call)
{
    const auto until = std::chrono::steady_clock::now() + m_to.connectTimeout;
    while (true) {
        const int answer = call();
        if (answer != SSH_AUTH_AGAIN) {
            if (answer != SSH_AUTH_ERROR)
                return answer;
            const std::string words = hostWords(ssh_get_error(m_session));
            if (words.find("Too many authentication failures") != words.npos)
                return failure();
            // A method that libssh could not even begin (an algorithm that the host does not know) is one that was refused.
            if (ssh_is_connected(m_session))
                return SSH_AUTH_DENIED;
            return std::unexpected(Error{.kind = ErrorKind::Unreachable, .message = say("Core", "{} ended the connection while signing in", m_to.name()),
                                         .hint = say("Core", "It gives up when an answer takes too long (LoginGraceTime), or when too many were wrong"), .context = {{"host", m_to.name()}, {"connection", "lost"}, {"libssh", words}}});
        }
        if (m_stop.stop_requested())
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        if (std::chrono::steady_clock::now() >= until)
            return std::unexpected(Error{.kind = ErrorKind::Timeout, .message = say("Core", "{} does not answer while signing in", m_to.name()),
                                         .hint = say("Core", "Its sign-in may wait for a directory or a name server that does not answer"), .context = {{"host", m_to.name()}}});
        waitForSession(m_session);
    }
}

Result<> SignIn::run()
{
    int state = TRY(ask([&] { return ssh_userauth_none(m_session, nullptr); }));
    while (state != SSH_AUTH_SUCCESS) {
        const int offered = ssh_userauth_list(m_session, nullptr);
        const unsigned before = m_done;
        state = TRY(method(offered));
        if (state == SSH_AUTH_DENIED && m_done == before)
            return failure();
    }
    return {};
}

Result<int> SignIn::method(int offered)
{
    struct Method {
        unsigned flag;
        bool wanted;
        Result<int> (SignIn::*run)();
    };
    const Method methods[] = {
        {SSH_AUTH_METHOD_PUBLICKEY, m_to.publicKey, &SignIn::files},
        {SSH_AUTH_METHOD_PUBLICKEY << 16, m_to.publicKey && m_to.agent, &SignIn::agent},
        {SSH_AUTH_METHOD_PASSWORD, m_to.password, &SignIn::password},
        {SSH_AUTH_METHOD_INTERACTIVE, m_to.interactive, &SignIn::interactive},
    };
    for (const Method &method : methods) {
        const bool isOffered = (static_cast<unsigned>(offered) & method.flag) || (method.flag > 0xffff && offered & SSH_AUTH_METHOD_PUBLICKEY);
        // The host's own questions are mostly the password again: not asked twice when it was wrong.
        const bool again = method.flag == SSH_AUTH_METHOD_INTERACTIVE && m_done & SSH_AUTH_METHOD_PASSWORD && static_cast<unsigned>(offered) & SSH_AUTH_METHOD_PASSWORD;
        if (!isOffered || !method.wanted || again || m_done & method.flag)
            continue;
        m_done |= method.flag;
        const int state = TRY((this->*method.run)());
        if (state == SSH_AUTH_SUCCESS || state == SSH_AUTH_PARTIAL)
            return state; // partial: what is offered now is what is still wanted
    }
    return SSH_AUTH_DENIED;
}

Result<int> SignIn::files()
{
    for (const std::string &path : m_to.keyFiles) {
        const int state = TRY(file(path));
        if (state != SSH_AUTH_DENIED)
            return state;
    }
    return SSH_AUTH_DENIED;
}

Result<int> SignIn::file(const std::string &path)
{
    auto key = KeyFile::read(path);
    if (!key) {
        if (m_to.keysAreNamed || key.error().kind != ErrorKind::NotFound)
            m_problems.push_back(std::move(key).error());
        return SSH_AUTH_DENIED;
    }
    m_tried.push_back(say("Core", "the key {}", path));
    // Whether the host would take it is asked first: no passphrase is asked for in vain.
    if (const SshKey half = key->publicKey()) {
        const int state = TRY(ask([&] { return ssh_userauth_try_publickey(m_session, nullptr, half.get()); }));
        if (state != SSH_AUTH_SUCCESS)
            return state;
    }
    SecretQuestion question{.kind = SecretKind::Passphrase, .host = m_to.name(), .about = path};
    std::optional<Secret> passphrase, wrong;
    while (true) {
        if (key->encrypted) {
            passphrase = m_asker.secret(question, wrong, m_stop);
            if (m_stop.stop_requested())
                return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
            if (!passphrase) {
                m_problems.push_back(key->privateKey(wrong.value_or(Secret())).error());
                return SSH_AUTH_DENIED;
            }
        }
        auto whole = key->privateKey(passphrase.value_or(Secret()));
        if (whole)
            return ask([&] { return ssh_userauth_publickey(m_session, nullptr, whole->get()); });
        if (passphrase)
            m_asker.forget(question, *passphrase);
        wrong = std::move(passphrase);
        if (whole.error().kind != ErrorKind::Unauthorized || ++question.attempt >= mostAttempts) {
            m_problems.push_back(std::move(whole).error());
            return SSH_AUTH_DENIED;
        }
    }
}

Result<int> SignIn::agent()
{
    const int state = TRY(ask([&] { return ssh_userauth_agent(m_session, nullptr); }));
    m_tried.push_back(say("Core", "the agent's keys"));
    return state;
}

Result<int> SignIn::password()
{
    SecretQuestion question{.kind = SecretKind::Password, .host = m_to.name()};
    for (std::optional<Secret> wrong; question.attempt < mostAttempts; ++question.attempt) {
        const auto answer = m_asker.secret(question, wrong, m_stop);
        if (m_stop.stop_requested())
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        if (!answer)
            break;
        if (question.attempt == 0)
            m_tried.push_back(say("Core", "the password"));
        const int state = TRY(ask([&] { return ssh_userauth_password(m_session, nullptr, answer->reveal().c_str()); }));
        if (state == SSH_AUTH_SUCCESS || state == SSH_AUTH_PARTIAL)
            return state;
        m_asker.forget(question, *answer);
        wrong = answer;
    }
    return SSH_AUTH_DENIED;
}

Result<int> SignIn::interactive()
{
    std::optional<Secret> wrong;
    for (unsigned attempt = 0; attempt < mostAttempts; ++attempt) {
        std::optional<Secret> given;
        int state = TRY(ask([&] { return ssh_userauth_kbdint(m_session, nullptr, nullptr); }));
        bool asked = false;
        while (state == SSH_AUTH_INFO) {
            asked = asked || ssh_userauth_kbdint_getnprompts(m_session) > 0;
            state = TRY(answerQuestions(attempt, wrong, given));
        }
        if (given && attempt == 0)
            m_tried.push_back(say("Core", "the password (keyboard-interactive)"));
        else if (asked && attempt == 0)
            m_tried.push_back(say("Core", "answers to its questions (keyboard-interactive)"));
        if (state == SSH_AUTH_SUCCESS || state == SSH_AUTH_PARTIAL || !given)
            return state;
        m_asker.forget({.kind = SecretKind::Password, .host = m_to.name()}, *given);
        wrong = std::move(given);
    }
    return SSH_AUTH_DENIED;
}

Result<int> SignIn::answerQuestions(unsigned attempt, const std::optional<Secret> &wrong, std::optional<Secret> &given)
{
    const int count = ssh_userauth_kbdint_getnprompts(m_session);
    for (int i = 0; i < count; ++i) {
        char echo = 0;
        const char *prompt = ssh_userauth_kbdint_getprompt(m_session, static_cast<unsigned>(i), &echo);
        const std::string words = hostWords(prompt ? prompt : "");
        const std::string small = lowered(words);
        // PAM asks in the language of the host. The first hidden question of the first round is the password, whatever it is called, unless it names something else.
        const bool code = small.find("code") != small.npos || small.find("otp") != small.npos || small.find("token") != small.npos || small.find("factor") != small.npos;
        const bool isPassword = !echo && !code && !given;
        auto answer = m_asker.secret({.kind = isPassword ? SecretKind::Password : SecretKind::Answer, .host = m_to.name(), .about = isPassword ? std::string() : words, .attempt = attempt}, isPassword ? wrong : std::nullopt, m_stop);
        if (m_stop.stop_requested())
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        if (!answer)
            return SSH_AUTH_DENIED;
        if (isPassword)
            given = answer;
        if (ssh_userauth_kbdint_setanswer(m_session, static_cast<unsigned>(i), answer->reveal().c_str()) < 0)
            return SSH_AUTH_DENIED;
    }
    return ask([&] { return ssh_userauth_kbdint(m_session, nullptr, nullptr); });
}

std::unexpected<Error> SignIn::failure() const
{
    const int offered = ssh_userauth_list(m_session, nullptr);
    std::string methods;
    for (const auto &[flag, name] : {std::pair(SSH_AUTH_METHOD_PUBLICKEY, "publickey"), std::pair(SSH_AUTH_METHOD_PASSWORD, "password"), std::pair(SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive"),
                                     std::pair(SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi-with-mic"), std::pair(SSH_AUTH_METHOD_HOSTBASED, "hostbased")})
        if (offered & flag)
            methods += (methods.empty() ? "" : ", ") + std::string(name);
    std::string tried;
    for (const std::string &one : m_tried)
        tried += (tried.empty() ? "" : ", ") + one;

    Error error{.kind = ErrorKind::Unauthorized, .message = {}};
    const bool tooMany = std::string_view(ssh_get_error(m_session)).find("Too many authentication failures") != std::string_view::npos;
    error.message = tried.empty() ? say("Core", "{} lets nobody in without a key or a password, and there was none to try", m_to.name()) : say("Core", "{} does not accept {}", m_to.name(), tried);
    if (tooMany)
        error.hint = say("Core", "It gave up before everything was tried: the agent holds more keys than it lets try (MaxAuthTries). Name the key file, and leave the agent out");
    else if (!m_problems.empty())
        error.hint = m_problems.front().message + ". " + m_problems.front().hint;
    else if ((offered & (SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_INTERACTIVE)) == 0)
        error.hint = say("Core", "It takes keys only: put your public key into ~/.ssh/authorized_keys of {} there, or name the key that is in it", m_to.user);
    else
        error.hint = say("Core", "Is {} the right user there? It takes: {}", m_to.user, methods);
    error.context = {{"host", m_to.name()}, {"tried", tried}, {"offered", methods}};
    if (!m_problems.empty() && m_tried.empty()) { // the key that was named is what is wrong
        Error problem = m_problems.front();
        problem.context.insert(problem.context.end(), error.context.begin(), error.context.end());
        if (problem.kind != ErrorKind::Unauthorized)
            problem.cause = std::make_shared<const Error>(std::move(error));
        return std::unexpected(std::move(problem));
    }
    return std::unexpected(std::move(error));
}

} // namespace

Result<> signIn(ssh_session_struct *session, const Destination &to, Asker &asker, std::stop_token stop)
{
    return SignIn(session, to, asker, std::move(stop)).run();
}

} // namespace timonier::remote
