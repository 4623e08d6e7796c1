#include "strategy/executor/preflight.h"

#include "base/nearest_name.h"
#include "base/say.h"
#include "kube/scope.h"
#include "strategy/executor/access.h"
#include "strategy/executor/driver.h"
#include "strategy/executor/prepare_parts.h"
#include "strategy/executor/steps.h"
#include "strategy/executor/world.h"

namespace timonier::rollout {

namespace {

class Preflight
{
public:
    // `wanted`: the whole template, where it is not the present one with other images.
    Preflight(const Api &api, Plan plan, std::optional<Json> wanted = {}) : m_api(api), m_names(plan), m_wanted(std::move(wanted))
    {
        m_record.plan = std::move(plan);
    }

    Result<Prepared> run()
    {
        m_own = TRY(theDeployment());
        TRY(mayDo(m_api, m_record, m_out));
        m_out.plan = m_record.plan;
        if (!m_out.ok()) // then the rest could not be found out either
            return std::move(m_out);
        m_record.before.spec = m_own["spec"];
        m_record.before.replicas = m_record.state.expected = numberAt(m_own, "/spec/replicas", 1);
        m_record.before.next = TRY(newTemplate(m_api, m_record.plan, m_own, m_wanted));
        TRY(standsStill());
        TRY(alone());
        TRY(autoscaler());
        TRY(services());
        Plan &plan = m_record.plan;
        TRY(chooseRouter(m_api, m_record, m_out));
        plan.router = m_record.before.router;
        sizes();
        TRY(mayRoute(m_api, m_record, m_out));
        TRY(tryOut(m_api, m_record, m_out));
        m_out.plan = plan;
        for (const Step &step : stepsForward(plan, m_record.before))
            m_out.steps.push_back(words(step, m_record));
        m_out.record = std::make_shared<const Record>(m_record);
        return std::move(m_out);
    }

private:
    void block(std::string words, std::string hint = {}) { m_out.concerns.push_back({true, std::move(words), std::move(hint)}); }
    void note(std::string words, std::string hint = {}) { m_out.concerns.push_back({false, std::move(words), std::move(hint)}); }

    Result<Json> theDeployment()
    {
        const std::string &name = m_record.plan.deployment, &ns = m_record.plan.ns;
        if (auto found = TRY(m_api.find(m_names.own())))
            return std::move(*found);
        std::vector<std::string> names;
        if (const auto all = m_api.list(m_names.deployments))
            for (const Json &one : *all)
                names.push_back(nameOf(one));
        const std::string near = nearestName(name, names);
        return fail(ErrorKind::NotFound, say("Core", "there is no Deployment {} in the namespace {}", name, ns),
                    near.empty() ? say("Core", "Look with `timonierctl get deployments -A`.") : say("Core", "Did you mean {}?", near));
    }

    Result<> standsStill()
    {
        const std::string &name = m_record.plan.deployment;
        if (TRY(m_api.find(recordPath(m_record.plan.ns, name))))
            block(say("Core", "a roll-out of {} is under way already", name),
                  say("Core", "See how it stands with `rollout status {}`; resume or abort it.", name));
        if (jsonAt(m_own, "/spec/paused") == true)
            block(say("Core", "{} is paused", name), say("Core", "Resume it first: `kubectl rollout resume deployment/{}`.", name));
        else if (!standingOf(m_own).complete())
            block(say("Core", "{} is not whole now: {} of {} pods are available and up to date", name,
                      std::min(standingOf(m_own).available, standingOf(m_own).updated), standingOf(m_own).wanted),
                  say("Core", "Wait until it is, or look why it is not: a roll-out starts from something that works."));
        if (m_record.before.next == m_own["spec"]["template"])
            block(say("Core", "nothing would change: {} runs this version already", name));
        const std::vector<std::string> taken = {m_names.nextPath(), m_names.services + "/" + m_names.next};
        for (const std::string &path : taken)
            if (TRY(m_api.find(path)))
                block(say("Core", "the name {} that is needed beside it is taken", m_names.next), say("Core", "Remove or rename what has it."));
        return {};
    }

    // Pods that two Deployments select would be counted, and removed, by both.
    Result<> alone()
    {
        const Json &labels = jsonAt(m_own, "/spec/template/metadata/labels"), &selector = jsonAt(m_own, "/spec/selector/matchLabels");
        for (const Json &other : TRY(m_api.list(m_names.deployments))) {
            if (nameOf(other) == nameOf(m_own) || nameOf(other) == m_names.next)
                continue;
            if (selects(jsonAt(other, "/spec/selector/matchLabels"), labels) || selects(selector, jsonAt(other, "/spec/template/metadata/labels")))
                block(say("Core", "{} and {} select the same pods", m_record.plan.deployment, nameOf(other)),
                      say("Core", "Give each Deployment a selector of its own."));
        }
        return {};
    }

