#include "catalog/deployment.h"

#include "base/say.h"
#include "catalog/secrets.h"
#include "catalog/store.h"
#include "kube/fetch.h"
#include "kube/scope.h"

namespace timonier::catalog {

namespace {

using Json = nlohmann::json;

// All that is wrong with the values, in one error.
Result<> valuesHold(const Entry &entry, const form::Values &values)
{
    const auto problems = problemsOf(entry.parameters, values);
    if (problems.empty())
        return {};
    std::string all, secret;
    for (const form::Problem &problem : problems) {
        all += (all.empty() ? "" : "; ") + problem.parameter + ": " + problem.message;
        const auto parameter = std::ranges::find(entry.parameters, problem.parameter, &form::Parameter::id);
        if (parameter != entry.parameters.end() && parameter->type == form::Type::Secret)
            secret = problem.parameter;
    }
    return fail(ErrorKind::Invalid, all, secret.empty() ? say("Core", "`timonierctl app show {}` tells what each may be", entry.id) : say("Core", "Give it from a file, so that nobody can read it: --set-file {}=FILE", secret));
}

// Namespaces that exist; one of ours is an object of the set, so that it goes with it.
enum class Space { Missing, Ours, Others };

Result<Space> spaceOf(Transport &transport, const SetName &set, std::stop_token stop)
{
    const auto answer = fetch(transport, {.path = "/api/v1/namespaces/" + percentEncoded(set.ns)}, stop);
    if (!answer && answer.error().kind == ErrorKind::NotFound)
        return Space::Missing;
    if (!answer && answer.error().kind == ErrorKind::Forbidden)
        return Space::Others; // whoever may not look may not make one either
    if (!answer)
        return std::unexpected(answer.error());
    const Json object = Json::parse(answer->body, nullptr, false);
    const Json::json_pointer label("/metadata/labels/applyset.kubernetes.io~1part-of");
    return object.contains(label) && object[label] == setLabel(set) ? Space::Ours : Space::Others;
}

ManifestObject spaceObject(const std::string &name)
{
    ManifestObject object{.ref = {"", "Namespace", "", name}, .version = "v1"};
    object.json = Json{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}}}}.dump();
    return object;
}

Filling fillingOf(const AppRequest &request, form::Values values) { return {.name = request.set.name, .ns = request.set.ns, .values = std::move(values)}; }

} // namespace

const form::Check *Prepared::obstacle() const
{
    const auto found = std::ranges::find(checks, form::CheckState::Bad, &form::Check::state);
    return found == checks.end() ? nullptr : &*found;
}

AppRequest completed(const Entry &entry, AppRequest request)
{
    if (request.set.name.empty())
        request.set.name = entry.id;
    if (request.set.ns.empty())
        request.set.ns = entry.ns.empty() ? "default" : entry.ns;
    return request;
}

form::Values merged(const Entry &entry, const std::map<std::string, std::string> &kept, const form::Values &given)
{
    form::Values values = given;
    for (const auto &[id, value] : kept)
        if (std::ranges::find(entry.parameters, id, &form::Parameter::id) != entry.parameters.end())
            values.texts.try_emplace(id, value);
    return values;
}

