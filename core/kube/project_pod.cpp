// Pods: printPod of printers.go, statement by statement. The status column is where users find out what is wrong, and the
// order of its rules is what makes it true.
#include "kube/project.h"

#include "kube/quantity.h"
#include "kube/timestamp.h"

#include <algorithm>

#include <fmt/format.h>

namespace timonier {

namespace {

struct Condition {
    std::string_view type, status, reason;
};

// A quantity and how it was written; empty text: a sum, or nothing.
struct Amount {
    std::int64_t milli = 0;
    std::string_view text;
    bool binary = false;
    bool present = false;

    void read(Json &json)
    {
        // "500m" is a string, but 2 may come as a number.
        text = json.ahead() == '"' ? json.text() : json.raw();
        milli = std::max<std::int64_t>(milliQuantity(text), 0);
        binary = binaryQuantity(text);
        present = true;
    }
    void add(const Amount &more)
    {
        if (!more.present)
            return;
        text = milli == 0 ? more.text : more.milli == 0 ? text : std::string_view{};
        binary = milli == 0 ? more.binary : binary;
        if (__builtin_add_overflow(milli, more.milli, &milli))
            milli = INT64_MAX;
        present = true;
    }
    void atLeast(const Amount &other)
    {
        if (other.present && (!present || other.milli > milli))
            *this = other;
    }
};

struct Requests {
    Amount cpu, memory;

    // {"cpu":"250m","memory":"1Gi",…}
    void readMap(Json &json)
    {
        json.fields([&](std::string_view key) {
            if (key == "cpu")
                cpu.read(json);
            else if (key == "memory")
                memory.read(json);
        });
    }
    // {"requests":{…},"limits":{…}}
    void read(Json &json)
    {
        json.fields([&](std::string_view key) {
            if (key == "requests")
                readMap(json);
        });
    }
    void add(const Requests &more)
    {
        cpu.add(more.cpu);
        memory.add(more.memory);
    }
    void atLeast(const Requests &other)
    {
        cpu.atLeast(other.cpu);
        memory.atLeast(other.memory);
    }
};

struct Container {
    std::string_view name, image;
    Json::Place ports = nullptr;
    Requests requests;
    bool always = false;      // restartPolicy: Always, which makes an init container a sidecar
};

struct ContainerState {
    std::string_view reason;
    std::int64_t exitCode = 0, signal = 0, finished = 0;
    bool present = false;
};

struct ContainerStatus {
    std::string_view name;
    std::int64_t restarts = 0;
    bool ready = false, started = false;
    ContainerState waiting, running, terminated, lastTerminated;
};

// Reused from pod to pod: no allocation once they have grown.
struct PodFields {
    std::vector<Container> containers, initContainers;
    std::vector<ContainerStatus> statuses, initStatuses;
    std::vector<Condition> conditions;
    std::vector<std::string_view> gates;
    std::string_view node, nominated, phase, reason, ip, firstIp;
    Requests overhead, whole; // of the pod as such (spec.overhead, spec.resources)

