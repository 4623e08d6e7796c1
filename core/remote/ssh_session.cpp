#include "remote/ssh_session.h"

#include "base/redact.h"
#include "base/say.h"
#include "remote/host_words.h"
#include "remote/sudo_words.h"

#include <algorithm>
#include <utility>

namespace timonier::remote {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// A question of PAM's that has no mark of ours (a second factor) cannot be answered: it is told after so long a silence.
constexpr auto sudoSilence = 15s;
constexpr auto forEnding = 5s; // until a command that is cancelled must have been ended there

void sendAnswer(Exchange &exchange, const Secret &answer)
{
    const Secret line(answer.reveal() + '\n'); // wiped when it goes
    exchange.offer(line.reveal());
}

} // namespace

// One command, from its line to its end; on the thread of run().
class SshSession::Talk
{
public:
    Talk(SshSession &session, const HostCommand &command, const Input &input, std::stop_token stop) : m_session(session), m_command(command), m_input(input), m_stop(std::move(stop)) {}

    Result<ProcessOutput> run()
    {
        const Marks marks = newMarks();
        m_streams = CommandStreams(marks);
        m_exchange = m_session.m_host->run(TRY(commandLine(m_command, marks, m_session.m_locale.load())));
        const std::shared_ptr<Exchange> closed(m_exchange.get(), [](Exchange *exchange) { exchange->abandon(); });
        while (true) {
            const bool wantsRoom = m_streams.started() && !m_inputEnded;
            Exchange::Heard heard = m_exchange->hear(until(), m_stop, wantsRoom);
            take(heard);
            if (heard.ended)
                return end();
            TRY(answerSudo());
            TRY(feed());
            TRY(checkLimits());
        }
    }

private:
    Clock::time_point until() const
    {
        Clock::time_point until = Clock::now() + 1h;
        if (m_began && m_command.timeout.count() > 0)
            until = std::min(until, *m_began + m_command.timeout);
        if (m_began && m_command.stall.count() > 0)
            until = std::min(until, m_moved + m_command.stall);
        if (m_began && m_command.root && !m_streams.started())
            until = std::min(until, m_moved + sudoSilence);
        return until;
    }

    void take(Exchange::Heard &heard)
    {
        const Clock::time_point now = Clock::now();
        if (heard.started && !m_began) // connecting is not the command's time
            m_began = m_moved = now;
        if (!heard.out.empty() || !heard.err.empty())
            m_moved = now;
        keep(ProcessStream::Out, m_streams.out(heard.out));
        keep(ProcessStream::Err, m_streams.err(heard.err));
        if (m_streams.started())
            m_session.m_locale = m_streams.locale() == "C" ? "C" : m_streams.locale() == "C.UTF-8" ? "C.UTF-8" : "";
    }

    void keep(ProcessStream stream, const std::string &piece)
    {
        if (piece.empty())
            return;
        if (m_command.heard)
            m_command.heard(stream, piece);
        if (stream == ProcessStream::Out) {
            const std::size_t kept = std::min(piece.size(), m_command.outLimit - std::min(m_command.outLimit, m_output.out.size()));
            m_output.out.append(piece, 0, kept);
            m_output.outDropped += piece.size() - kept;
        } else {
            m_output.err += piece;
            if (m_output.err.size() > 2 * m_command.errLimit) // not at every byte
                keepLastErrors();
        }
    }

    void keepLastErrors()
    {
        if (m_output.err.size() <= m_command.errLimit)
            return;
        const std::size_t excess = m_output.err.size() - m_command.errLimit;
        m_output.err.erase(0, excess);
        m_output.errDropped += excess;
    }

    Result<> answerSudo()
    {
        if (m_streams.started() || m_streams.prompts() == m_asked)
            return {};
        const SecretQuestion question{.kind = SecretKind::Sudo, .host = m_session.name(), .attempt = m_asked};
        m_asked = m_streams.prompts();
        if (m_given)
            m_session.m_asker->forget(question, *m_given);
        const Clock::time_point before = Clock::now();
        auto answer = m_session.m_asker->secret(question, m_given, m_stop);
        // A person's time is not the command's.
        *m_began += Clock::now() - before;
        m_moved = Clock::now();
        if (!answer) {
            m_exchange->closeInput(); // then sudo gives up
            return {};
        }
        sendAnswer(*m_exchange, *answer);
        m_given = std::move(answer);
        ++m_answered;
        return {};
    }

    Result<> feed()
    {
        while (m_streams.started() && !m_inputEnded) {
            if (m_offered == m_piece.size()) {
                auto next = m_input();
                if (!next) {
                    finishThere();
                    return std::unexpected(std::move(next).error());
                }
                m_piece = std::move(*next);
                m_offered = 0;
                if (m_piece.empty()) {
                    m_inputEnded = true;
                    m_exchange->closeInput();
                    return {};
                }
            }
            const std::size_t taken = m_exchange->offer(std::string_view(m_piece).substr(m_offered));
            if (taken == 0)
                return {};
            m_offered += taken;
            m_moved = Clock::now(); // what it reads is a sign of life too
        }
        return {};
    }

