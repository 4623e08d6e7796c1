#include "kube/exec.h"

#include "base/say.h"
#include "kube/decode.h"
#include "kube/scope.h"
#include "kube/stream_rights.h"

#include <nlohmann/json.hpp>

#include <charconv>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace timonier {

namespace {

using namespace std::chrono_literals;

enum Channel : std::uint8_t { StdIn = 0, StdOut = 1, StdErr = 2, Status = 3, CloseSignal = 255 };

constexpr std::string_view v5 = "v5.channel.k8s.io"; // as v4, and the end of stdin can be told
constexpr std::string_view v4 = "v4.channel.k8s.io";
constexpr std::size_t pieceSize = 32u << 10;
constexpr std::size_t mostQueued = 256u << 10; // of input on its way to the server
constexpr std::size_t mostStatus = 256u << 10;

// The input, read ahead by one piece on a thread of its own: a person who types holds up no output.
class InputPump
{
public:
    InputPump(const ExecStreams &streams, std::function<void()> wake) : m_read(streams.input), m_wake(std::move(wake))
    {
        if (m_read)
            m_thread = std::jthread([this](std::stop_token stop) { run(stop); });
    }

    struct Piece {
        std::string bytes;
        bool end = false;
    };
    // What is there now; nothing yet: an empty piece. Errors: those of the input.
    Result<Piece> take()
    {
        const std::scoped_lock lock(m_mutex);
        if (m_error)
            return std::unexpected(*m_error);
        Piece piece{std::exchange(m_bytes, {}), m_end};
        m_room.notify_one();
        return piece;
    }

private:
    void run(std::stop_token stop)
    {
        std::string buffer(pieceSize, '\0');
        while (!stop.stop_requested()) {
            const Result<std::size_t> n = m_read({buffer.data(), buffer.size()}, stop);
            {
                std::unique_lock lock(m_mutex);
                if (!m_room.wait(lock, stop, [this] { return m_bytes.empty(); }))
                    return;
                if (!n)
                    m_error = n.error();
                else
                    m_bytes.assign(buffer, 0, *n);
                m_end = n && *n == 0;
            }
            m_wake();
            if (!n || *n == 0)
                return;
        }
    }

    const std::function<Result<std::size_t>(std::span<char>, std::stop_token)> m_read;
    const std::function<void()> m_wake;
    std::mutex m_mutex;
    std::condition_variable_any m_room;
    std::string m_bytes;
    bool m_end = false;
    std::optional<Error> m_error;
    std::jthread m_thread; // last: it uses all of the above
};

} // namespace

std::string execPath(const ExecOptions &options, bool input)
{
    std::string path = "/api/v1/namespaces/" + percentEncoded(options.ns) + "/pods/" + percentEncoded(options.pod)
        + "/exec?stdout=true&stderr=true";
    if (input)
        path += "&stdin=true";
    if (!options.container.empty())
        path += "&container=" + percentEncoded(options.container);
    for (const std::string &word : options.command)
        path += "&command=" + percentEncoded(word);
    return path;
}

Result<int> exitCode(std::string_view status)
{
    const auto json = nlohmann::json::parse(status, nullptr, false);
    if (!json.is_object() || !json.contains("status"))
        return fail(ErrorKind::Protocol, say("Core", "the server's answer cannot be understood"));
    if (json["status"] == "Success")
        return 0;
    const nlohmann::json::json_pointer causes("/details/causes");
    if (json["status"] == "Failure" && json.contains(causes) && json[causes].is_array()) {
        for (const auto &cause : json[causes]) {
            if (!cause.is_object() || !cause.contains("reason") || cause["reason"] != "ExitCode" || !cause.contains("message")
                || !cause["message"].is_string())
                continue;
            const auto &text = cause["message"].get_ref<const std::string &>();
            int code = 0;
            if (std::from_chars(text.data(), text.data() + text.size(), code).ec == std::errc())
                return code;
        }
    }
    return std::unexpected(statusError(500, status));
}

Result<int> execute(const StreamAccess &access, const ExecOptions &options, const ExecStreams &streams, std::stop_token stop)
{
    auto opened = WebSocket::open(access, execPath(options, bool(streams.input)), {std::string(v5), std::string(v4)}, stop, options.times);
    if (!opened)
        return std::unexpected(withStreamRights(std::move(opened).error(), "exec", options.ns));
    WebSocket &socket = **opened;
    const bool tellsEnd = socket.protocol() == v5;
    if (streams.input && options.needsEndOfInput && !tellsEnd)
        return fail(ErrorKind::Unsupported, say("Core", "this server cannot tell a command that its input has ended"),
                    say("Core", "It can from Kubernetes 1.30 on; without input the command runs."));

    std::string status;
    std::optional<Error> failed;
    const auto sink = [&](std::uint8_t channel, std::string_view bytes) {
        if (channel == Status) {
            status.append(bytes.substr(0, mostStatus - std::min(mostStatus, status.size())));
            return;
        }
        const auto &to = channel == StdOut ? streams.out : streams.err;
        if ((channel != StdOut && channel != StdErr) || !to || failed)
            return;
        if (auto written = to(bytes); !written)
            failed = std::move(written).error();
    };
    InputPump input(streams, [&] { socket.wake(); });
    bool inputEnded = !streams.input;
    for (;;) {
        if (!inputEnded && socket.queued() < mostQueued) {
            const InputPump::Piece piece = TRY(input.take());
            if (!piece.bytes.empty())
                socket.send(StdIn, piece.bytes);
            if (piece.end) {
                inputEnded = true;
                if (tellsEnd && options.needsEndOfInput)
                    socket.send(CloseSignal, std::string_view("\0", 1));
            }
        }
        const auto turned = socket.turn(true, {}, 1h, sink);
        if (failed)
            return std::unexpected(*failed);
        // Some servers hang up behind the status without a goodbye: all has been said then.
        if (!turned && (status.empty() || turned.error().kind == ErrorKind::Cancelled))
            return std::unexpected(turned.error());
        if (!turned || *turned == WebSocket::State::Closed)
            break;
    }
    if (status.empty())
        return fail(ErrorKind::Unreachable, say("Core", "the connection ended before the command did"),
                    say("Core", "The command may still be running, or its container was stopped."));
    Result<int> code = exitCode(status);
    if (!code) {
        const std::string text = code.error().text(); // runc's words, and crun's
        if (text.find("executable file") != std::string::npos && text.find("not found") != std::string::npos && !options.command.empty())
            return std::unexpected(std::move(code).error().because(say("Core", "the container has no program “{}”", options.command.front()),
                                                                   say("Core", "Check its name; a small image may not even have a shell.")));
    }
    return code;
}

} // namespace timonier