Result<Prepared> prepare(const std::shared_ptr<Transport> &shared, const StreamAccess &streams, const Catalog &catalog, const Supplier &supplier, const ToolGround &tools, const AppRequest &wanted, std::stop_token stop)
{
    Transport &transport = *shared;
    Prepared prepared{.entry = TRY(entryOf(catalog, wanted.entry))};
    const Entry &entry = *prepared.entry;
    const AppRequest request = completed(entry, wanted);
    const auto known = TRY(readRecord(transport, request.set, stop));
    if (known && known->entry != entry.id)
        return fail(ErrorKind::Conflict, say("Core", "{} in {} is {}, not {}", request.set.name, request.set.ns, known->entry, entry.id), say("Core", "Give this one another name with --name."));
    prepared.update = known.has_value();
    prepared.filling = fillingOf(request, merged(entry, known && !request.fresh ? known->values : std::map<std::string, std::string>(), request.values));
    form::Values &values = prepared.filling.values;

    form::Values open = values; // a secret that is kept in the cluster need not be given again: it is asked for below
    std::vector<form::Parameter> parameters = entry.parameters;
    for (form::Parameter &parameter : parameters)
        parameter.required &= parameter.type != form::Type::Secret;
    if (!problemsOf(parameters, open).empty())
        return std::unexpected(valuesHold(entry, values).error());
    prepared.shipments = TRY(shipmentsOf(transport, entry, prepared.filling, stop));
    const Rendered draft = TRY(render(entry, prepared.filling));
    TRY(fillSecrets(transport, entry, draft.places, prepared.filling, stop));
    TRY(valuesHold(entry, values));

    Rendered rendered = TRY(objectsOf(entry, prepared.filling, supplier, stop));
    prepared.questions = TRY(questionsOf(entry, prepared.filling));
    prepared.record = {.entry = entry.id, .set = request.set, .values = values.texts};
    for (const std::string &id : localFiles(entry))
        prepared.record.values.erase(id);
    rendered.objects.push_back(recordObject(prepared.record, entry));
    const bool bringsSpace = std::ranges::any_of(rendered.objects, [&](const ManifestObject &one) { return one.ref == ObjectRef{"", "Namespace", "", request.set.ns}; });
    if (!bringsSpace && TRY(spaceOf(transport, request.set, stop)) != Space::Others)
        rendered.objects.push_back(spaceObject(request.set.ns));
    prepared.before = TRY(readSet(transport, request.set, stop));

    PreflightOrder order{.catalog = catalog, .entry = entry, .filling = prepared.filling, .plan = prepared.plan, .set = request.set, .before = prepared.before, .update = prepared.update, .shipments = prepared.shipments, .asks = !prepared.questions.empty()};
    auto plan = planApply(transport, std::move(rendered.objects), request.set.ns, stop);
    if (plan) {
        prepared.plan = std::move(*plan);
        if (prepared.before)
            prepared.gone = entriesGone(prepared.before->entries, entriesOf(prepared.plan));
    } else if (plan.error().kind == ErrorKind::NotFound) {
        order.kindProblem = std::move(plan).error();
    } else {
        return std::unexpected(std::move(plan).error());
    }
    prepared.checks = TRY(preflight(transport, order, stop));
    for (form::Check &check : TRY(toolChecks(transport, entry, prepared.filling, tools, stop)))
        prepared.checks.push_back(std::move(check));
    if (known)
        for (form::Check &check : TRY(strandedChecks(entry, fillingOf(request, merged(entry, known->values, {})), prepared.shipments)))
            prepared.checks.push_back(std::move(check));
    for (form::Check &check : TRY(storeChecks(shared, streams, prepared.shipments, values, stop)))
        prepared.checks.push_back(std::move(check));
    return prepared;
}

Result<Rendered> preparedOnPaper(const Catalog &catalog, const Supplier &supplier, const AppRequest &wanted, std::stop_token stop)
{
    const Entry &entry = *TRY(entryOf(catalog, wanted.entry));
    const AppRequest request = completed(entry, wanted);
    TRY(valuesHold(entry, request.values));
    return objectsOf(entry, fillingOf(request, request.values), supplier, stop);
}

