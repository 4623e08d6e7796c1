#include "ui/views/related_table.h"

#include "ui/models/table_feed.h"
#include "ui/models/table_model.h"
#include "ui/models/status_words.h"
#include "ui/theme/colours.h"
#include "ui/theme/table_delegate.h"
#include "ui/views/kept_selection.h"

#include <QDateTime>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace timonier {

namespace {

constexpr int mostRows = 8;   // more scroll within
constexpr int sampleRows = 20;
constexpr int ageWidth = 64;
const QString troubleColumn = QStringLiteral("trouble"); // not shown: the order

// What tells most of a row, of the kinds that are listed here.
constexpr std::array<const char *, 5> telling{"status", "phase", "ready", "endpoints", "type"};

} // namespace

class RelatedView final : public QTableView
{
    Q_OBJECT
public:
    RelatedView(TableModel *model, QWidget *parent) : QTableView(parent), m_model(model), m_delegate(new TableDelegate(model, this))
    {
        setModel(model);
        setItemDelegate(m_delegate);
        setShowGrid(false);
        setWordWrap(false);
        setTabKeyNavigation(false);
        setFrameShape(QFrame::NoFrame);
        setSelectionBehavior(SelectRows);
        setSelectionMode(SingleSelection);
        setVerticalScrollMode(ScrollPerPixel);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setEditTriggers(NoEditTriggers);
        verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
        verticalHeader()->setMinimumSectionSize(TableDelegate::rowHeight);
        verticalHeader()->setDefaultSectionSize(TableDelegate::rowHeight);
        verticalHeader()->hide();
        horizontalHeader()->hide();
        horizontalHeader()->setMinimumSectionSize(0);
        verticalScrollBar()->setBackgroundRole(QPalette::Base);
        new KeptSelection(model, selectionModel(), this);
    }

    void setEmptyText(const QString &text)
    {
        if (std::exchange(m_emptyText, text) != text)
            viewport()->update();
    }

    void fit()
    {
        setFixedHeight(std::clamp(m_model->rowCount(), 1, mostRows) * TableDelegate::rowHeight);
        const auto &columns = m_model->columns();
        int age = -1, state = -1;
        for (std::size_t i = columns.size(); i-- > 0;)
            if (columns[i].id == u"age")
                age = static_cast<int>(i);
        for (const char *id : telling)
            for (std::size_t i = 0; i < columns.size() && state < 0; ++i)
                if (columns[i].id == QLatin1StringView(id))
                    state = static_cast<int>(i);
        const int room = viewport()->width(), ages = age < 0 ? 0 : ageWidth;
        int states = 0;
        for (int row = 0; state >= 0 && row < std::min(sampleRows, m_model->rowCount()); ++row)
            states = std::max(states, m_delegate->naturalWidth(font(), row, state));
        states = std::min(states, (room - ages) / 2);
        for (int i = 0; i < static_cast<int>(columns.size()); ++i) {
            setColumnHidden(i, i != 0 && i != age && i != state);
            setColumnWidth(i, i == 0 ? std::max(room - ages - states, 40) : i == age ? ages : states);
        }
    }

protected:
    void resizeEvent(QResizeEvent *event) override
    {
        QTableView::resizeEvent(event);
        fit();
    }
    void focusInEvent(QFocusEvent *event) override
    {
        QTableView::focusInEvent(event);
        if (!currentIndex().isValid() && m_model->rowCount() > 0)
            setCurrentIndex(m_model->index(0, 0));
    }
    void paintEvent(QPaintEvent *event) override
    {
        QTableView::paintEvent(event);
        if (m_model->rowCount() > 0)
            return;
        QPainter painter(viewport());
        painter.setPen(colours().dim);
        painter.drawText(viewport()->rect(), Qt::AlignLeft | Qt::AlignVCenter,
                         fontMetrics().elidedText(m_emptyText, Qt::ElideRight, viewport()->width()));
    }
    // At its ends the wheel goes on to the page around it.
    void wheelEvent(QWheelEvent *event) override
    {
        if (verticalScrollBar()->maximum() == 0)
            event->ignore();
        else
            QTableView::wheelEvent(event);
    }

private:
    TableModel *m_model;
    TableDelegate *m_delegate;
    QString m_emptyText;
};

