#include "made_pods.h"

#include <fmt/format.h>

std::string madePod(int i, const PodMoment &moment)
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
    const std::string sent = moment.sent ? fmt::format(R"(,"{}":"{}")", sentLabel, *moment.sent) : std::string();
    std::string out;
    const auto add = [&](std::string_view part) { out += part; };
    add(fmt::format(R"({{"metadata":{{"name":"{}","generateName":"{}-","namespace":"team-{:02}","uid":"{}","resourceVersion":"{}","generation":1,"creationTimestamp":"{}",)", name, owner, i % 40, uid, moment.revision, stamp));
    add(fmt::format(R"("labels":{{"app.kubernetes.io/instance":"{0}","app.kubernetes.io/name":"{0}","pod-template-hash":"{1:08x}bf","tier":"backend"{2}}},"annotations":{{"checksum/config":"1f2e3d4c5b6a79880f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978","prometheus.io/port":"9102","prometheus.io/scrape":"true"}},)", app, i % 250, sent));
    add(fmt::format(R"("ownerReferences":[{{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"{}","uid":"{}","controller":true,"blockOwnerDeletion":true}}],)", owner, ownerUid));
    add(fmt::format(R"("managedFields":[{{"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1","time":"{}","fieldsType":"FieldsV1","fieldsV1":{{"f:metadata":{{"f:annotations":{{".":{{}},"f:checksum/config":{{}},"f:prometheus.io/port":{{}},"f:prometheus.io/scrape":{{}}}},"f:generateName":{{}},"f:labels":{{".":{{}},"f:app.kubernetes.io/instance":{{}},"f:app.kubernetes.io/name":{{}},"f:pod-template-hash":{{}},"f:tier":{{}}}},"f:ownerReferences":{{".":{{}},"k:{{\"uid\":\"{}\"}}":{{}}}}}},"f:spec":{{"f:containers":{{"k:{{\"name\":\"main\"}}":{{".":{{}},"f:env":{{".":{{}},)", stamp, ownerUid));
    add(managedEnv);
    add(R"("f:z":{}},"f:image":{},"f:imagePullPolicy":{},"f:livenessProbe":{".":{},"f:failureThreshold":{},"f:httpGet":{".":{},"f:path":{},"f:port":{},"f:scheme":{}},"f:periodSeconds":{},"f:successThreshold":{},"f:timeoutSeconds":{}},"f:name":{},"f:ports":{".":{},"k:{\"containerPort\":8080,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{},"f:name":{},"f:protocol":{}}},"f:resources":{".":{},"f:limits":{".":{},"f:memory":{}},"f:requests":{".":{},"f:cpu":{},"f:memory":{}}},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:enableServiceLinks":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}},)");
    add(fmt::format(R"({{"manager":"kubelet","operation":"Update","apiVersion":"v1","time":"{}","fieldsType":"FieldsV1","fieldsV1":{{"f:status":{{"f:conditions":{{"k:{{\"type\":\"ContainersReady\"}}":{{".":{{}},"f:lastProbeTime":{{}},"f:lastTransitionTime":{{}},"f:status":{{}},"f:type":{{}}}},"k:{{\"type\":\"Initialized\"}}":{{".":{{}},"f:lastProbeTime":{{}},"f:lastTransitionTime":{{}},"f:status":{{}},"f:type":{{}}}},"k:{{\"type\":\"Ready\"}}":{{".":{{}},"f:lastProbeTime":{{}},"f:lastTransitionTime":{{}},"f:status":{{}},"f:type":{{}}}}}},"f:containerStatuses":{{}},"f:hostIP":{{}},"f:hostIPs":{{}},"f:phase":{{}},"f:podIP":{{}},"f:podIPs":{{".":{{}},"k:{{\"ip\":\"{}\"}}":{{".":{{}},"f:ip":{{}}}}}},"f:startTime":{{}}}}}},"subresource":"status"}}]}},)", stamp, ip));
    add(R"("spec":{"volumes":[{"name":"kube-api-access-x7x2l","projected":{"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},{"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}},{"downwardAPI":{"items":[{"path":"namespace","fieldRef":{"apiVersion":"v1","fieldPath":"metadata.namespace"}}]}}],"defaultMode":420}}],)");
    add(fmt::format(R"("containers":[{{"name":"main","image":"registry.example.com/team/{}:v1.{}.0","ports":[{{"name":"http","containerPort":8080,"protocol":"TCP"}}],"env":[{}],"resources":{{"limits":{{"memory":"512Mi"}},"requests":{{"cpu":"100m","memory":"256Mi"}}}},"volumeMounts":[{{"name":"kube-api-access-x7x2l","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}}],"livenessProbe":{{"httpGet":{{"path":"/healthz","port":8080,"scheme":"HTTP"}},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3}},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}}],)", app, i % 7, env));
    add(fmt::format(R"("restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","serviceAccountName":"default","serviceAccount":"default","nodeName":"node-{:04}","securityContext":{{}},"schedulerName":"default-scheduler","tolerations":[{{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}},{{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}}],"priority":0,"enableServiceLinks":true,"preemptionPolicy":"PreemptLowerPriority"}},)", i % 100));
    add(fmt::format(R"("status":{{"observedGeneration":1,"phase":"Running","conditions":[{{"type":"PodReadyToStartContainers","status":"True","lastProbeTime":null,"lastTransitionTime":"{0}"}},{{"type":"Initialized","status":"True","lastProbeTime":null,"lastTransitionTime":"{0}"}},{{"type":"Ready","status":"True","lastProbeTime":null,"lastTransitionTime":"{0}"}},{{"type":"ContainersReady","status":"True","lastProbeTime":null,"lastTransitionTime":"{0}"}},{{"type":"PodScheduled","status":"True","lastProbeTime":null,"lastTransitionTime":"{0}"}}],"hostIP":"198.51.100.{1}","hostIPs":[{{"ip":"198.51.100.{1}"}}],"podIP":"{2}","podIPs":[{{"ip":"{2}"}}],"startTime":"{0}","containerStatuses":[{{"name":"main","state":{{"running":{{"startedAt":"{0}"}}}},"lastState":{{}},"ready":true,"restartCount":{3},"image":"registry.example.com/team/{4}:v1.{5}.0","imageID":"registry.example.com/team/{4}@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","containerID":"containerd://2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae","started":true}}],"qosClass":"Burstable"}}}})", stamp, i % 250, ip, moment.restarts, app, i % 7));
    return out;
}

PodMoment firstMoment(int i)
{
    return {.revision = 100'000u + static_cast<std::uint64_t>(i), .restarts = i % 11 == 0 ? i % 5 : 0, .sent = {}};
}

std::string madeListHead()
{
    return R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1000000"},"items":[)";
}

std::string madeList(int pods)
{
    std::string out = madeListHead();
    for (int i = 0; i < pods; ++i)
        out.append(i ? "," : "").append(madePod(i, firstMoment(i)));
    return out + "]}\n";
}