namespace {

std::string firstText(const Json &object, std::initializer_list<const char *> pointers)
{
    for (const char *pointer : pointers)
        if (const Json::json_pointer where(pointer); object.contains(where) && object[where].is_string() && !object[where].get_ref<const std::string &>().empty())
            return object[where].get<std::string>();
    return {};
}

// The address of some node, for a NodePort: one from outside where there is one.
Result<std::string> nodeAddress(Transport &transport, std::stop_token stop)
{
    const auto answer = fetch(transport, {.path = "/api/v1/nodes?limit=20"}, stop);
    if (!answer)
        return answer.error().kind == ErrorKind::Forbidden ? Result<std::string>(std::string()) : std::unexpected(answer.error());
    const Json list = Json::parse(answer->body, nullptr, false);
    std::string inside;
    if (list.is_object())
        for (const Json &node : list.value("items", Json::array()))
            if (const Json::json_pointer where("/status/addresses"); node.contains(where) && node[where].is_array())
                for (const Json &address : node[where]) {
                    const std::string type = firstText(address, {"/type"}), value = firstText(address, {"/address"});
                    if (type == "ExternalIP")
                        return value;
                    if (type == "InternalIP" && inside.empty())
                        inside = value;
                }
    return inside;
}

std::string inBrackets(const std::string &host) { return host.find(':') == std::string::npos ? host : "[" + host + "]"; }

// Reached from here without a port-forward; empty: it is not.
Result<std::string> urlOf(Transport &transport, const Json &service, const Way &way, const std::string &host, std::stop_token stop)
{
    if (!host.empty())
        return way.scheme + "://" + host + way.path;
    const Json::json_pointer all("/spec/ports");
    if (!service.contains(all) || !service[all].is_array())
        return std::string();
    for (const Json &port : service[all]) {
        const std::int64_t number = port.value("port", std::int64_t(0)), node = port.value("nodePort", std::int64_t(0));
        if (std::to_string(number) != way.port && port.value("name", std::string()) != way.port)
            continue;
        if (const std::string address = firstText(service, {"/status/loadBalancer/ingress/0/ip", "/status/loadBalancer/ingress/0/hostname"}); !address.empty())
            return fmt::format("{}://{}:{}{}", way.scheme, inBrackets(address), number, way.path);
        if (const std::string address = node ? TRY(nodeAddress(transport, stop)) : std::string(); !address.empty())
            return fmt::format("{}://{}:{}{}", way.scheme, inBrackets(address), node, way.path);
    }
    return std::string();
}

} // namespace

Result<std::vector<Way>> waysIn(Transport &transport, const Entry &entry, const Filling &filling, std::stop_token stop)
{
    std::vector<Way> ways;
    for (const Opening &opening : entry.openings) {
        if (!opening.onlyIf.empty() && !holds(opening.onlyIf, entry.parameters, filling.values))
            continue;
        const auto put = [&](const std::string &text) { return renderText(entry, filling, text); };
        std::string ns = TRY(put(opening.ns));
        Way way{.title = TRY(put(opening.title)), .service = {"", "Service", ns.empty() ? filling.ns : ns, TRY(put(opening.service))}, .port = TRY(put(opening.port)), .scheme = TRY(put(opening.scheme)), .path = TRY(put(opening.path))};
        way.command = fmt::format("timonierctl port-forward -n {} service/{} 8080:{}", way.service.ns, way.service.name, way.port);
        const auto answer = fetch(transport, {.path = "/api/v1/namespaces/" + percentEncoded(way.service.ns) + "/services/" + percentEncoded(way.service.name)}, stop);
        if (!answer && answer.error().kind != ErrorKind::NotFound)
            return std::unexpected(answer.error());
        const std::string host = TRY(put(opening.host));
        if (answer)
            way.url = TRY(urlOf(transport, Json::parse(answer->body, nullptr, false), way, host, stop));
        ways.push_back(std::move(way));
    }
    return ways;
}

std::vector<std::string> notesOf(const Entry &entry, const Filling &filling)
{
    std::vector<std::string> notes;
    for (const Note &note : entry.notes)
        if (note.onlyIf.empty() || holds(note.onlyIf, entry.parameters, filling.values))
            if (auto text = renderText(entry, filling, note.text); text)
                notes.push_back(std::move(*text));
    return notes;
}

} // namespace timonier::catalog