    Result<> autoscaler()
    {
        const auto all = m_api.list("/apis/autoscaling/v2/namespaces/" + percentEncoded(m_record.plan.ns) + "/horizontalpodautoscalers");
        if (!all && all.error().kind != ErrorKind::NotFound && all.error().kind != ErrorKind::Forbidden)
            return std::unexpected(all.error());
        if (!all && all.error().kind == ErrorKind::Forbidden)
            note(say("Core", "whether an autoscaler scales it cannot be seen: you may not list them"));
        for (const Json &one : all.value_or(Json::array())) {
            if (textAt(one, "/spec/scaleTargetRef/kind") != "Deployment" || textAt(one, "/spec/scaleTargetRef/name") != m_record.plan.deployment)
                continue;
            m_record.before.autoscaled = true;
            note(say("Core", "the autoscaler {} decides how many pods it has: that is left to it, and pods of the new version come on top", nameOf(one)));
        }
        return {};
    }

    Result<> services()
    {
        const Json &labels = jsonAt(m_own, "/spec/template/metadata/labels");
        for (const Json &service : TRY(m_api.list(m_names.services))) {
            if (!selects(jsonAt(service, "/spec/selector"), labels) || textAt(service, "/spec/type") == "ExternalName")
                continue;
            if (service["spec"]["selector"].contains(hashLabel))
                block(say("Core", "the Service {} selects pods by {} already", nameOf(service), hashLabel),
                      say("Core", "Somebody holds it to one version: take that label out of its selector."));
            m_record.before.services.push_back(nameOf(service));
        }
        m_record.before.hash = TRY(currentHash());
        return {};
    }

    Result<std::string> currentHash()
    {
        Record probe = m_record;
        probe.before.services.clear();
        return TRY(look(m_api, probe)).newestHash(m_own);
    }

    void sizes()
    {
        const Plan &plan = m_record.plan;
        const Before &before = m_record.before;
        const bool inPlace = plan.strategy == Strategy::Recreate || plan.strategy == Strategy::Rolling;
        if (before.replicas == 0 && !inPlace)
            block(say("Core", "{} runs no pods: there is nothing to compare a new version with", plan.deployment),
                  say("Core", "Take the strategy rolling: its template is changed, and nothing is started."));
        if (before.replicas == 1 && plan.strategy == Strategy::Canary && before.router == Router::Service && splitFor(plan, before, 10).own == 0)
            note(say("Core", "it has one pod and may have no second one: the canary takes its place for all users"));
        if (!inPlace && before.services.empty())
            block(say("Core", "no Service leads to the pods of {}: there are no requests to send elsewhere", plan.deployment),
                  say("Core", "Make a Service first, or take the strategy rolling or recreate."));
        if (plan.strategy == Strategy::BlueGreen && before.services.size() > 1)
            note(say("Core", "{} Services lead to it: they are switched one right after the other", before.services.size()));
        if (recordName(plan.deployment).size() > 253)
            block(say("Core", "the name {} is too long: what is kept beside it could not be named", plan.deployment));
    }

    const Api &m_api;
    const Names m_names;
    const std::optional<Json> m_wanted;
    Json m_own;
    Record m_record;
    Prepared m_out;
};

} // namespace

Error Prepared::refusal() const
{
    for (const Concern &concern : concerns)
        if (concern.blocks)
            return {.kind = ErrorKind::Conflict, .message = concern.words, .hint = concern.hint};
    return {};
}

Result<Prepared> prepare(Transport &transport, Plan plan, std::stop_token stop)
{
    const Api api(transport, stop);
    return Preflight(api, std::move(plan)).run();
}

Result<Prepared> prepareUndo(Transport &transport, const std::string &ns, const std::string &deployment, std::stop_token stop)
{
    const Api api(transport, stop);
    Plan plan{.ns = ns, .deployment = deployment, .strategy = Strategy::Rolling};
    const Names names(plan);
    const Json own = TRY(api.get(names.own()));
    const auto revision = [](const Json &object) {
        const Json &notes = jsonAt(object, "/metadata/annotations");
        return std::atoll((notes.is_object() ? notes.value("deployment.kubernetes.io/revision", "") : std::string()).c_str());
    };
    Json best;
    for (const Json &set : TRY(api.list(names.replicaSets + "?labelSelector=" + percentEncoded(selectorText(jsonAt(own, "/spec/selector/matchLabels")))))) {
        if (textAt(set, "/metadata/ownerReferences/0/uid") != textAt(own, "/metadata/uid") || revision(set) >= revision(own))
            continue;
        if (best.is_null() || revision(set) > revision(best))
            best = set;
    }
    if (best.is_null())
        return fail(ErrorKind::NotFound, say("Core", "{} remembers no earlier version", deployment),
                    say("Core", "Its revisionHistoryLimit may be 0, or this is its first version."));
    Json wanted = best["spec"]["template"];
    wanted["metadata"]["labels"].erase(hashLabel);
    for (const Json &container : wanted["spec"]["containers"])
        plan.images[container["name"]] = container.value("image", "");
    return Preflight(api, std::move(plan), std::move(wanted)).run();
}

} // namespace timonier::rollout
