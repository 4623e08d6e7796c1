#include "ui/views/events_tab.h"

#include "ui/models/status_words.h"
#include "ui/models/table_feed.h"
#include "ui/models/table_model.h"
#include "ui/models/utf8_text.h"
#include "ui/views/text_page.h"

#include <QDateTime>
#include <QLocale>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>

namespace timonier {

namespace {

constexpr int mostEvents = 200;
constexpr int writeMs = 200;

using Look = TextPage::Look;

const KindSpec &events()
{
    return *typedKind("events");
}

const Cell &cellOf(const Row &row, std::string_view id)
{
    return cellAt(row, timonier::cellOf(events().columns, id));
}

QString textOf(const Row &row, std::string_view id)
{
    return fromView(cellOf(row, id).text);
}

} // namespace

EventsTab::EventsTab(QWidget *parent)
    : DetailTab(parent)
    , m_model(new TableModel(coreCellRules(), this))
    , m_feed(new TableFeed(m_model, this))
    , m_scroll(new QScrollArea(this))
    , m_text(new TextPage)
{
    setObjectName(QStringLiteral("eventsTab"));
    setAccessibleName(tr("Events", "tab of the details pane"));
    m_scroll->setObjectName(QStringLiteral("eventsScroll"));
    m_scroll->setAccessibleName(accessibleName());
    m_text->setObjectName(QStringLiteral("eventsText"));
    m_text->setAccessibleName(accessibleName());
    auto *page = new QWidget;
    page->setObjectName(QStringLiteral("eventsPage"));
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 10, 4, 16);
    column->addWidget(m_text);
    column->addStretch(1);
    showScrolled(m_scroll, page);
    m_later.setSingleShot(true);
    m_later.setInterval(writeMs);
    m_second.setInterval(1000);
    connect(&m_later, &QTimer::timeout, this, &EventsTab::write);
    connect(&m_second, &QTimer::timeout, this, [this] { m_text->tick(QDateTime::currentSecsSinceEpoch()); });
    connect(m_feed, &TableFeed::flushed, this, [this] {
        if (!m_later.isActive())
            m_later.start();
    });
}

EventsTab::~EventsTab()
{
    m_feed->follow(nullptr);
}

QString EventsTab::title() const
{
    if (m_count <= 0)
        return tr("Events", "tab of the details pane");
    return tr("Events %1", "tab of the details pane; %1: how many").arg(QLocale().toString(m_count));
}

bool EventsTab::suits(const Subject &subject) const
{
    return subject.kind.resource.name != "events";
}

void EventsTab::follow(const Subject &subject)
{
    const bool other = !subject.sameObject(m_subject);
    m_subject = subject;
    m_second.start();
    if (!other)
        return;
    m_scroll->verticalScrollBar()->setValue(0);
    write();
}

void EventsTab::forget()
{
    m_feed->follow(nullptr);
    m_subscribed = false;
    m_later.stop();
    m_uid.clear();
    if (std::exchange(m_count, -1) != -1)
        emit titleChanged();
}

void EventsTab::describe(const std::shared_ptr<const Description> &description)
{
    if (description && !description->uid.empty())
        m_uid = description->uid;
    if (!m_subscribed && !m_uid.empty() && m_subject)
        subscribe();
}

void EventsTab::subscribe()
{
    m_subscribed = true;
    const Resource &resource = m_subject.kind.resource;
    // A kubelet writes a node's name where its uid belongs.
    const std::string selector = resource.fullName() == "nodes"
                                     ? "involvedObject.kind=Node,involvedObject.name=" + std::string(m_subject.row->name)
                                     : "involvedObject.uid=" + m_uid;
    m_model->begin(events().columns, {});
    const auto &columns = m_model->columns();
    const auto seen = std::ranges::find(columns, QStringLiteral("last-seen"), &ViewColumn::id);
    if (seen != columns.end()) // an age: the youngest is the smallest
        m_model->sort(static_cast<int>(seen - columns.begin()), Qt::AscendingOrder);
    m_feed->follow(m_subject.cluster->subscribe(events(), {.ns = std::string(m_subject.row->ns), .fieldSelector = selector}, false,
                                                m_feed->wake()));
}

void EventsTab::rest()
{
    m_feed->follow(nullptr);
    m_subscribed = false;
    m_later.stop();
    m_second.stop();
}

void EventsTab::write()
{
    const TableStatus &status = m_model->status();
    const bool coming = status.state == ReflectorState::Stopped || status.state == ReflectorState::Listing;
    if (m_subscribed && coming && m_count > 0 && m_model->rowCount() == 0)
        return; // somebody has come back: what was there stays until it is read again
    m_text->begin();
    const int count = m_subscribed ? m_model->rowCount() : 0;
    if (m_subscribed && status.state != ReflectorState::Watching) {
        const StatusWords words = wordsFor(status, QStringLiteral("events"), true, QString::fromUtf8(m_subject.row->ns.data(), static_cast<qsizetype>(m_subject.row->ns.size())), count,
                                           std::chrono::system_clock::now());
        m_text->dotted();
        m_text->dot(words.tone);
        m_text->write(words.text, Look::Dim);
    } else if (count == 0) {
        m_text->paragraph();
        m_text->write(m_subscribed ? tr("No events. A cluster forgets them after an hour, as a rule.") : tr("Loading …"), Look::Dim);
    }
    for (int i = 0; i < std::min(count, mostEvents); ++i) {
        const Row &row = *m_model->rowAt(i);
        const bool normal = cellOf(row, "type").text == "Normal";
        m_text->dotted(i == 0 ? 0 : 12);
        m_text->dot(normal ? Tone::Done : Tone::Careful);
        m_text->write(textOf(row, "reason"), Look::Bold);
        if (!normal)
            m_text->write(QStringLiteral("  ") + tr("warning"), Look::Dim);
        if (const std::int64_t seen = cellOf(row, "last-seen").number; seen > 0)
            m_text->age(seen, QStringLiteral("  %1"), Look::Dim);
        if (const std::int64_t times = cellOf(row, "count").number; times > 1)
            m_text->write(QStringLiteral(", ") + tr("%1 times", "an event that was seen more than once").arg(QLocale().toString(static_cast<qlonglong>(times))), Look::Dim);
        m_text->indented(TextPage::dotWidth, 2);
        m_text->write(textOf(row, "message"));
        if (const QString source = textOf(row, "source"); !source.isEmpty()) {
            m_text->indented(TextPage::dotWidth, 1);
            m_text->write(source, Look::MonoDim);
        }
    }
    if (count > mostEvents) {
        m_text->paragraph(12);
        m_text->write(tr("and %1 older ones", "events").arg(QLocale().toString(count - mostEvents)), Look::Dim);
    }
    m_text->end();
    if (m_subscribed && std::exchange(m_count, count) != count)
        emit titleChanged();
}

} // namespace timonier
