#include "ui/views/details_pane.h"

#include "ui/models/description_feed.h"
#include "ui/theme/colours.h"
#include "ui/theme/icons.h"
#include "ui/views/detail_tab.h"
#include "ui/views/elided_label.h"
#include "ui/views/events_tab.h"
#include "ui/views/log_tab.h"
#include "ui/views/map_tab.h"
#include "ui/views/summary_tab.h"
#include "ui/views/text_page.h"
#include "ui/views/verdict_card.h"
#include "ui/views/yaml_tab.h"
#include "ui/models/utf8_text.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace timonier {

namespace {

// The controller as the row names it; its group is that of the kinds that are known by heart, until the object itself tells.
ObjectRef ownerOf(const Row &row)
{
    ObjectRef owner{"", std::string(row.ownerKind), std::string(row.ns), std::string(row.ownerName)};
    for (const KindSpec &kind : typedKinds()) {
        if (kind.resource.kind == row.ownerKind) {
            owner.group = kind.resource.group;
            if (!kind.resource.namespaced)
                owner.ns.clear();
        }
    }
    return owner;
}

} // namespace

DetailsPane::DetailsPane(QWidget *parent)
    : QWidget(parent)
    , m_feed(new DescriptionFeed(this))
    , m_name(new ElidedLabel(this))
    , m_close(new QToolButton(this))
    , m_what(new TextPage(this))
    , m_notice(new VerdictCard(QStringLiteral("detailsNotice"), this))
    , m_verdict(new VerdictCard(QStringLiteral("detailsVerdict"), this))
    , m_tabs(new QTabWidget(this))
{
    setObjectName(QStringLiteral("detailsPane"));
    setAccessibleName(tr("Details", "accessible name of the pane beside the table"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_name->setObjectName(QStringLiteral("detailsName"));
    QFont bold = font();
    bold.setPointSizeF(bold.pointSizeF() * 1.15);
    bold.setWeight(QFont::DemiBold);
    m_name->setFont(bold);
    m_close->setObjectName(QStringLiteral("detailsClose"));
    m_close->setAccessibleName(tr("Close the details"));
    m_close->setToolTip(tr("Close the details (Esc)"));
    m_close->setIcon(themedIcon("close", colours().dim));
    m_close->setAutoRaise(true);
    m_close->setFocusPolicy(Qt::TabFocus);
    m_what->setObjectName(QStringLiteral("detailsWhat"));
    m_tabs->setObjectName(QStringLiteral("detailsTabs"));
    m_tabs->setAccessibleName(accessibleName());
    m_tabs->setDocumentMode(true);
    m_tabs->tabBar()->setObjectName(QStringLiteral("detailsTabBar"));
    m_tabs->tabBar()->setAccessibleName(tr("Tabs of the details", "accessible name of the row of tabs"));
    m_tabs->tabBar()->setExpanding(false);
    m_tabs->setUsesScrollButtons(false); // all of them are seen, shortened where there is no room
    m_tabs->setElideMode(Qt::ElideRight);
    m_notice->hide();
    m_verdict->hide();
    writeWhat();

    auto *top = new QHBoxLayout;
    top->setSpacing(8);
    top->addWidget(m_name, 1);
    top->addWidget(m_close);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 10, 12, 0);
    column->setSpacing(0);
    column->addLayout(top);
    column->addWidget(m_what);
    column->addSpacing(8);
    column->addWidget(m_notice);
    column->addWidget(m_verdict);
    column->addSpacing(4);
    column->addWidget(m_tabs, 1);

    connect(m_close, &QToolButton::clicked, this, &DetailsPane::closed);
    connect(m_what, &TextPage::jump, this, &DetailsPane::jump);
    connect(m_feed, &DescriptionFeed::changed, this, &DetailsPane::described);
    add(new SummaryTab(this));
    add(new LogTab(this));
    add(new MapTab(this));
    add(new YamlTab(this));
    add(new EventsTab(this));
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        if (!m_offering)
            followCurrent();
    });
    m_second.setInterval(1000);
    connect(&m_second, &QTimer::timeout, this, [this] {
        const std::int64_t now = QDateTime::currentSecsSinceEpoch();
        m_notice->tick(now);
        m_verdict->tick(now);
    });
}

DetailsPane::~DetailsPane() = default;

void DetailsPane::add(DetailTab *tab)
{
    m_all.push_back(tab);
    tab->setParent(this);
    tab->hide();
    connect(tab, &DetailTab::jump, this, &DetailsPane::jump);
    connect(tab, &DetailTab::revealWanted, m_feed, &DescriptionFeed::reveal);
    connect(tab, &DetailTab::titleChanged, this, [this, tab] {
        if (const int at = m_tabs->indexOf(tab); at >= 0)
            m_tabs->setTabText(at, tab->title());
    });
}

