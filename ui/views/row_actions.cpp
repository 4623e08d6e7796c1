#include "ui/views/row_actions.h"

#include "ui/models/row_text.h"
#include "ui/views/notice_strip.h"
#include "ui/views/table_view.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QPointer>
#include <QTimer>

namespace timonier {

namespace {

constexpr std::size_t mostYaml = 200;
constexpr int inFlight = 4;

} // namespace

// Objects are read a few at a time; what comes after a cancel is dropped.
struct RowActions::YamlRun {
    std::weak_ptr<OpenCluster> cluster; // whoever reads does not keep it open
    KindSpec kind;
    std::vector<RowPtr> rows;
    std::vector<std::string> texts;    // in the order of the rows; empty: could not be read
    std::vector<QString> problems;
    std::size_t asked = 0, answered = 0;
};

RowActions::RowActions(TableView *view, const TableModel *model, NoticeStrip *notice)
    : QObject(view), m_view(view), m_model(model), m_notice(notice)
{
    add("copyText", tr("Copy as text"), QKeySequence(QKeySequence::Copy), &RowActions::copyText);
    add("copyName", tr("Copy name"), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_C), &RowActions::copyNames);
    add("copyCsv", tr("Copy as CSV"), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_V), &RowActions::copyCsv);
    add("copyYaml", tr("Copy as YAML"), QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_Y), &RowActions::copyYaml);
    m_preview = new QAction(tr("Preview a roll-out…"), this);
    m_preview->setObjectName(QStringLiteral("rowPreview"));
    m_preview->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R)); // the window's own: here it is only shown
    m_preview->setShortcutVisibleInContextMenu(true);
    connect(m_preview, &QAction::triggered, this, &RowActions::previewWanted);
    m_forward = new QAction(tr("Forward a port…"), this);
    m_forward->setObjectName(QStringLiteral("rowForward"));
    m_forward->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F)); // as above
    m_forward->setShortcutVisibleInContextMenu(true);
    connect(m_forward, &QAction::triggered, this, &RowActions::forwardWanted);
    connect(view, &TableView::menuWanted, this, &RowActions::popUp);
    connect(notice, &NoticeStrip::dismissed, this, [this] { m_yaml.reset(); });
}

QAction *RowActions::add(const char *name, const QString &text, const QKeySequence &keys, void (RowActions::*act)())
{
    auto *action = new QAction(text, this);
    action->setObjectName(QString::fromLatin1(name));
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetShortcut);
    action->setShortcutVisibleInContextMenu(true);
    action->setToolTip(text);
    connect(action, &QAction::triggered, this, act);
    m_view->addAction(action);
    m_actions << action;
    return action;
}

void RowActions::setSource(std::shared_ptr<OpenCluster> cluster, const KindSpec &kind)
{
    m_cluster = std::move(cluster);
    m_kind = kind;
    m_yaml.reset();
    m_notice->hide();
}

void RowActions::popUp(const QPoint &at)
{
    auto *menu = new QMenu(m_view);
    menu->setObjectName(QStringLiteral("rowMenu"));
    menu->setAccessibleName(tr("Selected rows", "accessible name of the menu of a row"));
    menu->setToolTipsVisible(true);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const bool any = !m_view->selectedRows().empty();
    if (m_kind.resource.name == "deployments") {
        menu->addAction(m_preview);
        m_preview->setEnabled(m_view->selectedRows().size() == 1);
        m_preview->setToolTip(m_preview->isEnabled() ? tr("What it would do, before it is done") : tr("Select one Deployment"));
    }
    if (canForwardTo(m_kind.resource.name)) {
        menu->addAction(m_forward);
        m_forward->setEnabled(m_view->selectedRows().size() == 1);
        m_forward->setToolTip(m_forward->isEnabled() ? tr("Reach it from this computer") : tr("Select one row"));
        menu->addSeparator();
    }
    for (QAction *action : std::as_const(m_actions)) {
        menu->addAction(action);
        action->setEnabled(any);
        action->setToolTip(any ? action->text() : tr("No row is selected"));
    }
    // A shortcut works whenever it is pressed: it looks for itself whether there is something to do.
    connect(menu, &QMenu::aboutToHide, this, [this] {
        QTimer::singleShot(0, this, [this] {
            for (QAction *action : std::as_const(m_actions))
                action->setEnabled(true);
        });
    });
    menu->popup(at);
}

