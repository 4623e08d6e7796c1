// A cluster made up for tests of the window: rows, changes and states as the test says. Never part of a program.
#pragma once

#include "../models/fake_rows.h"
#include "ui/models/cluster_opener.h"

#include <list>
#include <map>
#include <random>

namespace timonier {

inline KindSpec fakeKind(const char *name, const char *singular, const char *kind, bool namespaced = true,
                         const char *group = "")
{
    KindSpec spec;
    spec.resource.group = group;
    spec.resource.version = "v1";
    spec.resource.name = name;
    spec.resource.singular = singular;
    spec.resource.kind = kind;
    spec.resource.namespaced = namespaced;
    spec.columns = podColumns();
    spec.projection = 1;
    return spec;
}

inline std::vector<KindSpec> fakeKinds()
{
    return {fakeKind("pods", "pod", "Pod"),
            fakeKind("nodes", "node", "Node", false),
            fakeKind("namespaces", "namespace", "Namespace", false),
            fakeKind("events", "event", "Event"),
            fakeKind("services", "service", "Service"),
            fakeKind("deployments", "deployment", "Deployment", true, "apps"),
            fakeKind("statefulsets", "statefulset", "StatefulSet", true, "apps"),
            fakeKind("daemonsets", "daemonset", "DaemonSet", true, "apps"),
            fakeKind("jobs", "job", "Job", true, "batch"),
            fakeKind("ingresses", "ingress", "Ingress", true, "networking.k8s.io"),
            fakeKind("configmaps", "configmap", "ConfigMap"),
            fakeKind("secrets", "secret", "Secret"),
            fakeKind("persistentvolumeclaims", "persistentvolumeclaim", "PersistentVolumeClaim")};
}

// What a test puts in, every subscription takes out; a later one gets what was put before as well.
struct FakeTable {
    std::list<BatchInbox *> inboxes;
    std::vector<Batch> past;
    MetricsPtr metrics;
    int retries = 0;

    bool isLookedAt() const { return !inboxes.empty(); }
    void put(Batch batch)
    {
        for (BatchInbox *inbox : inboxes)
            inbox->put(Batch(batch));
        past.push_back(std::move(batch));
    }
    void state(ReflectorState state, bool complete, std::optional<Error> error = {},
               std::optional<std::chrono::milliseconds> retryIn = {})
    {
        const auto now = std::chrono::system_clock::now();
        Batch batch;
        batch.status = TableStatus{state, std::move(error), now, now, retryIn, complete};
        put(std::move(batch));
    }
};

struct FakeSubscription final : Subscription {
    FakeSubscription(FakeTable &of, std::function<void()> wake) : table(of), inbox(std::move(wake))
    {
        table.inboxes.push_back(&inbox);
        for (const Batch &batch : table.past)
            inbox.put(Batch(batch));
    }
    ~FakeSubscription() override { table.inboxes.remove(&inbox); }
    Batch take() override { return inbox.take(); }
    bool statusWaits() override { return inbox.statusWaits(); }
    MetricsPtr metrics() override { return table.metrics; }
    void retry() override { ++table.retries; }
    FakeTable &table;
    BatchInbox inbox;
};

// Logs: what a test writes, the feed hands out.
struct FakeLogs {
    std::vector<LogOptions> asked;      // by the newest feed, in its order
    LogPiece waiting;
    std::function<void()> wake;         // null: no feed
    int feeds = 0;
    int takes = 0;