RelatedTable::RelatedTable(int number, QWidget *parent)
    : QWidget(parent)
    , m_model(new TableModel(coreCellRules(), this))
    , m_feed(new TableFeed(m_model, this))
    , m_title(new QLabel(this))
    , m_view(new RelatedView(m_model, this))
{
    const QString name = QStringLiteral("related%1").arg(number);
    setObjectName(name);
    m_title->setObjectName(name + QStringLiteral("Title"));
    m_view->setObjectName(name + QStringLiteral("View"));
    m_title->setTextFormat(Qt::PlainText);
    m_title->setForegroundRole(QPalette::PlaceholderText);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 16, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_title);
    column->addWidget(m_view);
    connect(m_feed, &TableFeed::flushed, this, &RelatedTable::refresh);
    connect(m_view, &QTableView::activated, this, [this](const QModelIndex &index) {
        if (!index.isValid())
            return;
        const Row &row = *m_model->rowAt(index.row());
        emit jump({m_kind.resource.group, m_kind.resource.kind, std::string(row.ns), std::string(row.name)});
    });
}

RelatedTable::~RelatedTable()
{
    rest();
}

void RelatedTable::follow(const std::shared_ptr<OpenCluster> &cluster, const Related &related)
{
    if (m_cluster == cluster && m_related == related)
        return;
    rest();
    const KindSpec *kind = typedKind(related.kind);
    if (!kind)
        return;
    m_cluster = cluster;
    m_related = related;
    m_kind = *kind;
    const QString title = QString::fromStdString(related.title);
    setAccessibleName(title);
    m_view->setAccessibleName(title);
    m_model->setNow(QDateTime::currentSecsSinceEpoch());
    m_tones.clear();
    const bool pods = m_kind.resource.fullName() == "pods";
    m_model->begin(m_kind.columns, {.extra = pods ? std::vector{ExtraColumn{.id = troubleColumn, .title = {}}} : std::vector<ExtraColumn>{}});
    if (pods)
        m_model->sort(static_cast<int>(std::ranges::find(m_model->columns(), troubleColumn, &ViewColumn::id) - m_model->columns().begin()),
                      Qt::AscendingOrder);
    m_feed->follow(cluster->subscribe(m_kind, related.scope, false, m_feed->wake()));
    refresh();
}

void RelatedTable::rest()
{
    m_feed->follow(nullptr);
    m_cluster.reset();
}

// The one pod that is ill is not to be looked for among fifty.
void RelatedTable::troubleFirst()
{
    const std::size_t status = cellOf(m_kind.columns, "status"), ready = cellOf(m_kind.columns, "ready");
    std::unordered_map<Uid, Tone> tones;
    for (const RowPtr &row : m_model->allRows()) {
        if (row)
            tones[row->uid] = toneOf(cellAt(*row, status).text, cellAt(*row, ready).text);
    }
    if (tones == m_tones)
        return;
    m_tones = std::move(tones);
    constexpr std::array worstFirst{Tone::Bad, Tone::Careful, Tone::Busy, Tone::None, Tone::Good, Tone::Done};
    auto order = std::make_shared<Supplement>();
    for (const auto &[uid, tone] : m_tones)
        order->rows[uid] = {{.text = {}, .order = std::ranges::find(worstFirst, tone) - worstFirst.begin()}};
    m_model->setSupplement(std::move(order));
    m_model->settle();
}

void RelatedTable::refresh()
{
    if (m_kind.resource.fullName() == "pods")
        troubleFirst();
    const TableStatus &status = m_model->status();
    const QString title = QString::fromStdString(m_related.title);
    m_title->setText(m_model->total() > 0 ? title + QStringLiteral("  ") + QLocale().toString(m_model->total()) : title);
    const QString kind = QString::fromStdString(m_kind.resource.name);
    m_view->setEmptyText(status.state == ReflectorState::Watching && status.complete
                             ? tr("None")
                             : wordsFor(status, kind, m_kind.resource.namespaced, QString::fromStdString(m_related.scope.ns),
                                        m_model->total(), std::chrono::system_clock::now())
                                   .text);
    m_view->fit();
}

void RelatedTable::tick(std::int64_t now)
{
    m_model->setNow(now);
    m_view->viewport()->update();
}

} // namespace timonier

#include "related_table.moc"