void RowActions::said(int rows, const QString &how)
{
    m_notice->say(tr("%n row(s) copied as %1", "%1: text, CSV, YAML", rows).arg(how));
    QTimer::singleShot(4000, m_notice, [notice = m_notice, text = m_notice->text()] {
        if (notice->text() == text)
            notice->hide();
    });
}

void RowActions::copyNames()
{
    QStringList names;
    for (const int row : m_view->selectedRows()) {
        const std::string_view name = m_model->rowAt(row)->name;
        names << QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
    }
    if (!names.isEmpty())
        QGuiApplication::clipboard()->setText(names.join(u'\n'));
}

void RowActions::copyText()
{
    const std::vector<int> rows = m_view->selectedRows();
    if (rows.empty())
        return;
    QGuiApplication::clipboard()->setText(alignedText(*m_model, rows, m_view->visibleColumns()));
    said(static_cast<int>(rows.size()), tr("text", "copied as"));
}

void RowActions::copyCsv()
{
    const std::vector<int> rows = m_view->selectedRows();
    if (rows.empty())
        return;
    QGuiApplication::clipboard()->setText(csvText(*m_model, rows, m_view->visibleColumns()));
    said(static_cast<int>(rows.size()), QStringLiteral("CSV"));
}

void RowActions::copyYaml()
{
    if (m_cluster.expired())
        return;
    const auto run = std::make_shared<YamlRun>();
    run->cluster = m_cluster;
    run->kind = m_kind;
    for (const int row : m_view->selectedRows())
        run->rows.push_back(m_model->rowAt(row));
    if (run->rows.empty())
        return;
    if (run->rows.size() > mostYaml) {
        m_notice->say(tr("At most %1 objects can be copied as YAML at once; %2 are selected.").arg(mostYaml).arg(run->rows.size()));
        return;
    }
    run->texts.resize(run->rows.size());
    m_yaml = run;
    for (int i = 0; i < inFlight; ++i)
        next(run);
}

void RowActions::next(const std::shared_ptr<YamlRun> &run)
{
    if (m_yaml != run)
        return;
    if (run->answered == run->rows.size()) {
        finish(run);
        return;
    }
    m_notice->say(tr("Reading %1 of %2 objects …").arg(run->answered).arg(run->rows.size()),
                  tr("Cancel", "button: stop reading objects"), [this] {
                      m_yaml.reset();
                      m_notice->hide();
                  });
    if (run->asked == run->rows.size())
        return;
    const std::size_t at = run->asked++;
    const Row &row = *run->rows[at];
    const auto answered = [self = QPointer<RowActions>(this), run, at](Result<std::shared_ptr<const Description>> answer) {
        if (!self || self->m_yaml != run)
            return;
        ++run->answered;
        if (answer)
            run->texts[at] = (*answer)->yaml;
        else
            run->problems.push_back(QString::fromStdString(std::string(run->rows[at]->name) + ": " + answer.error().text()));
        self->next(run);
    };
    if (const auto cluster = run->cluster.lock())
        cluster->describe(run->kind, std::string(row.ns), std::string(row.name), false, answered);
}

void RowActions::finish(const std::shared_ptr<YamlRun> &run)
{
    m_yaml.reset();
    std::string all;
    int read = 0;
    for (const std::string &text : run->texts) {
        if (text.empty())
            continue;
        all.append(read++ ? "---\n" : "").append(text);
        if (!text.ends_with('\n'))
            all += '\n';
    }
    if (read > 0)
        QGuiApplication::clipboard()->setText(QString::fromStdString(all));
    if (run->problems.empty()) {
        said(read, QStringLiteral("YAML"));
        return;
    }
    m_notice->say(tr("%1 of %2 objects copied as YAML. %3", "%3: what went wrong with the first that is missing")
                      .arg(read)
                      .arg(run->rows.size())
                      .arg(run->problems.front()));
}

} // namespace timonier
