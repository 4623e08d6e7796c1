// From bytes to rows, on one core: MB/s of frame + parse + row over a LIST of 10,000 pods, against a warm simdjson
// on-demand walk that reads names only on the same bytes. Prints one JSON line.
//
//   bench_decode [FILE]      FILE: a LIST of pods as a server sent it (curl -H 'Accept: application/json' …/api/v1/pods)
#include "kube/decode.h"
#include "kube/framer.h"
#include "kube/string_pool.h"
#include "names_only.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <malloc.h>
#include <time.h>

using namespace timonier;

namespace {

// As a 1.36 server prints it: a pod of a deployment, running, with the managed fields of controller-manager and kubelet.
std::string pod(int i)
{
    const std::string app = fmt::format("service-{:03}", i % 250);
    const std::string owner = fmt::format("{}-{:08x}bf", app, (i % 250) * 2654435761u);
    const std::string name = fmt::format("{}-{:05x}", owner, i * 40503u % 1048576u);
    const std::string uid = fmt::format("{:08x}-5c1e-4f0b-9d2a-{:012x}", i * 2654435761u, i + 0x10000);
    const std::string ownerUid = fmt::format("{:08x}-77aa-4c3d-8e1f-0123456789ab", (i % 250) * 40503u);
    const std::string ip = fmt::format("10.{}.{}.{}", i / 65536, i / 256 % 256, i % 256);
    std::string env;
    std::string managedEnv;
    for (int e = 0; e < 6; ++e) {
        env += fmt::format(R"({}{{"name":"SETTING_{}","value":"https://{}.team-{}.svc.cluster.local:8443/api/v{}"}})", e ? "," : "", e, app, i % 40, e);
        managedEnv += fmt::format(R"("k:{{\"name\":\"SETTING_{}\"}}":{{".":{{}},"f:name":{{}},"f:value":{{}}}},)", e);
    }
    const std::string stamp = fmt::format("2026-05-{:02}T{:02}:{:02}:{:02}Z", i % 28 + 1, i % 24, i % 60, i % 60);
    std::string out;
    const auto add = [&](std::string_view part) { out += part; };
    add(fmt::format(R"({{"metadata":{{"name":"{}","generateName":"{}-","namespace":"team-{:02}","uid":"{}","resourceVersion":"{}","generation":1,"creationTimestamp":"{}",)", name, owner, i % 40, uid, 100000 + i, stamp));
    add(fmt::format(R"("labels":{{"app.kubernetes.io/instance":"{0}","app.kubernetes.io/name":"{0}","pod-template-hash":"{1:08x}bf","tier":"backend"}},"annotations":{{"checksum/config":"1f2e3d4c5b6a79880f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978","prometheus.io/port":"9102","prometheus.io/scrape":"true"}},)", app, i % 250));
    add(fmt::format(R"("ownerReferences":[{{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"{}","uid":"{}","controller":true,"blockOwnerDeletion":true}}],)", owner, ownerUid));
    add(fmt::format(R"("managedFields":[{{"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1","time":"{}","fieldsType":"FieldsV1","fieldsV1":{{"f:metadata":{{"f:annotations":{{".":{{}},"f:checksum/config":{{}},"f:prometheus.io/port":{{}},"f:prometheus.io/scrape":{{}}}},"f:generateName":{{}},"f:labels":{{".":{{}},"f:app.kubernetes.io/instance":{{}},"f:app.kubernetes.io/name":{{}},"f:pod-template-hash":{{}},"f:tier":{{}}}},"f:ownerReferences":{{".":{{}},"k:{{\"uid\":\"{}\"}}":{{}}}}}},"f:spec":{{"f:containers":{{"k:{{\"name\":\"main\"}}":{{".":{{}},"f:env":{{".":{{}},)", stamp, ownerUid));
    add(managedEnv);
    add(R"("f:z":{}},"f:image":{},"f:imagePullPolicy":{},"f:livenessProbe":{".":{},"f:failureThreshold":{},"f:httpGet":{".":{},"f:path":{},"f:port":{},"f:scheme":{}},"f:periodSeconds":{},"f:successThreshold":{},"f:timeoutSeconds":{}},"f:name":{},"f:ports":{".":{},"k:{\"containerPort\":8080,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{},"f:name":{},"f:protocol":{}}},"f:resources":{".":{},"f:limits":{".":{},"f:memory":{}},"f:requests":{".":{},"f:cpu":{},"f:memory":{}}},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:enableServiceLinks":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}},)");
    add(fmt::format(R"({{"manager":"kubelet","operation":"Update","apiVersion":"v1","time":"{}","fieldsType":"FieldsV1","fieldsV1":{{"f:status":{{"f:conditions":{{"k:{{\"type\":\"ContainersReady\"}}":{{".":{{}},"f:lastProbeTime":{{}},"f:lastTransitionTime":{{}},"f:status":{{}},"f:type":{{}}}},"k:{{\"type\":\"Initialized\"}}":{{".":{{}},"f:lastProbeTime":{{}},"f:lastTransitionTime":{{}},"f:status":{{}},"f:type":{{}}}},"k:{{\"type\":\"Ready\"}}":{{".":{{}},"f:lastProbeTime":{{}},"f:lastTransitionTime":{{}},"f:status":{{}},"f:type":{{}}}}}},"f:containerStatuses":{{}},"f:hostIP":{{}},"f:hostIPs":{{}},"f:phase":{{}},"f:podIP":{{}},"f:podIPs":{{".":{{}},"k:{{\"ip\":\"{}\"}}":{{".":{{}},"f:ip":{{}}}}}},"f:startTime":{{}}}}}},"subresource":"status"}}]}},)", stamp, ip));
    add(R"("spec":{"volumes":[{"name":"kube-api-access-x7x2l","projected":{"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},{"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}},{"downwardAPI":{"items":[{"path":"namespace","fieldRef":{"apiVersion":"v1","fieldPath":"metadata.namespace"}}]}}],"defaultMode":420}}],)");
    add(fmt::format(R"("containers":[{{"name":"main","image":"registry.example.com/team/{}:v1.{}.0","ports":[{{"name":"http","containerPort":8080,"protocol":"TCP"}}],"env":[{}],"resources":{{"limits":{{"memory":"512Mi"}},"requests":{{"cpu":"100m","memory":"256Mi"}}}},"volumeMounts":[{{"name":"kube-api-access-x7x2l","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}}],"livenessProbe":{{"httpGet":{{"path":"/healthz","port":8080,"scheme":"HTTP"}},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3}},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}}],)", app, i % 7, env));
    add(fmt::format(R"("restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","serviceAccountName":"default","serviceAccount":"default","nodeName":"node-{:04}","securityContext":{{}},"schedulerName":"default-scheduler","tolerations":[{{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}},{{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}}],"priority":0,"enableServiceLinks":true,"preemptionPolicy":"PreemptLowerPriority"}},)", i % 100));
    add(fmt::format(R"("status":{{"observedGeneration":1,"phase":"Running","conditions":[{{"type":"PodReadyToStartContainers","status":"True","lastProbeTime":null,"lastTransitionTime":"{0}"}},{{"type":"Initialized","status":"True","lastProbeTime":null,"lastTransitionTime":"{0}"}},{{"type":"Ready","status":"True","lastProbeTime":null,"lastTransitionTime":"{0}"}},{{"type":"ContainersReady","status":"True","lastProbeTime":null,"lastTransitionTime":"{0}"}},{{"type":"PodScheduled","status":"True","lastProbeTime":null,"lastTransitionTime":"{0}"}}],"hostIP":"198.51.100.{1}","hostIPs":[{{"ip":"198.51.100.{1}"}}],"podIP":"{2}","podIPs":[{{"ip":"{2}"}}],"startTime":"{0}","containerStatuses":[{{"name":"main","state":{{"running":{{"startedAt":"{0}"}}}},"lastState":{{}},"ready":true,"restartCount":{3},"image":"registry.example.com/team/{4}:v1.{5}.0","imageID":"registry.example.com/team/{4}@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","containerID":"containerd://2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae","started":true}}],"qosClass":"Burstable"}}}})", stamp, i % 250, ip, i % 11 == 0 ? i % 5 : 0, app, i % 7));
    return out;
}

std::string list(int pods)
{
    std::string out = R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"4711"},"items":[)";
    for (int i = 0; i < pods; ++i)
        out.append(i ? "," : "").append(pod(i));
    return out + "]}\n";
}

