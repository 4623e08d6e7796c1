// Machines as hosts: where they are, whose keys theirs are, whether they let us in.
#include "provision/ec2/ec2_steps.h"

#include "base/lines.h"
#include "base/paths.h"
#include "base/say.h"
#include "remote/known_hosts.h"
#include "remote/words.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>

namespace timonier::ec2 {

using namespace std::chrono_literals;

std::string folderOf(const Spec &spec) { return toUtf8(dataDir() / "ec2" / toPath(spec.region) / toPath(spec.name)); }

std::string partOf(const aws::Instance &instance)
{
    const auto tag = instance.tags.find(amazon::partTag);
    return tag == instance.tags.end() ? std::string() : tag->second;
}

Result<std::vector<aws::Instance>> machinesOf(const Spec &spec, aws::Client &client, std::stop_token stop)
{
    return aws::Ec2(client, std::move(stop)).instances({{amazon::targetTag, spec.target()}});
}

Result<aws::Instance> machineOf(const World &world, const std::string &name, std::stop_token stop)
{
    aws::Ec2 ec2(*world.client, std::move(stop));
    const auto found = TRY(ec2.instances(world.owner().tags(name)));
    if (found.empty())
        return fail(ErrorKind::NotFound, say("Core", "the machine {} is not there", name), say("Core", "Run the plan again: it is made anew."));
    return found.front();
}

namespace {

// Asked at most every twenty seconds, however many commands go to however many hosts.
class Whereabouts
{
public:
    Whereabouts(const Spec &spec, std::shared_ptr<aws::Client> client) : m_spec(spec), m_client(std::move(client)) {}

