#include "ui/views/overview_page.h"

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