    void clear()
    {
        containers.clear();
        initContainers.clear();
        statuses.clear();
        initStatuses.clear();
        conditions.clear();
        gates.clear();
        node = nominated = phase = reason = ip = firstIp = {};
        overhead = whole = {};
    }
    bool sidecar(std::string_view name) const
    {
        // The last of a name counts, as in Go's map.
        for (auto it = initContainers.rbegin(); it != initContainers.rend(); ++it) {
            if (it->name == name)
                return it->always;
        }
        return false;
    }
    // The first condition of that type is true.
    bool isTrue(std::string_view type) const
    {
        for (const Condition &condition : conditions) {
            if (condition.type == type)
                return condition.status == "True";
        }
        return false;
    }
};

void readContainers(Json &json, std::vector<Container> &out)
{
    out.clear();
    json.elements([&] {
        Container &container = out.emplace_back();
        json.fields([&](std::string_view key) {
            if (key == "name")
                container.name = json.text();
            else if (key == "image")
                container.image = json.text();
            else if (key == "restartPolicy")
                container.always = json.text() == "Always";
            else if (key == "resources")
                container.requests.read(json);
            else if (key == "ports" && json.ahead() == '[')
                container.ports = json.place();
        });
    });
}

void readState(Json &json, ContainerState &state)
{
    state = {};
    state.present = json.ahead() == '{';
    json.fields([&](std::string_view key) {
        if (key == "reason")
            state.reason = json.text();
        else if (key == "exitCode")
            state.exitCode = json.integer();
        else if (key == "signal")
            state.signal = json.integer();
        else if (key == "finishedAt")
            state.finished = unixSeconds(json.text());
    });
}

void readStatuses(Json &json, std::vector<ContainerStatus> &out)
{
    out.clear();
    json.elements([&] {
        ContainerStatus &status = out.emplace_back();
        json.fields([&](std::string_view key) {
            if (key == "name") {
                status.name = json.text();
            } else if (key == "restartCount") {
                status.restarts = std::clamp<std::int64_t>(json.integer(), 0, INT32_MAX); // an int32 to Kubernetes; sums of them fit
            } else if (key == "ready") {
                status.ready = json.boolean();
            } else if (key == "started") {
                status.started = json.boolean();
            } else if (key == "state") {
                json.fields([&](std::string_view state) {
                    if (state == "running")
                        readState(json, status.running);
                    else if (state == "waiting")
                        readState(json, status.waiting);
                    else if (state == "terminated")
                        readState(json, status.terminated);
                });
            } else if (key == "lastState") {
                json.fields([&](std::string_view state) {
                    if (state == "terminated")
                        readState(json, status.lastTerminated);
                });
            }
        });
    });
}

void readSpec(Json &json, PodFields &pod)
{
    json.fields([&](std::string_view key) {
        if (key == "containers") {
            readContainers(json, pod.containers);
        } else if (key == "initContainers") {
            readContainers(json, pod.initContainers);
        } else if (key == "nodeName") {
            pod.node = json.text();
        } else if (key == "overhead") {
            pod.overhead.readMap(json);
        } else if (key == "resources") {
            pod.whole.read(json);
        } else if (key == "readinessGates") {
            json.elements([&] {
                std::string_view &gate = pod.gates.emplace_back();
                json.fields([&](std::string_view field) {
                    if (field == "conditionType")
                        gate = json.text();
                });
            });
        }
    });
}

void readStatus(Json &json, PodFields &pod)
{
    json.fields([&](std::string_view key) {
        if (key == "phase") {
            pod.phase = json.text();
        } else if (key == "reason") {
            pod.reason = json.text();
        } else if (key == "podIP") {
            pod.ip = json.text();
        } else if (key == "podIPs") {
            json.elements([&] {
                std::string_view ip;
                json.fields([&](std::string_view field) {
                    if (field == "ip")
                        ip = json.text();
                });
                if (pod.firstIp.empty())
                    pod.firstIp = ip;
            });
        } else if (key == "nominatedNodeName") {
            pod.nominated = json.text();
        } else if (key == "containerStatuses") {
            readStatuses(json, pod.statuses);
        } else if (key == "initContainerStatuses") {
            readStatuses(json, pod.initStatuses);
        } else if (key == "conditions") {
            json.elements([&] {
                Condition &condition = pod.conditions.emplace_back();
                json.fields([&](std::string_view field) {
                    if (field == "type")
                        condition.type = json.text();
                    else if (field == "status")
                        condition.status = json.text();
                    else if (field == "reason")
                        condition.reason = json.text();
                });
            });
        }
    });
}

// What the four columns say.
struct Summary {
    std::string reason;
    std::int64_t ready = 0, total = 0, restarts = 0, lastRestart = 0;
};

std::string ended(const ContainerState &state, std::string_view prefix)
{
    if (!state.reason.empty())
        return fmt::format("{}{}", prefix, state.reason);
    if (state.signal != 0)
        return fmt::format("{}Signal:{}", prefix, state.signal);
    return fmt::format("{}ExitCode:{}", prefix, state.exitCode);
}

void later(std::int64_t &date, const ContainerState &last)
{
    if (last.present && date < last.finished)
        date = last.finished;
}

// Goes through the init containers up to the first that is not done; true: the pod is still initializing.
bool summarizeInit(const PodFields &pod, Summary &summary, std::int64_t &sidecarRestarts, std::int64_t &sidecarLast)
{
    for (std::size_t i = 0; i < pod.initStatuses.size(); ++i) {
        const ContainerStatus &status = pod.initStatuses[i];
        const bool sidecar = pod.sidecar(status.name);
        summary.restarts += status.restarts;
        later(summary.lastRestart, status.lastTerminated);
        if (sidecar) {
            sidecarRestarts += status.restarts;
            later(sidecarLast, status.lastTerminated);
        }
        if (status.terminated.present && status.terminated.exitCode == 0)
            continue;
        if (sidecar && status.started) {
            summary.ready += status.ready ? 1 : 0;
            continue;
        }
        if (status.terminated.present)
            summary.reason = ended(status.terminated, "Init:");
        else if (status.waiting.present && !status.waiting.reason.empty() && status.waiting.reason != "PodInitializing")
            summary.reason = fmt::format("Init:{}", status.waiting.reason);
        else
            summary.reason = fmt::format("Init:{}/{}", i, pod.initContainers.size());
        return true;
    }
    return false;
}

void summarizeContainers(const PodFields &pod, Summary &summary)
{
    bool hasRunning = false;
    std::string errorReason;
    for (auto status = pod.statuses.rbegin(); status != pod.statuses.rend(); ++status) {
        summary.restarts += status->restarts;
        later(summary.lastRestart, status->lastTerminated);
        if (status->waiting.present && !status->waiting.reason.empty()) {
            summary.reason = status->waiting.reason;
        } else if (status->terminated.present) {
            summary.reason = ended(status->terminated, "");
            if (status->terminated.exitCode != 0)
                errorReason = summary.reason;
        } else if (status->ready && status->running.present) {
            hasRunning = true;
            ++summary.ready;
        }
    }
    if (summary.reason != "Completed")
        return;
    bool podReady = false;
    for (const Condition &condition : pod.conditions)
        podReady = podReady || (condition.type == "Ready" && condition.status == "True");
    // "Running" again if at least one container is.
    if (hasRunning && podReady)
        summary.reason = "Running";
    else if (!errorReason.empty())
        summary.reason = errorReason;
    else if (hasRunning)
        summary.reason = "NotReady";
}

Summary summarize(const PodFields &pod, bool deleting)
{
    Summary summary;
    summary.reason = pod.reason.empty() ? pod.phase : pod.reason;
    summary.total = static_cast<std::int64_t>(pod.containers.size());
    for (const Condition &condition : pod.conditions) {
        if (condition.type == "PodScheduled" && condition.reason == "SchedulingGated")
            summary.reason = "SchedulingGated";
    }
    for (const Container &container : pod.initContainers)
        summary.total += container.always ? 1 : 0;
    std::int64_t sidecarRestarts = 0;
    std::int64_t sidecarLast = 0;
    const bool initializing = summarizeInit(pod, summary, sidecarRestarts, sidecarLast);
    if (!initializing || pod.isTrue("Initialized")) {
        summary.restarts = sidecarRestarts;
        summary.lastRestart = sidecarLast;
        summarizeContainers(pod, summary);
    }
    if (deleting && pod.reason == "NodeLost")
        summary.reason = "Unknown";
    else if (deleting && pod.phase != "Failed" && pod.phase != "Succeeded")
        summary.reason = "Terminating";
    return summary;
}

// What the scheduler reserves (PodRequests of k8s.io/component-helpers/resource): the containers and sidecars, or the init
// container that needs more than they do beside the sidecars before it; what the pod as a whole asks for instead
// (KEP-2837); and the overhead of its runtime class.
Requests podRequests(const PodFields &pod)
{
    Requests sum, sidecars, init;
    for (const Container &container : pod.containers)
        sum.add(container.requests);
    for (const Container &container : pod.initContainers) {
        Requests here = sidecars;
        here.add(container.requests);
        if (container.always)
            sidecars = here;
        init.atLeast(here);
    }
    sum.add(sidecars);
    sum.atLeast(init);
    if (pod.whole.cpu.present)
        sum.cpu = pod.whole.cpu;
    if (pod.whole.memory.present)
        sum.memory = pod.whole.memory;
    sum.add(pod.overhead);
    return sum;
}

void amountCell(RowBuilder &row, const Amount &amount)
{
    if (!amount.present)
        row.cell({});
    else
        row.cell(row.common(amount.text.empty() ? quantityText(amount.milli, amount.binary) : amount.text), amount.milli);
}

// How the container that ended last did: "OOMKilled (137)", and when. An init container that did its work says nothing.
void lastExitCell(RowBuilder &row, const PodFields &pod)
{
    const ContainerState *last = nullptr;
    const auto look = [&last](const ContainerState &state) {
        if (state.present && (!last || state.finished > last->finished))
            last = &state;
    };
    for (const ContainerStatus &status : pod.statuses) {
        look(status.terminated);
        look(status.lastTerminated);
    }
    for (const ContainerStatus &status : pod.initStatuses) {
        if (status.terminated.exitCode != 0)
            look(status.terminated);
        if (status.lastTerminated.exitCode != 0)
            look(status.lastTerminated);
    }
    if (!last)
        row.cell({});
    else
        row.cell(row.common(fmt::format("{} ({})", orElse(last->reason, "Exited"), last->exitCode)), last->finished);
}

// "http:8080/TCP,9090/UDP", of the containers and the sidecars: where a service's named port is looked up (FindPort of
// kubernetes/pkg/api/v1/service).
void portsCell(Json &json, RowBuilder &row, const PodFields &pod)
{
    std::string &ports = row.scratch();
    const auto read = [&](const Container &container) {
        if (!container.ports)
            return;
        json.go(container.ports);
        json.elements([&] {
            std::string_view name, protocol;
            std::int64_t port = 0;
            json.fields([&](std::string_view key) {
                if (key == "name")
                    name = json.text();
                else if (key == "containerPort")
                    port = json.integer();
                else if (key == "protocol")
                    protocol = json.text();
            });
            if (!ports.empty())
                ports += ',';
            if (!name.empty())
                ports.append(name).append(":");
            ports.append(std::to_string(port)).append("/").append(orElse(protocol, "TCP"));
        });
    };
    const Json::Place behind = json.place();
    for (const Container &container : pod.containers)
        read(container);
    for (const Container &container : pod.initContainers) {
        if (container.always)
            read(container);
    }
    json.go(behind);
    row.cell(row.common(ports));
}

} // namespace

void projectPod(Json &json, ObjectMeta &meta, RowBuilder &row)
{
    thread_local PodFields pod;
    pod.clear();
    json.fields([&](std::string_view key) {
        if (key == "metadata")
            meta.read(json);
        else if (key == "spec")
            readSpec(json, pod);
        else if (key == "status")
            readStatus(json, pod);
    });
    const Summary summary = summarize(pod, meta.isDeleting);
    const bool ended = pod.phase == "Succeeded" || pod.phase == "Failed";
    meta.put(row);
    row.link(Relation::Node, row.common(pod.node));
    row.cell(row.head.name);
    row.fraction(summary.ready, summary.total);
    row.cell(row.common(summary.reason));
    row.number(restarts(summary.restarts, summary.lastRestart));
    row.number(meta.created);
    const std::string_view ip = pod.firstIp.empty() ? pod.ip : pod.firstIp;
    row.cell(ip.empty() ? RowBuilder::fixed("<none>") : row.own(ip));
    row.cell(row.common(orElse(pod.node, "<none>")), ended ? podEnded : 0);
    row.cell(row.common(orElse(pod.nominated, "<none>")));
    if (pod.gates.empty()) {
        row.cell(RowBuilder::fixed("<none>"), RowBuilder::share(0, 0));
    } else {
        std::int64_t open = 0;
        for (const std::string_view gate : pod.gates)
            open += pod.isTrue(gate) ? 1 : 0;
        row.fraction(open, static_cast<std::int64_t>(pod.gates.size()));
    }
    std::string &images = row.scratch();
    for (const Container &container : pod.containers)
        listed(images, container.image);
    row.cell(row.common(images));
    const Requests requests = ended ? Requests{} : podRequests(pod); // nothing is kept for what has ended
    amountCell(row, requests.cpu);
    amountCell(row, requests.memory);
    lastExitCell(row, pod);
    portsCell(json, row, pod);
}

} // namespace timonier