    void write(std::uint32_t source, const std::string &line) { put([&] { waiting.lines.push_back({source, line}); }); }
    void tell(std::uint32_t source, LogNews::Type type, std::optional<Error> error = {})
    {
        put([&] { waiting.news.push_back({source, type, std::move(error)}); });
    }
    template <class Change>
    void put(Change change)
    {
        const bool wasEmpty = waiting.lines.empty() && waiting.news.empty();
        change();
        if (wasEmpty && wake)
            wake();
    }
};

struct FakeFeed final : LogFeed {
    explicit FakeFeed(std::shared_ptr<FakeLogs> of) : logs(std::move(of)) {}
    ~FakeFeed() override
    {
        logs->wake = nullptr;
        logs->waiting = {};
    }
    LogPiece take() override
    {
        ++logs->takes;
        return std::exchange(logs->waiting, {});
    }
    void add(std::vector<LogOptions> which) override { logs->asked.insert(logs->asked.end(), which.begin(), which.end()); }
    std::shared_ptr<FakeLogs> logs;
};

// A forwarded port: its status is what the test says.
struct FakeForward final : PortForward {
    std::string address() const override { return "127.0.0.1"; }
    std::uint16_t port() const override { return listens; }
    ForwardStatus status() const override { return now; }
    void tell(ForwardStatus status)
    {
        now = std::move(status);
        wake();
    }
    std::uint16_t listens = 41233;
    ForwardStatus now;
    std::function<void()> wake;
};

struct FakeAnswers {
    Result<std::vector<DeclaredPort>> ports;         // of whatever is asked for
    std::optional<Error> forwarding;                 // why none can be forwarded
    std::vector<std::pair<PortTarget, std::uint16_t>> forwarded; // what was asked for, with the local port
    std::weak_ptr<FakeForward> forward;              // the newest
    ForwardStatus forwardStatus{};                   // how one begins
    std::map<std::string, Result<std::vector<ContainerBrief>>> containers; // by "ns/pod"
    std::map<std::string, std::vector<IngressRoutes>> routes;              // by namespace
    std::shared_ptr<FakeLogs> logs = std::make_shared<FakeLogs>();
    Discovery discovery;
    std::map<std::string, Description> descriptions; // by "pods/ns/name"
    std::map<std::string, std::int64_t> counts;      // by "pods"
    Health health;
    std::vector<FoundObject> found;
    std::map<std::string, Result<strategy::Application>> applications; // by "ns/name"
    std::vector<std::string> patches;                // that were tried on Deployments
    Result<ObjectChange> change;
    std::vector<ManifestObject> applied;
    Result<> applying;
    std::shared_ptr<RolloutDesk> desk;               // none: roll-outs are not asked for
};

struct FakeOpen : OpenCluster {
    FakeOpen(std::map<std::string, FakeTable> &of, FakeAnswers &with) : tables(of), answers(with) {}
    std::unique_ptr<Subscription> subscribe(const KindSpec &kind, const Scope &scope, bool,
                                            std::function<void()> wake) override
    {
        const std::string selectors = scope.labelSelector + scope.fieldSelector;
        FakeTable &table = tables[kind.resource.name + "/" + scope.ns + (selectors.empty() ? "" : "?" + selectors)];
        return std::make_unique<FakeSubscription>(table, std::move(wake));
    }
    // What is asked for once is answered at once, if the test has put an answer there.
    void discoverKinds(Done<Result<Discovery>> done) override { done(answers.discovery); }
    void describe(const KindSpec &kind, const std::string &ns, const std::string &name, bool,
                  Done<Result<std::shared_ptr<const Description>>> done) override
    {
        const auto it = answers.descriptions.find(kind.resource.name + "/" + ns + "/" + name);
        if (it != answers.descriptions.end())
            done(std::make_shared<const Description>(it->second));
    }
    void count(const KindSpec &kind, const std::string &, Done<Result<std::int64_t>> done) override
    {
        if (const auto it = answers.counts.find(kind.resource.name); it != answers.counts.end())
            done(it->second);
    }
    void readHealth(Done<Health> done) override { done(answers.health); }
    void search(const std::string &, std::size_t, Done<std::vector<FoundObject>> done) override { done(answers.found); }
    void apply(std::vector<ManifestObject> objects, Done<Result<>> done) override
    {
        answers.applied.insert(answers.applied.end(), objects.begin(), objects.end());
        done(answers.applying);
    }
    void containers(const std::string &ns, const std::string &pod, Done<Result<std::vector<ContainerBrief>>> done) override
    {
        if (const auto it = answers.containers.find(ns + "/" + pod); it != answers.containers.end())
            done(it->second);
    }
    void ingressRoutes(const std::string &ns, Done<Result<std::vector<IngressRoutes>>> done) override
    {
        if (const auto it = answers.routes.find(ns); it != answers.routes.end())
            done(it->second);
    }
    void readApplication(const std::string &ns, const std::string &name, Done<Result<strategy::Application>> done) override
    {
        if (const auto it = answers.applications.find(ns + "/" + name); it != answers.applications.end())
            done(it->second);
    }
    void dryRunDeployment(const std::string &, const std::string &, const std::string &patch, Done<Result<ObjectChange>> done) override
    {
        answers.patches.push_back(patch);
        done(answers.change);
    }
    RolloutDesk *rollouts() override { return answers.desk.get(); }
    void declaredPorts(const PortTarget &, Done<Result<std::vector<DeclaredPort>>> done) override { done(answers.ports); }
    void forwardPort(const PortTarget &target, const ForwardOptions &options, std::function<void()> wake,
                     Done<Result<std::shared_ptr<PortForward>>> done) override
    {
        answers.forwarded.emplace_back(target, options.port);
        if (answers.forwarding)
            return done(std::unexpected(*answers.forwarding));
        auto forward = std::make_shared<FakeForward>();
        forward->wake = std::move(wake);
        forward->now = answers.forwardStatus;
        if (options.port)
            forward->listens = options.port;
        answers.forward = forward;
        done(std::shared_ptr<PortForward>(forward));
    }
    std::unique_ptr<LogFeed> followLogs(std::vector<LogOptions> which, std::function<void()> wake) override
    {
        ++answers.logs->feeds;
        answers.logs->asked = std::move(which);
        answers.logs->wake = std::move(wake);
        return std::make_unique<FakeFeed>(answers.logs);
    }
    std::map<std::string, FakeTable> &tables;
    FakeAnswers &answers;
};

// Answers when the test says so.
struct FakeOpener final : ClusterOpener {
    void open(const QString &context, Done done) override
    {
        ++asked;
        last = context;
        waiting = std::move(done);
    }
    void answer() { waiting(std::make_shared<FakeOpen>(tables, answers)); }
    void refuse(Error error) { waiting(std::unexpected(std::move(error))); }

