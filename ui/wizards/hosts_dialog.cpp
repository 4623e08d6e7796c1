#include "ui/wizards/hosts_dialog.h"

#include "ui/models/host_table.h"
#include "ui/views/tone_label.h"
#include "ui/wizards/flow_layout.h"
#include "ui/wizards/row_view.h"
#include "ui/wizards/wizard_parts.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QShortcut>
#include <QTableView>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr int padding = 20, dot = 20; // px, of a cell
constexpr int leastState = 160;       // px, of how a host is: the longest words stand there
bool hasDot(int column) { return column == HostTable::State || column == HostTable::Certificates; }
QString shown(const std::string &text) { return QString::fromStdString(text); }

QTableView *viewOf(HostTable *table)
{
    auto *view = named(new QTableView, QStringLiteral("hostTable"), HostsDialog::tr("Hosts"));
    view->setModel(table);
    view->setItemDelegate(new RowDelegate({}, view));
    for (const int column : {HostTable::State, HostTable::Certificates})
        view->setItemDelegateForColumn(column, new RowDelegate({.tone = HostTable::ToneRole, .busy = HostTable::BusyRole}, view));
    view->setShowGrid(false);
    view->setFrameShape(QFrame::NoFrame);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setTabKeyNavigation(false);
    view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->horizontalHeader()->setHighlightSections(false);
    view->verticalHeader()->hide();
    view->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    return view;
}

} // namespace

HostsDialog::HostsDialog(const QString &cluster, std::unique_ptr<ClusterHosts> hosts, QWidget *parent)
    : QDialog(parent), m_cluster(cluster), m_table(new HostTable(this)), m_view(viewOf(m_table)), m_state(new ToneLabel), m_card(new HelpCard(QStringLiteral("hostsCard"))), m_buttonBox(new QWidget)
{
    named(this, QStringLiteral("hostsDialog"), tr("The hosts of %1").arg(cluster));
    setWindowTitle(accessibleName());
    named(m_state, QStringLiteral("hostsState"), tr("How they are"));
    named(m_buttonBox, QStringLiteral("hostsButtons"), tr("What is done with them"));
    m_card->hide();
    m_row = new FlowLayout(m_buttonBox);
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(8);
    m_again = button(QStringLiteral("hostsAgain"), tr("Look again"), tr("Asks the cluster and its hosts (F5)"), [this] { lookAgain(); });
    auto *top = new QHBoxLayout;
    top->setSpacing(12);
    top->addWidget(m_state, 1);
    top->addWidget(m_again);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 16);
    column->setSpacing(12);
    column->addLayout(top);
    column->addWidget(m_view, 1);
    column->addWidget(m_card);
    column->addWidget(m_buttonBox);
    connect(new QShortcut(QKeySequence::Refresh, this), &QShortcut::activated, this, &HostsDialog::lookAgain);
    connect(new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_W), this), &QShortcut::activated, this, &QDialog::close);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, &HostsDialog::tellChosen);
    connect(m_table, &QAbstractItemModel::dataChanged, this, &HostsDialog::shareWidth);
    connect(m_table, &QAbstractItemModel::modelReset, this, &HostsDialog::shareWidth);
    resize(std::max(920, fontMetrics().averageCharWidth() * 130), 440);
    setHosts(std::move(hosts));
}

HostsDialog::~HostsDialog() = default;

void HostsDialog::setHosts(std::unique_ptr<ClusterHosts> hosts)
{
    m_hosts = std::move(hosts);
    qDeleteAll(m_buttons);
    m_buttons.clear();
    delete m_buttonBox->findChild<QPushButton *>(QStringLiteral("hostsDelete"));
    m_actions = m_hosts->actions();
    for (const HostAction &one : m_actions) {
        m_buttons.push_back(button(QStringLiteral("hostAction-") + one.id, one.title, one.help, [this, id = one.id, onHost = one.onHost] {
            emit actionWanted(id, onHost && m_view->currentIndex().isValid() ? m_table->at(m_view->currentIndex().row()).id : QString());
        }));
        m_row->addWidget(m_buttons.back());
    }
    m_row->addWidget(button(QStringLiteral("hostsDelete"), tr("Delete the cluster…"), tr("All hosts become what they were; it is said before what goes"), [this] { emit deleteWanted(); }));
    m_table->show(m_hosts->hosts());
    if (!m_view->currentIndex().isValid() && m_table->rowCount() > 0)
        m_view->setCurrentIndex(m_table->index(0, 0));
    m_looking = false;
    if (isVisible())
        lookAgain();
    tellChosen();
}

