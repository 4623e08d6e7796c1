// What the page with the table says of itself: how true its rows are, why there are none, and what can be done.
#include "ui/views/table_page.h"

#include "ui/models/kind_words.h"
#include "ui/views/message_page.h"
#include "ui/views/namespace_field.h"
#include "ui/views/table_view.h"

#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPointer>
#include <QStackedLayout>

#include <algorithm>

namespace timonier {

// There is nothing that may be seen.
bool TablePage::isRefused() const
{
    return !m_feed->sources().empty() && std::ranges::all_of(m_feed->sources(), [](const TableFeed::Source &source) {
        return source.status.state == ReflectorState::Forbidden;
    });
}

// The namespace that the words of the status are about.
QString TablePage::worstNamespace() const
{
    const TableFeed::Source *worst = m_feed->worst();
    return worst ? QString::fromStdString(worst->ns) : QString();
}

QString TablePage::filter() const { return m_filter->text(); }
void TablePage::setFilter(const QString &text) { m_filter->setText(text); }
QStringList TablePage::knownNamespaces() const { return m_namespaceField->known(); }

StatusWords TablePage::words() const
{
    const TableStatus &status = m_model->status();
    StatusWords words = wordsFor(status, QString::fromStdString(m_kind.resource.name), namespaced(), worstNamespace(), m_model->total(),
                                 std::chrono::system_clock::now());
    // A refusal names its namespace itself.
    if (m_feed->sources().size() > 1 && words.tone != Tone::Good && status.state != ReflectorState::Forbidden)
        words.text = tr("%1: %2", "a namespace: what is wrong there").arg(worstNamespace(), words.text);
    return words;
}

void TablePage::refreshStatus()
{
    const TableStatus &status = m_model->status();
    emit statusWords(words());
    if (isRefused())
        showRefusal();
    else if (status.state == ReflectorState::Stale && !status.complete && m_model->total() == 0)
        showUnreached();
    else if (!sayNamespaceIsGone())
        m_stack->setCurrentWidget(m_view);
    refreshCount();
    if (status.complete || isSettled()) {
        readNamespaces();
        beginExtras();
    }
    if (status.complete && !std::exchange(m_prepared, true))
        m_prepare.start();
    if (isSettled())
        emit settled();
}

// An empty table would be true and say nothing: the namespaces that it looks at are not there.
bool TablePage::sayNamespaceIsGone()
{
    if (!namespaced() || m_chosen.isEmpty() || m_model->total() > 0 || !m_model->status().complete)
        return false;
    const bool listed = m_namespaces->status().complete;
    if (!listed && m_namespaces->status().state == ReflectorState::Forbidden)
        askForNamespace();
    QStringList gone;
    for (const QString &ns : std::as_const(m_chosen)) {
        if (listed ? !m_namespaceField->known().contains(ns) : ns == m_missing)
            gone << ns;
    }
    if (gone.size() != m_chosen.size())
        return false;
    const QString title = gone.size() == 1 ? tr("There is no namespace %1 (any more)").arg(gone.front())
                                           : tr("There are no namespaces %1 (any more)").arg(gone.join(QStringLiteral(", ")));
    if (sayInstead(title, tr("It was deleted, or its name is another one. If it comes back, it is shown here again.")))
        m_message->offer(tr("Show all namespaces"), [this] { choose({}); });
    return true;
}

// For those who may not list namespaces, but perhaps read the one they work in.
void TablePage::askForNamespace()
{
    if (m_chosen.size() != 1 || m_asking || m_missing == m_chosen.front())
        return;
    m_asking = true;
    const QString ns = m_chosen.front();
    m_cluster->describe(m_namespaceKind, {}, ns.toStdString(), false,
                        [self = QPointer<TablePage>(this), ns](const Result<std::shared_ptr<const Description>> &answer) {
                            if (!self)
                                return;
                            if (!answer && answer.error().kind == ErrorKind::NotFound) {
                                self->m_missing = ns;
                                self->refreshStatus();
                            }
                            self->m_asking = false;
                        });
}

void TablePage::showRefusal()
{
    const TableStatus &status = m_model->status();
    const bool mayChoose = namespaced() && (!status.error || status.error->kind == ErrorKind::Forbidden);
    const QString title = refusalOf(status, QString::fromStdString(m_kind.resource.name), namespaced(), worstNamespace());
    const QString advice = mayChoose ? tr("Choose a namespace in which you may, or ask whoever runs this cluster for the right to list them.")
                         : status.error ? QString::fromStdString(status.error->hint)
                                        : QString();
    if (!sayInstead(title, advice))
        return;
    if (mayChoose) {
        m_message->ask(tr("Namespace", "placeholder of a field"), tr("Show", "button: show the namespace that was typed"),
                       [this](const QString &ns) { choose(ns.split(u',', Qt::SkipEmptyParts)); });
    } else {
        m_message->offer(tr("Try again"), [this] { retry(); });
    }
}

void TablePage::showUnreached()
{
    const std::optional<Error> &error = m_model->status().error;
    if (sayInstead(tr("The cluster cannot be reached"), error ? QString::fromStdString(error->hint) : QString()))
        m_message->offer(tr("Try again"), [this] { retry(); });
}

// The message page in place of the table; false when it says this already, and somebody may be typing into it.
bool TablePage::sayInstead(const QString &title, const QString &advice)
{
    const std::optional<Error> &error = m_model->status().error;
    const QString evidence = error ? QString::fromStdString(error->text()) : QString();
    const bool news = m_stack->currentWidget() != m_message || m_message->title() != title || m_message->evidence() != evidence;
    if (news)
        m_message->say(MessagePage::Mood::Bad, title, advice, evidence);
    m_stack->setCurrentWidget(m_message);
    return news;
}

void TablePage::refreshCount()
{
    const TableStatus &status = m_model->status();
    const QLocale locale;
    const bool filtered = m_model->shown() != m_model->total();
    m_count->setText(filtered ? tr("%1 of %2", "rows that pass the filter, of all")
                                    .arg(locale.toString(m_model->shown()), locale.toString(m_model->total()))
                              : locale.toString(m_model->total()));
    if (m_stack->currentWidget() == m_message)
        m_count->clear();
    m_count->setAccessibleName(tr("%n row(s)", nullptr, static_cast<int>(m_model->shown())));
    QString empty;
    if (filtered)
        empty = tr("Nothing here matches the filter.");
    else if (status.complete)
        empty = m_chosen.isEmpty() || !namespaced() ? tr("There are none in this cluster.")
              : m_chosen.size() == 1              ? tr("There are none in the namespace %1.").arg(m_chosen.front())
                                                  : tr("There are none in the namespaces %1.").arg(m_chosen.join(QStringLiteral(", ")));
    else if (status.state == ReflectorState::Listing)
        empty = tr("Loading …");
    m_view->setEmptyText(empty);
    // Loading says how many there are so far.
    if (!status.complete && status.state == ReflectorState::Listing)
        emit statusWords(wordsFor(status, {}, namespaced(), worstNamespace(), m_model->total(), {}));
}

} // namespace timonier