    std::map<std::string, FakeTable> tables;
    FakeAnswers answers;
    QString last;
    Done waiting;
    int asked = 0;
};

inline FakePod fakePod(int number, std::mt19937 &random)
{
    static const char *apps[] = {"frontend-5f7b8", "backend-7c9d4",   "coturn",        "ml-pipeline-9c91",
                                 "minio-5b69",     "katib-db-6c41",   "notebook-5b55", "metadata-grpc-7d75",
                                 "profiles-7d29",  "workflow-6f47"};
    static const char *spaces[] = {"recognition", "kubeflow", "default", "monitoring"};
    const std::string app = apps[static_cast<std::size_t>(number) % 10];
    FakePod pod{.name = fmt::format("{}-{:05}", app, number * 7919 % 100'000),
                .ns = spaces[static_cast<std::size_t>(number) % 4],
                .node = fmt::format("worker-{}", number % 100),
                .labels = "app=" + app + ",tier=front",
                .restarts = random() % 8 == 0 ? static_cast<std::int64_t>(random() % 5) : 0,
                .created = 1'700'000'000 - static_cast<std::int64_t>(random() % 900'000)};
    switch (random() % 24) {
    case 0: pod.status = "ImagePullBackOff"; pod.ready = 0; break;
    case 1: pod.status = "Pending"; pod.ready = 0; break;
    case 2: pod.status = "Completed"; pod.ready = 0; break;
    case 3: pod.ready = 0; break;
    case 4: pod.status = "CrashLoopBackOff"; pod.ready = 0; break;
    default: break;
    }
    return pod;
}

inline Uid fakeUid(int number)
{
    return {7, static_cast<std::uint64_t>(number) + 1};
}

} // namespace timonier