void HostsDialog::choose(const QString &host) { m_view->setCurrentIndex(m_table->index(m_table->rowOf(host), 0)); }

void HostsDialog::lookAgain()
{
    if (m_looking)
        return;
    m_looking = true;
    m_again->setEnabled(false);
    m_card->hide();
    m_state->show({Tone::Busy, tr("The cluster and its hosts are asked …")});
    const int asked = ++m_asked;
    const auto heard = [self = QPointer(this), asked] { return self && self->m_asked == asked ? self.data() : nullptr; };
    m_hosts->look(
        [heard](const std::vector<HostLine> &lines) {
            if (HostsDialog *self = heard()) {
                const QString chosen = self->m_view->currentIndex().isValid() ? self->m_table->at(self->m_view->currentIndex().row()).name : QString();
                self->m_table->show(lines);
                if (!self->m_view->currentIndex().isValid())
                    self->m_view->setCurrentIndex(self->m_table->index(std::max(0, self->m_table->rowOf(chosen)), 0));
            }
        },
        [heard](const Result<> &over) {
            HostsDialog *self = heard();
            if (!self)
                return;
            self->m_looking = false;
            self->m_again->setEnabled(true);
            int bad = 0, careful = 0;
            for (int row = 0; row < self->m_table->rowCount(); ++row) {
                const HostLine &host = self->m_table->at(row);
                bad += host.state.tone == Tone::Bad || host.certificates.tone == Tone::Bad;
                careful += host.state.tone == Tone::Careful || host.certificates.tone == Tone::Careful;
            }
            if (!over) {
                self->m_state->show({Tone::Bad, tr("It cannot be told how they are")});
                self->m_card->tell(Tone::Bad, shown(over.error().message), shown(over.error().hint), over.error().cause ? shown(over.error().text()) : QString());
                self->m_card->show();
            } else if (bad > 0) {
                self->m_state->show({Tone::Bad, tr("%n hosts are not well", nullptr, bad)});
            } else if (careful > 0) {
                self->m_state->show({Tone::Careful, tr("%n hosts want a look", nullptr, careful)});
            } else {
                self->m_state->show({Tone::Good, tr("All of them are well")});
            }
            self->m_state->setAccessibleDescription(self->m_state->text());
        });
}

void HostsDialog::tellChosen()
{
    const QModelIndex chosen = m_view->currentIndex();
    for (std::size_t i = 0; i < m_actions.size(); ++i) {
        const HostAction &one = m_actions[i];
        if (!one.onHost)
            continue;
        QString why;
        if (!chosen.isValid())
            why = tr("Choose a host first");
        else if (m_table->at(chosen.row()).id.isEmpty())
            why = tr("It was not added from here");
        else if (const auto refused = one.refused.find(m_table->at(chosen.row()).id); refused != one.refused.end())
            why = refused->second;
        m_buttons[i]->setEnabled(why.isEmpty());
        m_buttons[i]->setToolTip(why.isEmpty() ? one.help : why);
        m_buttons[i]->setAccessibleDescription(m_buttons[i]->toolTip());
    }
}

// Each column as wide as its words; how the host is gets what is left over, or gives way.
void HostsDialog::shareWidth()
{
    const QFontMetrics metrics(m_view->font());
    std::array<int, HostTable::Columns> widths{};
    int all = 0;
    for (int column = 0; column < HostTable::Columns; ++column) {
        int width = metrics.horizontalAdvance(m_table->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString()) + padding;
        for (int row = 0; row < m_table->rowCount(); ++row)
            width = std::max(width, metrics.horizontalAdvance(m_table->index(row, column).data().toString()) + padding + (hasDot(column) ? dot : 0));
        widths[std::size_t(column)] = width;
        all += column == HostTable::State ? 0 : width;
    }
    const int left = m_view->viewport()->width() - all;
    widths[HostTable::State] = std::max(leastState, left);
    m_view->setHorizontalScrollBarPolicy(left < leastState ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
    for (int column = 0; column < HostTable::Columns; ++column)
        m_view->setColumnWidth(column, widths[std::size_t(column)]);
}

void HostsDialog::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    lookAgain();
    m_view->setFocus(Qt::OtherFocusReason);
    shareWidth();
}

void HostsDialog::resizeEvent(QResizeEvent *event)
{
    QDialog::resizeEvent(event);
    shareWidth();
}

} // namespace timonier
