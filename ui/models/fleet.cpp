#include "ui/models/fleet.h"

#include "ui/models/kind_words.h"

#include <QPointer>

#include <algorithm>

namespace timonier {

namespace {

// What can be shown live. Some groups serve the same objects again under a newer name: once is enough.
bool isShown(const Resource &resource)
{
    const bool again = resource.group == "events.k8s.io" || resource.group == "metrics.k8s.io";
    return resource.can("list") && resource.can("watch") && !again;
}

} // namespace

Fleet::Fleet(ClusterOpener &opener, std::vector<KindSpec> kinds, QObject *parent)
    : QObject(parent), m_opener(opener), m_known(inRailOrder(kinds))
{
}

Fleet::~Fleet() = default;

const ContextChoice *Fleet::info(const QString &context) const
{
    const auto it = std::ranges::find(m_contexts.contexts, context, &ContextChoice::name);
    return it == m_contexts.contexts.end() ? nullptr : &*it;
}

void Fleet::setContexts(const ContextList &list)
{
    m_contexts = list;
    std::vector<QString> anew;
    for (const auto &[name, entry] : m_entries) {
        // A renewed certificate, another address; or it could not be opened as it was.
        const ContextChoice *now = info(name);
        if (now && entry.state != ContextState::Closed && (now->fingerprint != entry.fingerprint || entry.state == ContextState::Failed))
            anew.push_back(name);
    }
    for (const QString &name : anew) {
        close(name);
        open(name);
    }
}

const FleetEntry *Fleet::entry(const QString &context) const
{
    const auto it = m_entries.find(context);
    return it == m_entries.end() ? nullptr : &it->second;
}

std::vector<const FleetEntry *> Fleet::entries() const
{
    std::vector<const FleetEntry *> all;
    for (const auto &[name, entry] : m_entries)
        all.push_back(&entry);
    return all;
}

void Fleet::set(FleetEntry &entry, ContextState state)
{
    entry.state = state;
    entry.since = QDateTime::currentDateTime();
    emit stateChanged(QString(entry.name)); // a copy: whoever listens may close it
}

void Fleet::open(const QString &context)
{
    FleetEntry &entry = m_entries[context];
    if (entry.state == ContextState::Opening || entry.state == ContextState::Open)
        return;
    const ContextChoice *choice = info(context);
    entry.name = context;
    entry.kinds = m_known;
    entry.fingerprint = choice ? choice->fingerprint : 0;
    entry.error.reset();
    const int opening = ++entry.opening;
    if (choice && choice->problem) {
        entry.error = choice->problem;
        set(entry, ContextState::Failed);
        return;
    }
    set(entry, ContextState::Opening);
    m_opener.open(context, [self = QPointer<Fleet>(this), context, opening](Result<std::shared_ptr<OpenCluster>> result) {
        if (self)
            self->opened(context, opening, std::move(result));
    });
}

void Fleet::opened(const QString &context, int opening, Result<std::shared_ptr<OpenCluster>> result)
{
    const auto it = m_entries.find(context);
    if (it == m_entries.end() || it->second.opening != opening)
        return; // it was closed, or opened anew, meanwhile
    FleetEntry &entry = it->second;
    if (!result) {
        entry.error = std::move(result).error();
        set(entry, ContextState::Failed);
        return;
    }
    entry.cluster = std::move(*result);
    const ContextChoice *choice = info(context);
    entry.watch = std::make_unique<ClusterWatch>(entry.cluster, m_known, choice ? choice->ns.toStdString() : std::string());
    connect(entry.watch.get(), &ClusterWatch::changed, this, [this, context] { emit watchChanged(context); });
    connect(entry.watch.get(), &ClusterWatch::happened, this,
            [this, context](const std::vector<Incident> &incidents) { emit happened(context, incidents); });
    set(entry, ContextState::Open);
}

void Fleet::close(const QString &context)
{
    const auto it = m_entries.find(context);
    if (it == m_entries.end() || it->second.state == ContextState::Closed)
        return;
    FleetEntry &entry = it->second;
    ++entry.opening;
    entry.watch.reset();
    entry.cluster.reset();
    entry.error.reset();
    set(entry, ContextState::Closed);
}

void Fleet::discover(const QString &context)
{
    const auto it = m_entries.find(context);
    if (it == m_entries.end() || !it->second.cluster)
        return;
    it->second.cluster->discoverKinds([self = QPointer<Fleet>(this), context, opening = it->second.opening](Result<Discovery> found) {
        if (self)
            self->discovered(context, opening, std::move(found));
    });
}

void Fleet::discovered(const QString &context, int opening, Result<Discovery> discovery)
{
    const auto it = m_entries.find(context);
    if (it == m_entries.end() || it->second.opening != opening)
        return;
    FleetEntry &entry = it->second;
    entry.missing.clear();
    if (!discovery) {
        entry.missing << QString::fromStdString(discovery.error().text());
    } else {
        for (const std::string &warning : discovery->warnings)
            entry.missing << QString::fromStdString(warning);
        // Those known by heart stay, even where an old server has them in another version only: their own table says so.
        std::vector<KindSpec> kinds = m_known;
        for (const Resource &resource : discovery->resources) {
            const bool known = std::ranges::any_of(m_known, [&](const KindSpec &kind) {
                return kind.resource.name == resource.name && kind.resource.group == resource.group;
            });
            if (!known && isShown(resource))
                kinds.push_back(kindFor(resource));
        }
        entry.kinds = inRailOrder(kinds);
    }
    emit kindsChanged(context);
}

const KindSpec *Fleet::knownNamed(std::string_view plural) const
{
    const auto it = std::ranges::find(m_known, plural, [](const KindSpec &kind) { return std::string_view(kind.resource.name); });
    return it == m_known.end() ? nullptr : &*it;
}

const KindSpec *Fleet::kindOf(const QString &context, const std::string &group, const std::string &kind) const
{
    const FleetEntry *open = entry(context);
    if (!open)
        return nullptr;
    const auto it = std::ranges::find_if(open->kinds, [&](const KindSpec &spec) {
        return spec.resource.kind == kind && spec.resource.group == group;
    });
    return it == open->kinds.end() ? nullptr : &*it;
}

const KindSpec *Fleet::kindNamed(const QString &context, const QString &name) const
{
    const FleetEntry *open = entry(context);
    if (!open)
        return nullptr;
    const std::string wanted = name.toLower().toStdString();
    const auto it = std::ranges::find_if(open->kinds, [&](const KindSpec &spec) {
        const Resource &r = spec.resource;
        return r.name == wanted || r.singular == wanted || r.fullName() == wanted ||
               std::ranges::find(r.shortNames, wanted) != r.shortNames.end();
    });
    return it == open->kinds.end() ? nullptr : &*it;
}

} // namespace timonier