void DetailsPane::show(const Subject &subject)
{
    const bool other = !subject.sameObject(m_subject);
    m_subject = subject;
    if (other)
        m_name->setWhole(subject ? fromView(subject.row->name) : QString());
    subject ? m_second.start() : m_second.stop();
    offerTabs();
    if (other) {
        for (DetailTab *tab : m_all)
            tab->forget();
    }
    m_feed->follow(subject); // of another object it tells that nothing is known yet
    if (!other) {
        showVerdict();
        followCurrent();
    }
    if (!subject) { // no tab keeps the cluster, or what it looked at
        m_followed = nullptr;
        for (DetailTab *tab : m_all) {
            tab->rest();
            tab->follow({});
        }
    }
}

void DetailsPane::offerTabs()
{
    m_offering = true;
    int at = 0;
    for (DetailTab *tab : m_all) {
        const int now = m_tabs->indexOf(tab);
        if (m_subject && tab->suits(m_subject)) {
            if (now < 0)
                m_tabs->insertTab(at, tab, tab->title());
            ++at;
        } else if (now >= 0) {
            m_tabs->removeTab(now);
        }
    }
    m_offering = false;
}

void DetailsPane::followCurrent()
{
    auto *tab = static_cast<DetailTab *>(m_tabs->currentWidget());
    if (m_followed && m_followed != tab)
        m_followed->rest();
    m_followed = tab;
    if (!tab)
        return;
    Subject subject = m_subject;
    subject.gone = subject && m_feed->isGone(); // known from its description, maybe, before the table knows
    tab->follow(subject);
    tab->describe(m_feed->description());
}

void DetailsPane::described()
{
    writeWhat();
    showNotice();
    showVerdict();
    followCurrent();
}

void DetailsPane::writeWhat()
{
    m_what->begin();
    if (m_subject) {
        const Row &row = *m_subject.row;
        const auto &description = m_feed->description();
        ObjectRef owner = ownerOf(row);
        if (description && !description->owners.empty())
            owner = description->owners.front();
        const bool owned = !owner.name.empty();
        const QString words = row.ns.empty() ? owned ? tr("%1, owned by %3", "%1: Pod; %3: a name") : QStringLiteral("%1")
                              : owned        ? tr("%1 in %2, owned by %3", "%1: Pod; %2: a namespace; %3: a name")
                                             : tr("%1 in %2", "%1: Pod; %2: a namespace");
        m_what->paragraph();
        for (qsizetype at = 0; at < words.size();) {
            const qsizetype next = words.indexOf(u'%', at);
            m_what->write(words.mid(at, next < 0 ? -1 : next - at), TextPage::Look::Dim);
            if (next < 0)
                break;
            switch (next + 1 < words.size() ? words[next + 1].unicode() : u' ') {
            case u'1':
                m_what->write(QString::fromStdString(m_subject.kind.resource.kind), TextPage::Look::Dim);
                break;
            case u'2':
                m_what->link(fromView(row.ns), {"", "Namespace", "", std::string(row.ns)});
                break;
            case u'3':
                m_what->link(fromView(owner.name), owner);
                break;
            default:
                break;
            }
            at = next + 2;
        }
    }
    m_what->end();
    m_what->setAccessibleName(m_subject ? m_what->text() : tr("What it is", "accessible name of the line below an object's name"));
    m_what->setFocusPolicy(m_what->hasLinks() ? Qt::StrongFocus : Qt::ClickFocus);
}

void DetailsPane::showNotice()
{
    const auto &description = m_feed->description();
    const auto &error = m_feed->error();
    const bool gone = m_subject && m_feed->isGone();
    m_notice->setVisible(gone || error);
    if (gone) {
        m_notice->tell({.tone = Tone::Careful,
                       .sentence = tr("This object was deleted"),
                       .reason = description ? tr("What stands here is how it was last.") : QString()});
    } else if (error) {
        const QString sentence = error->kind == ErrorKind::Forbidden ? tr("You may not read this object")
                                 : description                       ? tr("The object could not be read anew")
                                                                     : tr("The object could not be read");
        m_notice->tell({.tone = description ? Tone::Careful : Tone::Bad,
                       .sentence = sentence,
                       .reason = QString::fromStdString(error->hint),
                       .evidence = QString::fromStdString(error->text()),
                       .since = description ? std::chrono::duration_cast<std::chrono::seconds>(m_feed->readAt().time_since_epoch()).count() : 0});
        m_notice->offer(tr("Try again"), [this] { m_feed->retry(); });
    }
}

void DetailsPane::showVerdict()
{
    const auto &description = m_feed->description();
    const bool saysItself = description && description->verdict;
    const bool has = (saysItself || m_subject.remark) && !m_feed->isGone();
    m_verdict->setVisible(has);
    if (!has)
        return;
    if (!saysItself) {
        m_verdict->tell({.tone = m_subject.remark->tone, .sentence = m_subject.remark->sentence, .reason = m_subject.remark->reason});
        return;
    }
    const Verdict &verdict = *description->verdict;
    m_verdict->tell({.tone = verdict.tone,
                    .sentence = QString::fromStdString(verdict.sentence),
                    .reason = QString::fromStdString(verdict.reason),
                    .evidence = QString::fromStdString(verdict.evidence),
                    .since = verdict.since});
}

void DetailsPane::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        emit closed();
    else
        QWidget::keyPressEvent(event);
}

void DetailsPane::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        m_close->setIcon(themedIcon("close", colours().dim));
}

} // namespace timonier
