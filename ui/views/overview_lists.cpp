// The overview's lists: what is not well, how the control plane does, what it warns of. Each line leads to what it speaks of.
#include "ui/views/overview_page.h"

#include "kube/format.h"
#include "ui/models/trouble_words.h"
#include "ui/models/utf8_text.h"
#include "ui/views/link_row.h"
#include "ui/views/overview_parts.h"

#include <QLocale>

#include <algorithm>

namespace timonier {

namespace {

using Table = ClusterTotals::Table;

constexpr std::size_t mostTrouble = 8;
constexpr std::size_t mostWarnings = 8;
constexpr std::size_t mostChecks = 6;

const Cell &eventCell(const RowPtr &event, std::string_view id)
{
    return cellAt(*event, cellOf(typedKind("events")->columns, id));
}

} // namespace

LinkRow *OverviewPage::rowAt(std::vector<LinkRow *> &rows, Card *card, std::size_t at, const char *name, void (OverviewPage::*follow)(std::size_t))
{
    if (at < rows.size()) {
        rows[at]->show();
        return rows[at];
    }
    auto *row = new LinkRow(QLatin1StringView(name) + QString::number(at), card);
    rows.push_back(row);
    card->add(row);
    if (follow)
        connect(row, &LinkRow::clicked, this, [this, follow, at] { (this->*follow)(at); });
    return row;
}

void OverviewPage::followTrouble(std::size_t at)
{
    if (at < m_troubleFilters.size())
        emit kindWanted(QStringLiteral("pods"), m_troubleFilters[at]);
}

void OverviewPage::refreshTrouble()
{
    struct Group {
        QString status;
        int pods;
        Tone tone;
    };
    std::vector<Group> groups;
    for (const auto &[status, pods] : m_entry->watch->totals().podsByStatus()) {
        const Tone tone = status == "NotReady" ? Tone::Careful : toneOf(status);
        if (tone != Tone::Good && tone != Tone::Done)
            groups.push_back({QString::fromStdString(status), pods, tone});
    }
    std::ranges::stable_sort(groups, [](const Group &a, const Group &b) {
        return std::pair(a.tone == Tone::Bad, a.pods) > std::pair(b.tone == Tone::Bad, b.pods);
    });
    const std::size_t shown = std::min(groups.size(), mostTrouble);
    m_troubleFilters.assign(shown, {});
    for (std::size_t at = 0; at < shown; ++at) {
        LinkRow *row = rowAt(m_trouble, m_troubleCard, at, "trouble", &OverviewPage::followTrouble);
        row->setPlain(false);
        row->tell(groups[at].tone, groups[at].status, troubleWords(groups[at].status.toStdString()), QLocale().toString(groups[at].pods));
        // "Running 0/1" is what the table shows of a pod that runs and is not ready.
        m_troubleFilters[at] = groups[at].status == u"NotReady" ? QStringLiteral("running /^0\\/[1-9]|^1\\/[2-9]|^2\\/[3-9]/") : groups[at].status;
    }
    std::size_t used = shown;
    if (shown == 0) {
        LinkRow *row = rowAt(m_trouble, m_troubleCard, 0, "trouble", &OverviewPage::followTrouble);
        row->setPlain(true);
        const bool complete = m_entry->watch->totals().status(Table::Pods).complete;
        row->tell(complete ? Tone::Good : Tone::Busy, complete ? tr("All pods are well") : tr("Loading …"));
        used = 1;
    }
    for (std::size_t at = used; at < m_trouble.size(); ++at)
        m_trouble[at]->hide();
}

void OverviewPage::refreshHealth()
{
    std::size_t used = 0;
    const auto line = [&](Tone tone, const QString &text, const QString &detail = {}) {
        LinkRow *row = rowAt(m_checks, m_healthCard, used++, "check");
        row->setPlain(true);
        row->tell(tone, text, detail);
    };
    if (!m_health) {
        line(Tone::Busy, tr("Asking …"));
    } else if (m_health->unknown) {
        const bool refused = m_health->unknown->kind == ErrorKind::Forbidden || m_health->unknown->kind == ErrorKind::Unauthorized;
        line(Tone::Careful, refused ? tr("You may not ask how it does") : tr("It does not answer"),
             QString::fromStdString(m_health->unknown->text()));
    } else {
        const auto bad = std::ranges::count(m_health->checks, false, &HealthCheck::good);
        if (bad == 0)
            line(Tone::Good, tr("Ready"), tr("all of its %n checks pass", nullptr, static_cast<int>(m_health->checks.size())));
        else
            line(Tone::Bad, tr("Not ready"), tr("%n check(s) fail", nullptr, static_cast<int>(bad)));
        for (const HealthCheck &check : m_health->checks) {
            if (!check.good && used <= mostChecks)
                line(Tone::Bad, QString::fromStdString(check.name), QString::fromStdString(check.reason));
        }
        for (const char *part : {"etcd", "ping", "informer-sync"}) {
            const auto it = std::ranges::find(m_health->checks, std::string_view(part), &HealthCheck::name);
            if (it != m_health->checks.end() && it->good && used <= mostChecks)
                line(Tone::Good, QString::fromStdString(it->name));
        }
    }
    for (const QString &warning : m_entry->missing)
        line(Tone::Careful, tr("Not all kinds are known"), warning);
    for (std::size_t at = used; at < m_checks.size(); ++at)
        m_checks[at]->hide();
}

void OverviewPage::followWarning(std::size_t at)
{
    if (at >= m_warningRows.size() || !m_entry)
        return;
    const auto [event, others] = m_warningRows[at];
    if (others > 0) {
        emit kindWanted(QStringLiteral("events"), fromView(eventCell(event, "reason").text));
        return;
    }
    const std::string object(eventCell(event, "object").text); // "pod/web-1"
    const std::size_t slash = object.find('/');
    const auto kind = std::ranges::find(m_entry->kinds, object.substr(0, slash), [](const KindSpec &spec) { return spec.resource.singular; });
    if (slash != object.npos && kind != m_entry->kinds.end())
        emit objectWanted({kind->resource.group, kind->resource.kind, kind->resource.namespaced ? std::string(event->ns) : std::string(),
                           object.substr(slash + 1)});
    else
        emit kindWanted(QStringLiteral("events"), QString::fromStdString(object));
}

void OverviewPage::refreshWarnings()
{
    m_warningRows = m_entry->watch->warnings(mostWarnings);
    const auto now = std::chrono::system_clock::now();
    for (std::size_t at = 0; at < m_warningRows.size(); ++at) {
        const auto &[event, others] = m_warningRows[at];
        LinkRow *row = rowAt(m_warnings, m_warningCard, at, "warning", &OverviewPage::followWarning);
        row->setPlain(false);
        const QString message = fromView(eventCell(event, "message").text).simplified();
        const QString name = fromView(eventCell(event, "object").text).section(u'/', 1);
        row->tell(Tone::Careful, fromView(eventCell(event, "reason").text),
                 (others > 0 ? tr("%1 and %n other(s)", "%1: an object; a warning about several", others).arg(name) : name) + QStringLiteral(": ") +
                     message,
                 QString::fromStdString(cellText(CellType::Time, eventCell(event, "last-seen"), now)));
    }
    std::size_t used = m_warningRows.size();
    if (used == 0) {
        LinkRow *row = rowAt(m_warnings, m_warningCard, used++, "warning", &OverviewPage::followWarning);
        row->setPlain(true);
        const TableStatus &status = m_entry->watch->warningStatus();
        if (status.state == ReflectorState::Forbidden)
            row->tell(Tone::Careful, tr("You may not list events"));
        else
            row->tell(status.complete ? Tone::Good : Tone::Busy, status.complete ? tr("None") : tr("Loading …"));
    }
    for (std::size_t at = used; at < m_warnings.size(); ++at)
        m_warnings[at]->hide();
}

} // namespace timonier
