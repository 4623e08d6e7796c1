#include "catalog/question.h"

#include "base/paths.h"
#include "base/pause.h"
#include "base/say.h"
#include "kube/curl_transport.h"
#include "kube/network.h"
#include "kube/port_forward.h"

#include <fstream>

namespace timonier::catalog {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t mostQuestion = 64u << 20; // it is held in memory
constexpr std::size_t mostAnswer = 16u << 20;
constexpr auto longestThought = 120s;             // a first answer may load the model
constexpr std::size_t shownBytes = 300;

// The beginning of an answer, on one line; a picture is not shown.
std::string beginning(const Response &response)
{
    std::string shown = response.body.substr(0, shownBytes);
    if (shown.find('\0') != std::string::npos || response.head.contentType.starts_with("image/"))
        return say("Core", "{} bytes of {}", response.body.size(), response.head.contentType);
    while (!shown.empty() && shown.size() < response.body.size() && (static_cast<unsigned char>(response.body[shown.size()]) & 0xC0) == 0x80)
        shown.pop_back(); // no half letter
    for (char &c : shown)
        c = static_cast<unsigned char>(c) < 32 ? ' ' : c;
    while (shown.ends_with(' '))
        shown.pop_back();
    return shown.size() < response.body.size() && response.body.size() > shownBytes ? shown + " …" : shown;
}

Result<std::string> questionIn(const std::filesystem::path &file)
{
    std::error_code problem;
    const auto size = std::filesystem::file_size(file, problem);
    if (!problem && size > mostQuestion)
        return fail(ErrorKind::TooLarge, say("Core", "the question {} is larger than {} MB", toUtf8(file), mostQuestion >> 20));
    std::ifstream in(file, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (problem || !in)
        return fail(ErrorKind::Io, say("Core", "the file {} cannot be read", toUtf8(file)), say("Core", "Check the name, and whether you may read it."));
    return bytes;
}

// A port-forward that is asked over HTTP.
class Conversation
{
public:
    static Result<std::unique_ptr<Conversation>> begin(const std::shared_ptr<Transport> &transport, const StreamAccess &streams, const PortTarget &target, std::chrono::milliseconds patience, std::stop_token stop)
    {
        auto made = std::make_unique<Conversation>();
        made->m_target = target;
        made->m_forward = TRY(forwardPort(transport, streams, target, {.patience = patience}, [] {}, std::move(stop)));
        // Its signs of life are for API servers: a model that thinks for a minute is not dead.
        made->m_http = std::make_unique<CurlTransport>(made->m_network, Endpoint{.server = fmt::format("http://127.0.0.1:{}", made->m_forward->port())}, nullptr, CurlTransport::defaultUserAgent(),
                                                       TransportTimes{.silence = 2 * longestThought, .unanswered = 2 * longestThought});
        return made;
    }

    // An answer of any status. What fails is told with what the port-forward knows of it.
    Result<Response> request(Request wanted, std::stop_token stop)
    {
        wanted.accept = "*/*";
        wanted.stall = longestThought;
        const std::string path = wanted.path;
        auto answer = fetch(*m_http, std::move(wanted), std::move(stop), {.limit = mostAnswer, .attempts = 1, .anyStatus = true});
        if (answer || answer.error().kind == ErrorKind::Cancelled || answer.error().kind == ErrorKind::TooLarge)
            return answer;
        for (int i = 0; i < 20 && !m_forward->status().problem; ++i) // it may know a moment later
            std::this_thread::sleep_for(10ms);
        if (const auto problem = m_forward->status().problem; problem)
            return std::unexpected(Error{.kind = problem->kind == ErrorKind::Forbidden ? ErrorKind::Forbidden : ErrorKind::Unreachable, .message = say("Core", "{} is not answered: {}", place(path), problem->text()), .hint = problem->hint});
        if (answer.error().kind == ErrorKind::Timeout)
            return std::unexpected(Error{.kind = ErrorKind::Timeout, .message = say("Core", "{} gave no answer within {} s", place(path), longestThought.count()),
                                         .hint = say("Core", "Look at the logs of its pods: does it load the model, or wait for something?")});
        return std::unexpected(Error{.kind = ErrorKind::Unreachable, .message = say("Core", "{} broke the connection off before it answered", place(path)),
                                     .hint = say("Core", "Look at the logs of its pods: a program that dies of a question often runs out of memory. Does it speak HTTP?")});
    }

    // The last failure was the pod's own word, not a connection that broke off somewhere on the way.
    bool wasToldWhy() const { return m_forward->status().state == ForwardState::PortClosed; }
    std::string place(const std::string &path) const { return m_target.name + ":" + m_target.port + path; }

private:
    PortTarget m_target{};
    std::unique_ptr<PortForward> m_forward{};
    Network m_network{};
    std::unique_ptr<CurlTransport> m_http{}; // ends before its network
};

bool isWell(const Asked &asked, int status) { return asked.health.empty() || (status >= 200 && status < 400); } // as the kubelet's probes have it

Result<> askHealth(Conversation &talk, const Asked &asked, const std::function<void(const std::string &)> &tell, std::chrono::milliseconds patience, std::stop_token stop)
{
    const std::string path = asked.health.empty() ? "/" : asked.health;
    const auto end = Clock::now() + patience;
    std::optional<Error> telling; // of a port that nobody listens on some tries end in no more than a cut connection: a race between two streams
    for (auto delay = 300ms;; delay = std::min(2'000ms, delay * 2)) {
        const auto begun = Clock::now();
        const auto answer = talk.request({.path = path}, stop);
        if (answer && isWell(asked, answer->head.status)) {
            tell(say("Core", "{} answers with status {} after {} ms", talk.place(path), answer->head.status, std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun).count()));
            return {};
        }
        const bool passes = answer ? answer->head.status >= 500 || answer->head.status == 429 : answer.error().kind == ErrorKind::Unreachable;
        if (answer)
            telling.reset();
        else if (talk.wasToldWhy())
            telling = answer.error();
        if (!passes || Clock::now() + delay > end) {
            if (!answer)
                return std::unexpected(passes && telling ? *telling : answer.error());
            return fail(ErrorKind::Server, say("Core", "{} answers with status {}: {}", talk.place(path), answer->head.status, beginning(*answer)),
                        say("Core", "Is it the path that tells whether it is well? Otherwise look at the logs of its pods."));
        }
        if (!pause(delay, stop))
            return fail(ErrorKind::Cancelled, say("Core", "it was cancelled; what was sent stays, and is known"));
    }
}

} // namespace

std::string mediaType(const std::filesystem::path &file)
{
    std::string end = toUtf8(file.extension());
    std::ranges::transform(end, end.begin(), [](unsigned char c) { return static_cast<char>(c < 128 ? std::tolower(c) : c); });
    static const std::map<std::string, std::string, std::less<>> known = {{".json", "application/json"}, {".jpg", "image/jpeg"}, {".jpeg", "image/jpeg"}, {".png", "image/png"}, {".webp", "image/webp"}, {".bmp", "image/bmp"}, {".gif", "image/gif"}, {".txt", "text/plain"}, {".csv", "text/csv"}, {".xml", "application/xml"}, {".wav", "audio/wav"}, {".mp4", "video/mp4"}};
    const auto found = known.find(end);
    return found == known.end() ? "application/octet-stream" : found->second;
}

Result<std::vector<Asked>> questionsOf(const Entry &entry, const Filling &filling)
{
    std::vector<Asked> all;
    for (const Question &question : entry.questions) {
        if (!question.onlyIf.empty() && !holds(question.onlyIf, entry.parameters, filling.values))
            continue;
        const auto put = [&](const std::string &words) { return renderText(entry, filling, words); };
        Asked one{.target = {.ns = filling.ns, .kind = "services", .name = TRY(put(question.service)), .port = TRY(put(question.port))}, .health = TRY(put(question.health)), .path = TRY(put(question.path)), .type = TRY(put(question.type)), .answer = TRY(put(question.answer))};
        const auto body = std::ranges::find(entry.parameters, question.body, &form::Parameter::id);
        if (body != entry.parameters.end() && isAsked(*body, entry.parameters, filling.values))
            one.body = toPath(valueOf(*body, filling.values));
        if (one.type.empty())
            one.type = mediaType(one.body);
        all.push_back(std::move(one));
    }
    return all;
}

Result<> judge(const Asked &asked, const Response &response)
{
    const int status = response.head.status;
    if (status < 200 || status >= 300)
        return fail(ErrorKind::Server, say("Core", "the question at {} is answered with status {}: {}", asked.path, status, beginning(response)),
                    status == 404 || status == 405 ? say("Core", "Is that the path where it takes questions? The catalogue's parameters say which one it is.")
                    : status == 415 || status == 422 || status == 400 ? say("Core", "It does not understand the question: look at its form and media type ({}).", asked.type)
                                                     : say("Core", "Look at the logs of its pods: what did the model meet?"));
    if (!asked.answer.empty() && response.body.find(asked.answer) == std::string::npos)
        return fail(ErrorKind::Invalid, say("Core", "“{}” does not stand in the answer: {}", asked.answer, beginning(response)), say("Core", "Is it the right model, and the right question?"));
    return {};
}

Result<> ask(const std::shared_ptr<Transport> &transport, const StreamAccess &streams, const Asked &asked, const std::function<void(const std::string &)> &tell, std::chrono::milliseconds patience, std::stop_token stop)
{
    std::string question;
    if (!asked.body.empty())
        question = TRY(questionIn(asked.body));
    const auto talk = TRY(Conversation::begin(transport, streams, asked.target, patience, stop));
    if (!asked.health.empty() || asked.body.empty())
        TRY(askHealth(*talk, asked, tell, patience, stop));
    if (asked.body.empty())
        return {};
    const auto begun = Clock::now();
    const Response answer = TRY(talk->request({.method = "POST", .path = asked.path, .contentType = asked.type, .body = std::move(question)}, stop));
    tell(say("Core", "Asked {} at {}, answered with status {} after {} ms: {}", toUtf8(asked.body.filename()), talk->place(asked.path), answer.head.status,
             std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun).count(), beginning(answer)));
    return judge(asked, answer);
}

} // namespace timonier::catalog
