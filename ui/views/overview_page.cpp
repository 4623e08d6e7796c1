#include "ui/views/overview_page.h"

#include "kube/format.h"
#include "ui/models/kind_words.h"
#include "ui/models/trouble_words.h"
#include "ui/views/link_row.h"
#include "ui/views/overview_parts.h"
#include "ui/views/overview_problem.h"
#include "ui/models/utf8_text.h"

#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QPointer>
#include <QVBoxLayout>

#include <algorithm>

namespace timonier {

namespace {

using Table = ClusterTotals::Table;

constexpr int healthEveryMs = 30'000;
constexpr std::size_t mostTrouble = 8;
constexpr std::size_t mostWarnings = 8;
constexpr std::size_t mostChecks = 6;

QString cores(std::int64_t milli)
{
    return QLocale().toString(static_cast<double>(milli) / 1000, 'f', milli % 1000 == 0 || milli >= 100'000 ? 0 : 1);
}

QString gib(std::int64_t bytes)
{
    const double value = static_cast<double>(bytes) / (1 << 30);
    return QLocale().toString(value, 'f', value >= 100 ? 0 : 1);
}

double share(std::int64_t part, std::int64_t whole)
{
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

const Cell &eventCell(const RowPtr &event, std::string_view id)
{
    return cellAt(*event, cellOf(typedKind("events")->columns, id));
}

} // namespace

OverviewPage::OverviewPage(QWidget *parent)
    : QScrollArea(parent)
{
    setObjectName(QStringLiteral("overviewPage"));
    setAccessibleName(tr("Overview"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setBackgroundRole(QPalette::Base);
    auto *content = new QWidget;
    content->setObjectName(QStringLiteral("overviewContent"));
    content->setAccessibleName(tr("Overview"));
    content->setBackgroundRole(QPalette::Base);
    content->setAutoFillBackground(true);
    setWidget(content);
    m_title = new QLabel(tr("Overview"), content);
    m_title->setObjectName(QStringLiteral("overviewTitle"));
    QFont big = font();
    big.setPointSizeF(big.pointSizeF() * 1.25);
    big.setWeight(QFont::DemiBold);
    m_title->setFont(big);
    m_about = new QLabel(content);
    m_about->setObjectName(QStringLiteral("overviewAbout"));
    m_about->setTextFormat(Qt::PlainText);
    m_about->setForegroundRole(QPalette::PlaceholderText);
    m_about->setWordWrap(true);
    m_problem = new VerdictCard(QStringLiteral("overviewProblem"), content);
    m_problem->hide();
    m_tileGrid = new QGridLayout;
    m_tileGrid->setSpacing(12);
    m_cardGrid = new QGridLayout;
    m_cardGrid->setSpacing(12);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(16, 12, 16, 16);
    column->setSpacing(12);
    column->addWidget(m_title);
    column->addWidget(m_about);
    column->addWidget(m_problem);
    column->addLayout(m_tileGrid);
    column->addLayout(m_cardGrid);
    column->addStretch(1);

    const QString titles[] = {tr("Nodes"), tr("Pods"), tr("Deployments"), tr("Stateful sets"), tr("Daemon sets")};
    for (std::size_t at = 0; at < ClusterTotals::tables; ++at) {
        const QString kind = fromView(ClusterTotals::kindOf(static_cast<Table>(at)));
        auto *tile = new ReadyTile(kind + QStringLiteral("Tile"), titles[at], content);
        connect(tile, &ReadyTile::clicked, this, [this, kind] { emit kindWanted(kind, {}); });
        m_tiles.push_back(tile);
    }
    m_capacityCard = new Card(QStringLiteral("capacityCard"), tr("Asked for and used"), content);
    m_cpu = new CapacityBar(QStringLiteral("cpuBar"), tr("CPU"), content);
    m_memory = new CapacityBar(QStringLiteral("memoryBar"), tr("Memory"), content);
    m_pods = new CapacityBar(QStringLiteral("podsBar"), tr("Pods"), content);
    m_unmetered = new LinkRow(QStringLiteral("installMetrics"), content);
    m_unmetered->hide();
    connect(m_unmetered, &LinkRow::clicked, this, &OverviewPage::metricsServerWanted);
    for (QWidget *part : std::initializer_list<QWidget *>{m_cpu, m_memory, m_pods, m_unmetered})
        m_capacityCard->add(part);
    m_troubleCard = new Card(QStringLiteral("troubleCard"), tr("Pods that are not well"), content);
    m_healthCard = new Card(QStringLiteral("healthCard"), tr("Control plane"), content);
    m_warningCard = new Card(QStringLiteral("warningCard"), tr("Newest warnings"), content);
    m_healthTimer.setInterval(healthEveryMs);
    connect(&m_healthTimer, &QTimer::timeout, this, &OverviewPage::readHealth);
}

void OverviewPage::show(const FleetEntry &entry, const QString &server)
{
    if (m_entry != &entry)
        m_health.reset();
    m_entry = &entry;
    m_server = server;
    m_wasSettled = false;
    m_healthTimer.start();
    readHealth();
    arrange();
    refresh();
}

void OverviewPage::leave()
{
    m_entry = nullptr;
    ++m_asked;
    m_healthTimer.stop();
}

bool OverviewPage::isSettled() const
{
    if (!m_entry || !m_health)
        return false;
    const auto settledState = [](const TableStatus &status) {
        return status.complete || status.state == ReflectorState::Forbidden || status.state == ReflectorState::Stale;
    };
    return settledState(m_entry->watch->totals().status(Table::Nodes)) && settledState(m_entry->watch->totals().status(Table::Pods));
}

bool OverviewPage::isGood() const
{
    return m_entry && (m_entry->watch->totals().status(Table::Pods).complete || m_entry->watch->totals().status(Table::Nodes).complete);
}

void OverviewPage::readHealth()
{
    if (!m_entry)
        return;
    m_entry->cluster->readHealth([self = QPointer<OverviewPage>(this), asked = ++m_asked](Health health) {
        if (!self || self->m_asked != asked)
            return;
        self->m_health = std::move(health);
        self->refresh();
    });
}

void OverviewPage::refresh()
{
    if (!m_entry || !m_entry->watch)
        return;
    QStringList about{m_entry->name};
    if (m_health && !m_health->version.empty())
        about << tr("Kubernetes %1").arg(QString::fromStdString(m_health->version));
    about << m_server;
    if (!m_entry->watch->narrowedTo().empty())
        about << tr("only the namespace %1: you may not look at all of them").arg(QString::fromStdString(m_entry->watch->narrowedTo()));
    m_about->setText(about.join(QStringLiteral("  ·  ")));
    if (!refreshProblem()) {
        refreshTiles();
        refreshCapacity();
        refreshTrouble();
        refreshHealth();
        refreshWarnings();
    }
    if (isSettled() && !std::exchange(m_wasSettled, true))
        emit settled();
}

// Of a cluster that has never shown anything: that alone, and not ten empty boxes.
bool OverviewPage::refreshProblem()
{
    const auto problem = overviewProblem(m_entry->watch->totals());
    if (problem && (m_problem->isHidden() || *problem != m_problem->words())) { // a button keeps its focus
        m_problem->tell(*problem);
        m_problem->offer(tr("Try again"), [this] { emit retryWanted(); });
    }
    m_problem->setVisible(problem.has_value());
    for (ReadyTile *tile : m_tiles)
        tile->setVisible(!problem);
    for (Card *card : {m_capacityCard, m_troubleCard, m_healthCard, m_warningCard})
        card->setVisible(!problem);
    return problem.has_value();
}

void OverviewPage::refreshTiles()
{
    const ClusterTotals &totals = m_entry->watch->totals();
    const QLocale locale;
    for (std::size_t at = 0; at < m_tiles.size(); ++at) {
        const auto table = static_cast<Table>(at);
        const TableStatus &status = totals.status(table);
        const ReadyCount count = totals.ready(table);
        if (status.state == ReflectorState::Forbidden) {
            m_tiles[at]->sayUnknown(tr("You may not list them"));
            continue;
        }
        if (!status.complete) {
            m_tiles[at]->sayUnknown(status.error ? tr("Not reached") : tr("Loading …"));
            continue;
        }
        QString detail;
        int ready = count.ready, of = count.all;
        if (table == Table::Nodes && totals.cordoned() > 0)
            detail = tr("%n closed to new pods", "nodes; cordoned", totals.cordoned());
        if (table == Table::Pods) { // those that have done their work are not missing
            int done = 0;
            for (const auto &[word, pods] : totals.podsByStatus())
                done += toneOf(word) == Tone::Done ? pods : 0;
            of -= done;
            if (done > 0)
                detail = tr("and %n completed", "pods", done);
        }
        if (status.state == ReflectorState::Stale)
            detail = tr("stale");
        const QString words = count.all == 0 ? tr("none") : tr("%1 of %2 ready").arg(locale.toString(ready), locale.toString(of));
        m_tiles[at]->tell(ready, of, words, detail,
                         ready == of ? Tone::Good : table == Table::Nodes || ready == 0 ? Tone::Bad : Tone::Careful);
    }
}

void OverviewPage::refreshCapacity()
{
    const ClusterTotals &totals = m_entry->watch->totals();
    const auto [cpu, memory, pods] = totals.allocatable();
    const auto asked = totals.requested();
    const std::optional<Usage> used = m_entry->watch->used();
    const bool known = totals.status(Table::Nodes).complete;
    const auto words = [&](const QString &requested, const QString &inUse, const QString &there) {
        if (!known)
            return totals.status(Table::Nodes).state == ReflectorState::Forbidden ? tr("you may not list nodes") : QString();
        return used ? tr("%1 asked for, %2 used, of %3").arg(requested, inUse, there) : tr("%1 asked for, of %2").arg(requested, there);
    };
    m_cpu->tell(share(asked.cpu, cpu), used ? share(used->cpu, cpu) : -1,
               words(cores(asked.cpu), used ? cores(used->cpu) : QString(), tr("%1 cores").arg(cores(cpu))));
    m_memory->tell(share(asked.memory, memory), used ? share(used->memory, memory) : -1,
                  words(gib(asked.memory), used ? gib(used->memory) : QString(), tr("%1 GiB").arg(gib(memory))));
    m_pods->tell(share(asked.pods, pods), -1,
                known ? tr("%1 of %2 places taken").arg(QLocale().toString(asked.pods), QLocale().toString(pods)) : QString());
    const auto &unmetered = m_entry->watch->unmetered();
    m_unmetered->setVisible(unmetered.has_value());
    if (unmetered) {
        const bool missing = unmetered->kind == ErrorKind::NotFound;
        m_unmetered->setPlain(!missing);
        m_unmetered->tell(Tone::Careful,
                         missing ? tr("What is used is not known: there is no metrics-server") : tr("What is used cannot be read at the moment"),
                         missing ? QString() : QString::fromStdString(unmetered->text()), missing ? tr("Install …", "metrics-server") : QString());
    }
}

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

void OverviewPage::arrange()
{
    const int width = viewport()->width() - 32;
    const int all = static_cast<int>(m_tiles.size()), fit = std::max(1, width / 190);
    const int columns = fit >= all ? all : std::min(fit, (all + 1) / 2); // two rows of like length, not one with a rest
    for (std::size_t at = 0; at < m_tiles.size(); ++at)
        m_tileGrid->addWidget(m_tiles[at], static_cast<int>(at) / columns, static_cast<int>(at) % columns);
    const bool wide = width >= 760;
    m_cardGrid->addWidget(m_capacityCard, 0, 0);
    m_cardGrid->addWidget(m_troubleCard, wide ? 0 : 1, wide ? 1 : 0);
    m_cardGrid->addWidget(m_warningCard, wide ? 1 : 2, 0);
    m_cardGrid->addWidget(m_healthCard, wide ? 1 : 3, wide ? 1 : 0);
    m_cardGrid->setColumnStretch(0, 3);
    m_cardGrid->setColumnStretch(1, wide ? 2 : 0);
}

void OverviewPage::resizeEvent(QResizeEvent *event)
{
    QScrollArea::resizeEvent(event);
    arrange();
}

} // namespace timonier
