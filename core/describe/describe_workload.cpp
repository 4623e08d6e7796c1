// Deployments, replica sets, stateful sets, daemon sets; jobs and cron jobs; autoscalers.
#include "describe/facts.h"

#include "base/say.h"

namespace timonier::describing {

namespace {

void templateFacts(const Json &podSpec, const std::string &ns, Facts &facts)
{
    facts.link(say("Core", "Service account"), {"", "ServiceAccount", ns, text(podSpec, "serviceAccountName")});
    facts.mono(say("Core", "Node selector"), selectorText(field(podSpec, "nodeSelector")));
}

std::string replicasText(std::int64_t ready, std::int64_t wanted)
{
    return say("Core", "{} of {} ready", ready, wanted);
}

std::string strategyText(const Json &strategy)
{
    std::string out = text(strategy, "type");
    const Json &rolling = field(strategy, "rollingUpdate");
    std::string how;
    if (const std::string surge = text(rolling, "maxSurge"); !surge.empty())
        join(how, say("Core", "at most {} more", surge));
    if (const std::string down = text(rolling, "maxUnavailable"); !down.empty())
        join(how, say("Core", "at most {} missing", down));
    if (const std::int64_t partition = number(field(rolling, "partition")); partition > 0)
        join(how, say("Core", "from number {} on", partition));
    join(out, how, ": ");
    return out;
}

} // namespace

void workloadFacts(const Subject &object, Facts &facts)
{
    const Json &spec = object.spec(), &status = object.status();
    const bool everyNode = object.kind == "DaemonSet";
    const std::int64_t wanted = everyNode ? number(field(status, "desiredNumberScheduled")) : number(field(spec, "replicas"), 1);
    const std::int64_t ready = number(field(status, everyNode ? "numberReady" : "readyReplicas"));
    std::string note;
    const std::string updated = text(status, everyNode ? "updatedNumberScheduled" : "updatedReplicas");
    if (object.kind != "ReplicaSet" && wanted > 0)
        join(note, say("Core", "{} up to date", updated.empty() ? "0" : updated));
    if (const std::string available = text(status, everyNode ? "numberAvailable" : "availableReplicas"); !available.empty())
        join(note, say("Core", "{} available", available));
    facts.add(everyNode ? say("Core", "Nodes") : say("Core", "Replicas"),
              Value{.text = wanted == 0 ? say("Core", "none wanted") : replicasText(ready, wanted),
                    .note = note,
                    .tone = wanted == 0 ? Tone::Done : ready >= wanted ? Tone::Good : ready == 0 ? Tone::Bad : Tone::Careful});
    if (const std::int64_t misplaced = number(field(status, "numberMisscheduled")); misplaced > 0)
        facts.add(say("Core", "Where they should not be"), Value{.text = std::to_string(misplaced), .tone = Tone::Careful});
    facts.add(say("Core", "Strategy"), strategyText(field(spec, object.kind == "Deployment" ? "strategy" : "updateStrategy")));
    if (isTrue(field(spec, "paused")))
        facts.add(say("Core", "Roll-outs"), Value{.text = say("Core", "paused"), .tone = Tone::Careful});
    facts.mono(say("Core", "Selector"), selectorText(field(spec, "selector")));
    if (const std::string service = text(spec, "serviceName"); !service.empty())
        facts.link(say("Core", "Service"), {"", "Service", object.ns, service});
    facts.add(say("Core", "Revision"), text(object.object, "metadata", "annotations", "deployment.kubernetes.io/revision"));
    for (const Json &claim : elements(field(spec, "volumeClaimTemplates")))
        facts.add(say("Core", "Claims for each pod"),
                  Value{.text = text(claim, "metadata", "name"), .note = text(claim, "spec", "resources", "requests", "storage")});
    templateFacts(field(spec, "template", "spec"), object.ns, facts);
}

void jobFacts(const Subject &object, Facts &facts)
{
    const Json &spec = object.spec(), &status = object.status();
    if (object.kind == "CronJob") {
        facts.mono(say("Core", "Schedule"), text(spec, "schedule"));
        facts.add(say("Core", "Time zone"), text(spec, "timeZone"));
        if (isTrue(field(spec, "suspend")))
            facts.add(say("Core", "Suspended"), Value{.text = say("Core", "yes"), .tone = Tone::Careful});
        facts.time(say("Core", "Last run"), time(field(status, "lastScheduleTime")));
        facts.time(say("Core", "Last success"), time(field(status, "lastSuccessfulTime")));
        for (const Json &active : elements(field(status, "active")))
            facts.link(say("Core", "Running now"), {"batch", "Job", object.ns, text(active, "name")});
        facts.add(say("Core", "When one still runs"), text(spec, "concurrencyPolicy"));
        return templateFacts(field(spec, "jobTemplate", "spec", "template", "spec"), object.ns, facts);
    }
    facts.add(say("Core", "Status"), object.cell("status"));
    facts.add(say("Core", "Completions"), object.cell("completions"));
    std::string pods;
    if (const std::int64_t active = number(field(status, "active")); active > 0)
        join(pods, say("Core", "{} running", active));
    if (const std::int64_t done = number(field(status, "succeeded")); done > 0)
        join(pods, say("Core", "{} succeeded", done));
    if (const std::int64_t failed = number(field(status, "failed")); failed > 0)
        join(pods, say("Core", "{} failed", failed));
    facts.add(say("Core", "Pods"), pods);
    facts.number(say("Core", "At once"), field(spec, "parallelism"));
    facts.number(say("Core", "Failures allowed"), field(spec, "backoffLimit"));
    facts.time(say("Core", "Started"), time(field(status, "startTime")));
    facts.time(say("Core", "Ended"), time(field(status, "completionTime")));
    facts.mono(say("Core", "Selector"), selectorText(field(spec, "selector")));
    templateFacts(field(spec, "template", "spec"), object.ns, facts);
}

void autoscalerFacts(const Subject &object, Facts &facts)
{
    const Json &spec = object.spec(), &status = object.status(), &target = field(spec, "scaleTargetRef");
    facts.link(say("Core", "Scales"), refTo(text(target, "apiVersion"), text(target, "kind"), object.ns, text(target, "name")),
               text(target, "kind"));
    facts.add(say("Core", "Targets"), object.cell("targets"));
    facts.add(say("Core", "Replicas"),
              say("Core", "{} now, {} wanted", number(field(status, "currentReplicas")), number(field(status, "desiredReplicas"))));
    facts.add(say("Core", "Limits"), say("Core", "{} to {}", number(field(spec, "minReplicas"), 1), number(field(spec, "maxReplicas"))));
    facts.time(say("Core", "Last change"), time(field(status, "lastScaleTime")));
}

} // namespace timonier::describing
