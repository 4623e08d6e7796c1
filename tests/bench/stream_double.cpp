// A server that replays: real TLS and HTTP/1.1, a gzipped LIST of as many pods as wanted that was rendered once, and watches
// that change random pods at a fixed rate. For what no real API server on the same machine could keep up with.
//
//   stream_double DIR [--pods N] [--rate EVENTS-A-SECOND] [--stamped 1]
//
// Writes DIR/kubeconfig and prints its path when it serves; ends with its stdin. Every event gives its pod a new number of
// restarts, the next resourceVersion and, when stamped, a label that says when it was handed to the socket.
#include "made_pods.h"
#include "tests/unit/kube/test_server.h"

#include <fmt/format.h>
#include <zlib.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>

namespace {

std::string gzippedList(int pods)
{
    z_stream z{};
    deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY); // level 1, as an API server
    std::string out;
    std::vector<unsigned char> space(1u << 20);
    const auto add = [&](std::string text, int flush) {
        void *bytes = text.data();
        z.next_in = static_cast<unsigned char *>(bytes);
        z.avail_in = static_cast<unsigned>(text.size());
        do {
            z.next_out = space.data();
            z.avail_out = static_cast<unsigned>(space.size());
            deflate(&z, flush);
            const void *made = space.data();
            out.append(static_cast<const char *>(made), space.size() - z.avail_out);
        } while (z.avail_out == 0);
    };
    add(madeListHead(), Z_NO_FLUSH);
    for (int i = 0; i < pods; ++i)
        add(madePod(i, firstMoment(i)).append(i + 1 < pods ? "," : ""), Z_NO_FLUSH);
    add("]}\n", Z_FINISH);
    deflateEnd(&z);
    return out;
}

std::int64_t now()
{
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

// The event of one pod, rendered once; what changes has a fixed width and is written over.
class Event
{
public:
    Event(int pod, bool stamped)
    {
        PodMoment moment{.revision = revisionMark, .restarts = restartsMark, .sent = {}};
        if (stamped)
            moment.sent = sentMark;
        m_text = R"({"type":"MODIFIED","object":)" + madePod(pod, moment) + "}\n";
        m_revision = m_text.find(std::to_string(revisionMark));
        m_restarts = m_text.find("\"restartCount\":") + std::strlen("\"restartCount\":");
        m_sent = m_text.find(sentMark);
    }
    const std::string &at(std::uint64_t revision, int restarts, std::int64_t sent)
    {
        m_text.replace(m_revision, 10, fmt::format("{:010}", revision));
        m_text.replace(m_restarts, 4, fmt::format("{:04}", restarts));
        if (m_sent != std::string::npos)
            m_text.replace(m_sent, sentMark.size(), fmt::format("{:019}", sent));
        return m_text;
    }

private:
    static constexpr std::uint64_t revisionMark = 1'234'567'890;
    static constexpr int restartsMark = 4321;
    static constexpr std::string_view sentMark = "9876543210987654321";
    std::string m_text;
    std::size_t m_revision, m_restarts, m_sent;
};

class Replay
{
public:
    Replay(int pods, int rate, bool stamped) : m_pods(pods), m_rate(rate), m_stamped(stamped), m_list(gzippedList(pods)) {}

    void serve(test::Connection &connection, const test::HttpRequest &request)
    {
        const std::string path = request.path.substr(0, request.path.find('?'));
        const bool watch = request.path.find("watch=1") != std::string::npos;
        if (path == "/version")
            connection.reply(200, R"({"major":"1","minor":"36","gitVersion":"v1.36.0-replay"})");
        else if (watch && path == "/api/v1/pods")
            stream(connection);
        else if (watch)
            begin(connection), connection.hold();
        else if (path == "/api/v1/pods")
            connection.reply(200, m_list, "Content-Type: application/json\r\nContent-Encoding: gzip\r\n");
        else if (path.starts_with("/api/v1/namespaces/") && path.find("/pods/") != std::string::npos)
            connection.reply(200, madePod(0, firstMoment(0))); // whichever pod the details pane reads: they are all alike
        else if (path == "/api/v1/namespaces")
            connection.reply(200, R"({"kind":"NamespaceList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]})");
        else
            connection.reply(404, R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","message":"not here","code":404})");
    }

private:
    static void begin(test::Connection &connection)
    {
        connection.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    // What is due goes out once a millisecond. A client that is too slow is seen in the rate it got, not hidden.
    void stream(test::Connection &connection)
    {
        begin(connection);
        if (m_rate == 0)
            return connection.hold();
        std::vector<Event> events;
        for (int i = 0; i < m_pods; ++i)
            events.emplace_back(i, m_stamped);
        std::minstd_rand random(1);
        const auto start = now();
        std::string out;
        for (std::int64_t sent = 0;;) {
            const std::int64_t due = (now() - start) / 1000 * m_rate / 1'000'000;
            for (int inOne = 0; sent < due && inOne < 50; ++sent, ++inOne) {
                Event &event = events[random() % events.size()];
                const std::string &text = event.at(1'000'001'000u + static_cast<std::uint64_t>(sent), 1000 + static_cast<int>(random() % 9000), now());
                out += fmt::format("{:x}\r\n", text.size()) + text + "\r\n";
            }
            if (!out.empty() && !connection.write(out))
                return;
            out.clear();
            if (sent >= due)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }

    const int m_pods;
    const int m_rate;
    const bool m_stamped;
    const std::string m_list;
};

} // namespace

int main(int argc, char **argv)
{
    int pods = 10'000;
    int rate = 0;
    int stamped = 0;
    for (int i = 2; i + 1 < argc; i += 2)
        for (const auto &[name, value] : {std::pair("--pods", &pods), std::pair("--rate", &rate), std::pair("--stamped", &stamped)})
            if (std::strcmp(argv[i], name) == 0)
                *value = std::atoi(argv[i + 1]);
    if (argc < 2) {
        fmt::print(stderr, "stream_double DIR [--pods N] [--rate EVENTS-A-SECOND] [--stamped 1]\n");
        return 2;
    }
    const std::string folder = argv[1];
    const test::Identity authority = test::issue("replay CA", "", nullptr);
    const test::Identity identity = test::issue("replay", "IP:127.0.0.1", &authority);
    Replay replay(pods, rate, stamped != 0);
    const test::Server server({.identity = &identity}, [&](test::Connection &connection, const test::HttpRequest &request) {
        replay.serve(connection, request);
    });
    std::ofstream(folder + "/ca.pem") << authority.pem();
    std::ofstream(folder + "/kubeconfig") << fmt::format(
        "apiVersion: v1\nkind: Config\ncurrent-context: replay\n"
        "clusters:\n- name: replay\n  cluster: {{server: \"https://127.0.0.1:{}\", certificate-authority: ca.pem}}\n"
        "contexts:\n- name: replay\n  context: {{cluster: replay, user: replay}}\n"
        "users:\n- name: replay\n  user: {{token: of-no-worth}}\n",
        server.port());
    fmt::print("{}/kubeconfig\n", folder);
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    // Not by the destructor of the server: a watch in the middle of its stream is waited for by nobody.
    std::_Exit(0);
}