    Result<aws::Instance> find(const std::string &name, std::stop_token stop)
    {
        const std::lock_guard lock(m_mutex);
        const auto now = std::chrono::steady_clock::now();
        if (const auto known = m_known.find(name); known != m_known.end() && now - m_asked < 20s)
            return known->second;
        m_known.clear();
        for (aws::Instance &one : TRY(machinesOf(m_spec, *m_client, std::move(stop))))
            if (one.state == "running" && !one.publicAddress.empty())
                m_known.emplace(partOf(one), std::move(one));
        m_asked = now;
        const auto found = m_known.find(name);
        if (found == m_known.end())
            return fail(ErrorKind::Unreachable, say("Core", "the machine {} does not run", name), say("Core", "Start the cluster, or run its plan again"));
        return found->second;
    }

private:
    const Spec m_spec;
    const std::shared_ptr<aws::Client> m_client;
    std::mutex m_mutex;
    std::map<std::string, aws::Instance> m_known{};
    std::chrono::steady_clock::time_point m_asked{};
};

bool isKnown(const Spec &spec, const std::string &instance)
{
    std::ifstream in(toPath(knownHostsOf(spec)), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return !remote::knownTypes({{knownHostsOf(spec), text}}, instance, 22, true).empty();
}

// What the machine itself wrote, as AWS tells us over TLS: so nobody on the way can be taken for it (cloud-init: cc_keys_to_console).
Result<> learnKeys(const World &world, const aws::Instance &machine, StepContext &context)
{
    std::vector<std::pair<std::string, std::string>> keys;
    const auto told = [&]() -> Result<bool> {
        keys = hostKeysIn(TRY(aws::Ec2(*world.client, context.stop()).console(machine.id)));
        return !keys.empty();
    };
    const auto heard = aws::waitUntil(told, 6min, 10s, context.stop());
    if (!heard && heard.error().kind == ErrorKind::Timeout) {
        context.print(say("Core", "Its console does not show its host keys: you are asked about its fingerprint") + "\n");
        return {};
    }
    TRY(heard);
    for (const auto &[type, base64] : keys) {
        const remote::HostKey key = remote::hostKeyOf(type, base64);
        TRY(remote::addKnownHost(knownHostsOf(world.spec), machine.id, key));
        context.print(say("Core", "its console shows {} {}", type, key.fingerprint()) + "\n");
    }
    return {};
}

// By its first boot packages may be under way: kubeadm's preflight would meet a lock.
constexpr const char *booted = "command -v cloud-init >/dev/null 2>&1 || exit 0; cloud-init status --wait >/dev/null 2>&1; exit 0";

Result<bool> letsIn(const World &world, const std::string &name, std::stop_token stop)
{
    const auto session = TRY(world.hosts({.host = name}));
    const auto said = session->run({.arguments = {"true"}, .timeout = 30s}, std::move(stop));
    if (!said && (said.error().kind == ErrorKind::Unreachable || said.error().kind == ErrorKind::Timeout))
        return false;
    TRY(said);
    return true;
}

plan::Step reachedStep(const World &world, const Machine &machine)
{
    const std::string name = machine.name;
    return {.id = "reached " + name, .title = say("Core", "{}: its host keys from its console, and the way in", name), .needs = {"running"}, .host = name, .estimate = 60s, .measure = "reached", .retry = {.attempts = 3, .pause = 2s},
            .check = [world, name](StepContext &context) -> Result<bool> {
                const aws::Instance now = TRY(machineOf(world, name, context.stop()));
                return isKnown(world.spec, now.id) && TRY(letsIn(world, name, context.stop()));
            },
            .apply = [world, name](StepContext &context) -> Result<> {
                const aws::Instance now = TRY(machineOf(world, name, context.stop()));
                if (!isKnown(world.spec, now.id))
                    TRY(learnKeys(world, now, context));
                TRY(aws::waitUntil([&] { return letsIn(world, name, context.stop()); }, 10min, 5s, context.stop()));
                const auto session = TRY(world.hosts({.host = name}));
                TRY(session->run({.arguments = {"sh", "-c", booted}, .timeout = 10min}, context.stop()));
                return {};
            }};
}

} // namespace

kubeadm::Access accessThrough(const Spec &spec, std::shared_ptr<aws::Client> client, kubeadm::Access plain)
{
    return [spec, where = std::make_shared<Whereabouts>(spec, std::move(client)), plain = std::move(plain)](const kubeadm::Host &host) -> Result<std::shared_ptr<remote::Session>> {
        const aws::Instance machine = TRY(where->find(host.host, {}));
        return plain({.host = machine.publicAddress, .user = spec.user, .key = keyFileOf(spec), .knownHosts = knownHostsOf(spec), .keyName = machine.id});
    };
}

kubeadm::Outside outsideOf(const Spec &spec, std::shared_ptr<aws::Client> client)
{
    return [name = spec.machines().front().name, where = std::make_shared<Whereabouts>(spec, std::move(client))](std::stop_token stop) -> Result<std::string> {
        return TRY(where->find(name, std::move(stop))).publicAddress;
    };
}

void addReached(plan::Plan &plan, const World &world)
{
    for (const Machine &machine : world.spec.machines())
        plan.steps.push_back(reachedStep(world, machine));
}

std::vector<std::pair<std::string, std::string>> hostKeysIn(std::string_view console)
{
    // The last whole list: a console keeps several boots. The kernel's lines may stand between, and cloud-init's prefix before.
    const std::size_t end = console.rfind("-----END SSH HOST KEY KEYS-----");
    const std::size_t begin = end == console.npos ? end : console.rfind("-----BEGIN SSH HOST KEY KEYS-----", end);
    std::vector<std::pair<std::string, std::string>> keys;
    if (begin == console.npos)
        return keys;
    for (const std::string &line : linesOf(std::string(console.substr(begin, end - begin)))) {
        const auto words = remote::wordsOf(line);
        for (std::size_t i = 0; i + 1 < words.size(); ++i)
            if (words[i].starts_with("ssh-") || words[i].starts_with("ecdsa-sha2-")) {
                // The public half begins with its own type (RFC 4253, 6.6): a line that was broken does not.
                const remote::HostKey key = remote::hostKeyOf(words[i], words[i + 1]);
                if (key.blob.size() > 4 && std::string_view(key.blob).substr(4).starts_with(words[i]))
                    keys.emplace_back(words[i], words[i + 1]);
                break;
            }
    }
    return keys;
}

} // namespace timonier::ec2
