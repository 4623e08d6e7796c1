// What looking at many hosts costs: sessions that are simulated, as far away as another continent, which answer what a real host does.
#include "provision/kubeadm/look.h"
#include "remote/host_facts.h"

#include <QProcess>
#include <QTest>

#include <atomic>
#include <condition_variable>
#include <thread>

using namespace timonier;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

constexpr auto roundTrip = 50ms;
constexpr std::string_view recordedMark = "mark-of-the-recording";

// This computer's own answer to the script of facts, to be given by all.
std::string recorded()
{
    QProcess shell;
    shell.start(QStringLiteral("sh"));
    shell.write(QByteArray::fromStdString(remote::hostFactsScript(recordedMark)));
    shell.closeWriteChannel();
    return shell.waitForFinished(30'000) ? shell.readAllStandardOutput().toStdString() : std::string();
}

std::string replaced(std::string text, std::string_view what, const std::string &with)
{
    for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
    return text;
}

struct Far {
    std::string facts{};
    std::chrono::milliseconds silence{0}; // it never answers, and after so long that is told
    std::chrono::milliseconds sudo{0};    // until sudo begins
};

class FarHost final : public remote::Session
{
public:
    explicit FarHost(Far far) : m_far(std::move(far)) {}
    std::string name() const override { return "ops@far"; }

    Result<ProcessOutput> run(const remote::HostCommand &command, std::stop_token stop) override
    {
        {
            const std::lock_guard lock(m_mutex); // the first that comes connects: TCP, versions, two for the keys, two to sign in
            if (m_far.silence > 0ms && !m_lost) {
                std::this_thread::sleep_for(m_far.silence);
                m_lost = true;
            }
            if (m_lost)
                return fail(ErrorKind::Timeout, "far does not answer at port 22");
            if (!m_connected)
                std::this_thread::sleep_for(6 * roundTrip);
            m_connected = true;
        }
        std::this_thread::sleep_for(2 * roundTrip + (command.root ? roundTrip + m_far.sudo : 0ms)); // a channel, the command; sudo's question
        ++asked;
        ProcessOutput output;
        const auto &words = command.arguments;
        if (words.front() == "sh" && command.input.starts_with("m=")) {
            std::this_thread::sleep_for(250ms); // the tools that it runs there
            output.out = replaced(m_far.facts, recordedMark, command.input.substr(2, command.input.find('\n') - 2));
        } else if (words.front() == "perl" && words[3].find('/') == std::string::npos) {
            std::string said;
            for (auto port = words.begin() + 3; port != words.end(); ++port)
                said += "on " + *port + "\n";
            command.heard(ProcessStream::Out, said + "ready\n");
            std::mutex mutex;
            std::unique_lock lock(mutex);
            std::condition_variable_any().wait_for(lock, stop, 30s, [] { return false; });
            std::this_thread::sleep_for(2 * roundTrip); // ended there, by a channel of its own
            if (stop.stop_requested())
                return fail(ErrorKind::Cancelled, "cancelled");
        } else if (words.front() == "perl") {
            for (auto call = words.begin() + 3; call != words.end(); ++call)
                output.out += "passes " + *call + "\n";
        }
        return output;
    }
    Result<> put(const remote::Upload &, std::stop_token) override { return {}; }
    Result<> send(const std::string &, const remote::Upload &, const std::function<void(std::uint64_t, std::uint64_t)> &, std::stop_token) override { return {}; }
    Result<std::string> read(const std::string &, bool, std::size_t, std::stop_token) override { return std::string(); }

    static inline std::atomic<int> asked = 0;

private:
    const Far m_far;
    std::mutex m_mutex{};
    bool m_connected = false, m_lost = false;
};

struct Outcome {
    kubeadm::Looked looked{};
    double seconds = 0;
};

// `planes` control planes and workers, `of` tells how each of them is.
Outcome lookAt(std::size_t planes, std::size_t count, const std::function<Far(std::size_t)> &of)
{
    kubeadm::Spec spec{.name = "far", .kubernetes = "1.36", .endpoint = planes > 1 ? "api.example.org:6443" : "", .network = {.kind = kubeadm::Network::Kind::Flannel}};
    std::map<std::string, std::shared_ptr<remote::Session>> sessions;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string address = fmt::format("192.0.2.{}", i + 1);
        spec.hosts.push_back({.host = address, .address = address, .controlPlane = i < planes});
        sessions[address] = std::make_shared<FarHost>(of(i));
    }
    const kubeadm::ClusterTool cluster(spec, [&](const kubeadm::Host &host) -> Result<std::shared_ptr<remote::Session>> { return sessions.at(host.host); });
    const auto begin = Clock::now();
    auto looked = kubeadm::look(cluster, {}, std::stop_token());
    return {.looked = looked ? std::move(*looked) : kubeadm::Looked(), .seconds = std::chrono::duration<double>(Clock::now() - begin).count()};
}