    Result<> checkLimits()
    {
        const std::string &program = m_command.arguments.front();
        if (m_stop.stop_requested()) {
            finishThere();
            return fail(ErrorKind::Cancelled, say("Core", "{} was cancelled", program));
        }
        if (!m_began)
            return {};
        const Clock::time_point now = Clock::now();
        const bool late = m_command.timeout.count() > 0 && now - *m_began >= m_command.timeout;
        const bool stalled = m_command.stall.count() > 0 && now - m_moved >= m_command.stall;
        if (late || stalled) {
            finishThere();
            keepLastErrors();
            const double limit = std::chrono::duration<double>(late ? m_command.timeout : m_command.stall).count();
            const std::string shown = redact(m_output.err);
            return std::unexpected(Error{.kind = ErrorKind::Timeout,
                                         .message = late ? say("Core", "{} on {} did not end within {} s", program, m_session.name(), limit) : say("Core", "{} on {} was silent for {} s", program, m_session.name(), limit),
                                         .hint = say("Core", "Run it by hand in a terminal to see what it waits for"),
                                         .context = {{"host", m_session.name()}, {"program", program}, {"stderr", shown.substr(shown.size() - std::min<std::size_t>(shown.size(), 4096))}}});
        }
        if (m_command.root && !m_streams.started() && now - m_moved >= sudoSilence)
            return std::unexpected(Error{.kind = ErrorKind::Unauthorized, .message = say("Core", "sudo on {} does not go on: {}", m_session.name(), lastHostWords(m_streams.before())),
                                         .hint = say("Core", "It may ask for a second factor, which only a person at a terminal can give. Allow this user sudo without it, or sign in as root"),
                                         .context = {{"host", m_session.name()}}});
        return {};
    }

    Result<ProcessOutput> end()
    {
        m_output.exitCode = TRY(m_exchange->result());
        if (m_streams.started()) {
            keepLastErrors();
            return std::move(m_output);
        }
        const std::string before = m_streams.before();
        if (m_command.root && (m_streams.sudoMissing() || m_streams.prompts() > 0 || before.find("sudo") != before.npos)) {
            if (m_given)
                m_session.m_asker->forget({.kind = SecretKind::Sudo, .host = m_session.name()}, *m_given);
            return std::unexpected(sudoRefusal(before, m_streams.sudoMissing(), m_streams.prompts(), m_answered, m_session.name(), m_session.m_to.user));
        }
        const std::string said = hostWords(m_streams.greeting() + ' ' + before);
        return std::unexpected(Error{.kind = ErrorKind::Forbidden,
                                     .message = said.empty() ? say("Core", "{} starts no shell: it ended with {}", m_session.name(), m_output.exitCode) : say("Core", "{} starts no shell: {}", m_session.name(), said),
                                     .hint = say("Core", "The user needs a login shell (chsh -s /bin/bash {}), and the host a /bin/sh", m_session.m_to.user), .context = {{"host", m_session.name()}}});
    }

    // So that it does not go on there behind our back. What has not begun yet never does: its shell finds its streams closed when it prints the marks.
    void finishThere()
    {
        const std::stop_source never;
        // The mark that has its number may be on its way, behind the other stream's.
        for (const auto last = Clock::now() + forEnding; m_began && !m_streams.started() && m_streams.prompts() == m_answered && Clock::now() < last;) {
            const Exchange::Heard heard = m_exchange->hear(last, never.get_token());
            m_streams.err(heard.err);
            if (heard.ended)
                return;
        }
        if (!m_streams.started() || m_streams.pid() <= 0)
            return;
        const HostCommand ending{.arguments = endGroup(m_streams.pid()), .root = m_command.root, .timeout = forEnding};
        const auto until = Clock::now() + forEnding; // the connection itself may be what is slow
        bool answered = false;
        const Marks marks = newMarks();
        const auto line = commandLine(ending, marks, m_session.m_locale.load());
        if (!line)
            return;
        CommandStreams streams(marks);
        const ExchangePtr exchange = m_session.m_host->run(*line);
        while (Clock::now() < until) {
            const Exchange::Heard heard = exchange->hear(until, never.get_token());
            streams.err(heard.err);
            if (heard.ended)
                break;
            if (!streams.started() && streams.prompts() > 0 && !std::exchange(answered, true)) {
                if (m_given)
                    sendAnswer(*exchange, *m_given);
                exchange->closeInput();
            }
        }
        exchange->abandon();
    }

    SshSession &m_session;
    const HostCommand &m_command;
    const Input &m_input;
    const std::stop_token m_stop;
    ExchangePtr m_exchange{};
    CommandStreams m_streams{Marks{}};
    ProcessOutput m_output{};
    std::optional<Clock::time_point> m_began{};
    Clock::time_point m_moved{};
    unsigned m_asked = 0, m_answered = 0;
    std::optional<Secret> m_given{};
    std::string m_piece{};
    std::size_t m_offered = 0;
    bool m_inputEnded = false;
};

Result<ProcessOutput> SshSession::talk(const HostCommand &command, const Input &input, std::stop_token stop)
{
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
    return Talk(*this, command, input, std::move(stop)).run();
}

Result<ProcessOutput> SshSession::run(const HostCommand &command, std::stop_token stop)
{
    bool given = false;
    return talk(command, [&]() -> Result<std::string> { return std::exchange(given, true) ? std::string() : command.input; }, std::move(stop));
}

} // namespace timonier::remote