// One thing to measure. The runs of several take turns, and the best of each counts: on a shared machine the weather
// changes from second to second, and processor time of this thread is what the figure is about.
struct Measure {
    std::function<void()> run;
    std::function<void()> tidy = [] {};
    double best = 1e9; // seconds

    void once()
    {
        const double start = now();
        run();
        best = std::min(best, now() - start);
        tidy();
    }
    double megabytes(std::size_t bytes) const { return static_cast<double>(bytes) / 1e6 / best; }

private:
    static double now()
    {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
    }
};

} // namespace

int main(int argc, char **argv)
{
    std::string text;
    if (argc > 1) {
        std::ifstream file(argv[1], std::ios::binary);
        text.assign(std::istreambuf_iterator<char>(file), {});
    } else {
        text = list(10'000);
    }
    const std::size_t size = text.size();
    text.append(64, ' ');
    const std::string_view body(text.data(), size);
    const KindSpec &kind = *typedKind("pods");
    constexpr std::size_t chunk = 16u << 10; // what curl hands out

    // Memory that is given back is not fetched again from the system within the measurement.
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_MMAP_THRESHOLD, 1 << 30);

    std::size_t names = 0;
    Measure walk{[&] { names = namesOnly(body); }};
    Measure walkBaseline{[&] { names = namesOnlyBaseline(body); }};
    Measure frame{[&] {
        ListFramer framer;
        for (std::size_t i = 0; i < size; i += chunk) {
            framer.append(body.substr(i, chunk));
            while (*framer.next())
                ;
        }
    }};
    const auto decode = [&](std::vector<RowPtr> &rows) {
        ListDecoder decoder(kind, std::make_shared<StringPool>(), [&](RowPtr row) { rows.push_back(std::move(row)); });
        for (std::size_t i = 0; i < size; i += chunk) {
            if (!decoder.feed(body.substr(i, chunk)))
                std::abort();
        }
        if (!decoder.finish())
            std::abort();
    };
    std::vector<RowPtr> kept;
    std::size_t count = 0;
    Measure rows{[&] { decode(kept); },
                 [&] {
                     count = kept.size();
                     kept.clear();
                 }};
    for (int i = 0; i < 15; ++i) {
        walk.once();
        walkBaseline.once();
        frame.once();
        rows.once();
    }
    std::size_t perRow = 0;
    {
        const std::size_t before = mallinfo2().uordblks;
        std::vector<RowPtr> made;
        decode(made);
        perRow = (mallinfo2().uordblks - before) / std::max<std::size_t>(made.size(), 1);
    }
    fmt::print(R"({{"bytes":{},"pods":{},"names":{},"names_only_mb_s":{:.0f},"names_only_baseline_mb_s":{:.0f},"frame_mb_s":{:.0f},)"
               R"("rows_mb_s":{:.0f},"ratio":{:.2f},"target":0.3,"bytes_per_row":{}}})"
               "\n",
               size, count, names, walk.megabytes(size), walkBaseline.megabytes(size), frame.megabytes(size),
               rows.megabytes(size), walk.best / rows.best, perRow);
    return 0;
}