std::size_t reached(const kubeadm::Looked &looked)
{
    return static_cast<std::size_t>(std::ranges::count_if(looked.hosts, [](const auto &host) { return host.facts.has_value(); }));
}

} // namespace

class TestKubeadmLook : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_facts = recorded();
        QVERIFY(m_facts.find("end") != std::string::npos);
        // Whoever runs this: on those hosts it is root.
        const std::size_t user = m_facts.find(std::string(recordedMark) + " user");
        QVERIFY(user != std::string::npos);
        m_facts.replace(user, m_facts.find(std::string(recordedMark) + " sudo") - user, std::string(recordedMark) + " user\nops\n1000\n0\n");
    }

    void thirtyHostsAreSeenInTheTimeOfOne()
    {
        const Far sound{.facts = m_facts};
        const Outcome one = lookAt(1, 1, [&](std::size_t) { return sound; });
        QCOMPARE(reached(one.looked), 1u);
        const Outcome three = lookAt(1, 3, [&](std::size_t) { return sound; });
        FarHost::asked = 0;
        const Outcome thirty = lookAt(3, 30, [&](std::size_t) { return sound; });
        QCOMPARE(reached(thirty.looked), 30u);
        // The three planes' 6443 and Flannel's port on everybody from everybody; etcd and kubelets from the planes.
        QCOMPARE(thirty.looked.ports.size(), 3u * 29 + 30u * 29 + 3u * 2 * 2 + 3u * 29);
        QVERIFY(std::ranges::all_of(thirty.looked.ports, &kubeadm::PortLook::passes));
        for (const form::Check &check : kubeadm::preflight({.name = "far", .kubernetes = "1.36"}, thirty.looked))
            QVERIFY2(check.id != "between" || check.state == form::CheckState::Good, check.words.c_str());
        qInfo("hosts %lld ms away: one looked at in %.2f s, three in %.2f s, thirty in %.2f s (%d commands)", static_cast<long long>(roundTrip.count()), one.seconds, three.seconds, thirty.seconds, FarHost::asked.load());
        QVERIFY2(thirty.seconds <= 6, std::to_string(thirty.seconds).c_str());
        QVERIFY2(thirty.seconds <= one.seconds + 3, std::to_string(thirty.seconds).c_str());
    }

    void theSilentAndTheSlowAreWaitedForSideBySide()
    {
        const Outcome ten = lookAt(1, 10, [&](std::size_t i) -> Far {
            return i == 3 || i == 7 ? Far{.silence = 1500ms} : Far{.facts = m_facts, .sudo = i == 5 ? 1500ms : 0ms};
        });
        QCOMPARE(reached(ten.looked), 8u);
        QCOMPARE(ten.looked.hosts[3].error->message, std::string("far does not answer at port 22"));
        QVERIFY(std::ranges::all_of(ten.looked.ports, &kubeadm::PortLook::passes));
        QCOMPARE(std::ranges::count(ten.looked.ports, "192.0.2.1", &kubeadm::PortLook::to), 2 * 7); // 6443, Flannel
        qInfo("ten, of which two are silent for 1.5 s and one has a slow sudo: %.2f s", ten.seconds);
        QVERIFY2(ten.seconds < 4.5, std::to_string(ten.seconds).c_str());
    }

    void oneAloneIsToldThatNobodyElseWasReached()
    {
        const Outcome three = lookAt(1, 3, [&](std::size_t i) -> Far { return i ? Far{.silence = 10ms} : Far{.facts = m_facts}; });
        QVERIFY(three.looked.ports.empty());
        QCOMPARE(three.looked.portsProblem, std::string("no other host was reached"));
    }

private:
    std::string m_facts{};
};

QTEST_GUILESS_MAIN(TestKubeadmLook)
#include "tst_kubeadm_look.moc"
