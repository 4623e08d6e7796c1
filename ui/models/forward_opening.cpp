#include "ui/models/forward_opening.h"

#include "ui/models/fleet.h"

#include <QPointer>

#include <algorithm>

namespace timonier {

namespace {

bool isSame(const PortTarget &a, const PortTarget &b) { return a.ns == b.ns && a.kind == b.kind && a.name == b.name && a.port == b.port; }

QString shown(const std::string &text) { return QString::fromStdString(text); }

} // namespace

ForwardOpening::ForwardOpening(Fleet *fleet, ForwardList *forwards, Wanted wanted, Browse browse, Tell tell, QObject *parent)
    : QObject(parent), m_fleet(fleet), m_forwards(forwards), m_wanted(std::move(wanted)), m_browse(std::move(browse)), m_tell(std::move(tell))
{
}

bool ForwardOpening::isFor(const Wanted &wanted) const { return m_wanted.context == wanted.context && isSame(m_wanted.target, wanted.target); }

void ForwardOpening::begin()
{
    const auto &items = m_forwards->items();
    const auto there = std::ranges::find_if(items, [this](const ForwardList::Item &one) { return one.context == m_wanted.context && isSame(one.target, m_wanted.target); });
    connect(m_forwards, &ForwardList::changed, this, &ForwardOpening::lookAtPort);
    if (there != items.end()) {
        m_id = there->id;
        return browse(); // a connection waits for a pod by itself
    }
    connect(m_fleet, &Fleet::stateChanged, this, [this](const QString &context) {
        if (context == m_wanted.context && !m_id)
            lookAtCluster();
    });
    const FleetEntry *entry = m_fleet->entry(m_wanted.context);
    if (entry && entry->state == ContextState::Failed)
        m_fleet->close(m_wanted.context); // another try
    m_fleet->open(m_wanted.context);      // nothing, if it is open
    if (!m_asked && !m_over)
        lookAtCluster();
}

void ForwardOpening::lookAtCluster()
{
    const FleetEntry *entry = m_fleet->entry(m_wanted.context);
    if (m_over || m_asked || !entry)
        return;
    if (entry->state == ContextState::Failed)
        return end({Tone::Bad, tr("%1 cannot be opened: %2", "a context, why").arg(m_wanted.context, shown(entry->error->text())), false});
    if (entry->state != ContextState::Open)
        return m_tell({Tone::Busy, tr("Opening %1 …", "%1: a context").arg(m_wanted.context), false});
    m_asked = true;
    m_tell({Tone::Busy, tr("A pod of %1 is looked for …", "%1: svc/web:80").arg(targetText(m_wanted.target)), false});
    m_forwards->start(entry->cluster, m_wanted.context, m_wanted.target, 0, [self = QPointer(this)](const Result<int> &id) {
        if (self)
            self->begun(id);
    });
}

void ForwardOpening::begun(const Result<int> &id)
{
    if (!id)
        return end({Tone::Bad, tr("No port can be forwarded to %1: %2", "svc/web:80, why")
                                   .arg(targetText(m_wanted.target), shown(id.error().text() + (id.error().hint.empty() ? "" : ". " + id.error().hint))), false});
    m_id = *id;
    if (const auto *now = item(); now && now->status.pod.pod.empty()) {
        // A page that only waits helps nobody; and a port that leads nowhere is not left behind.
        const QString why = shown(now->status.unready);
        m_over = true;
        m_forwards->stop(m_id);
        return end({Tone::Careful, why.isEmpty() ? tr("It cannot be opened yet: no pod is ready. Try again in a while.")
                                                 : tr("It cannot be opened yet: no pod is ready (%1). Try again in a while.", "%1: a pod, and why").arg(why), false});
    }
    browse();
}

void ForwardOpening::browse()
{
    const auto *now = item();
    if (!now)
        return;
    m_noBrowser = !m_browse(m_wanted.scheme % QStringLiteral("://") % addressText(*now->forward) % m_wanted.path);
    lookAtPort();
}

void ForwardOpening::lookAtPort()
{
    if (!m_id || m_over)
        return;
    const auto *now = item();
    if (!now)
        return end({Tone::Done, tr("The port is forwarded no longer."), false});
    const QString address = m_wanted.scheme % QStringLiteral("://") % addressText(*now->forward) % m_wanted.path;
    const StatusWords words = wordsFor(now->status);
    if (m_noBrowser)
        return m_tell({Tone::Careful, tr("No browser could be opened; the address is %1").arg(address), false});
    m_tell({words.tone, tr("%1 – %2", "an address, how the port is that leads there").arg(address, words.text), false});
}

void ForwardOpening::end(const StatusWords &words)
{
    m_over = true;
    m_tell(words);
    deleteLater();
}

const ForwardList::Item *ForwardOpening::item() const
{
    const auto found = std::ranges::find(m_forwards->items(), m_id, &ForwardList::Item::id);
    return found == m_forwards->items().end() ? nullptr : &*found;
}

} // namespace timonier
