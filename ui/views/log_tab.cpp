#include "ui/views/log_tab.h"

#include "ui/theme/colours.h"
#include "ui/theme/icons.h"
#include "ui/views/log_view.h"
#include "ui/views/tone_label.h"

#include <QActionGroup>
#include <QComboBox>
#include <QElapsedTimer>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QSaveFile>
#include <QToolButton>
#include <QVBoxLayout>

namespace timonier {

namespace {

using namespace std::chrono_literals;

constexpr auto searchSlice = 8ms;
constexpr auto saveSlice = 12ms;

// The keys are shown only: they belong to whatever has the focus.
QString withKeys(const QString &text, QKeySequence::StandardKey keys)
{
    return text + u'\t' + QKeySequence(keys).toString(QKeySequence::NativeText);
}

} // namespace

struct LogTab::Saving {
    explicit Saving(const QString &path) : file(path) {}
    QSaveFile file;
    std::uint64_t next = 0;
};

LogTab::LogTab(QWidget *parent)
    : DetailTab(parent)
    , m_reader(new LogReader(this))
    , m_view(new LogView(m_reader, &m_search, this))
    , m_status(new ToneLabel(this))
    , m_container(new QComboBox(this))
    , m_pattern(new QLineEdit(this))
    , m_count(new QLabel(this))
    , m_menu(new QMenu(this))
{
    setObjectName(QStringLiteral("logTab"));
    setAccessibleName(tr("Logs", "accessible name of a tab"));
    m_status->setObjectName(QStringLiteral("logStatus"));
    m_container->setObjectName(QStringLiteral("logContainer"));
    m_container->setAccessibleName(tr("Container", "accessible name: whose log"));
    m_container->setToolTip(tr("Whose log"));
    m_container->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_container->setMinimumContentsLength(8);
    m_pattern->setObjectName(QStringLiteral("logSearch"));
    m_pattern->setAccessibleName(tr("Search in the log", "accessible name of a field"));
    m_pattern->setPlaceholderText(tr("Search, or /regex/"));
    m_pattern->setToolTip(tr("Search in the log (Ctrl+F); F3 and Shift+F3 go to the next and the previous match"));
    m_pattern->setClearButtonEnabled(true);
    m_pattern->addAction(themedIcon("search", colours().dim), QLineEdit::LeadingPosition);
    m_pattern->installEventFilter(this);
    m_count->setObjectName(QStringLiteral("logMatches"));
    m_count->setTextFormat(Qt::PlainText);
    m_count->setForegroundRole(QPalette::PlaceholderText);
    m_count->hide();
    m_pause = button("logPause", tr("Pause", "button: stop reading the log for now"), tr("Pause: stop reading for now"));
    m_pause->setCheckable(true);
    m_more = button("logOptions", tr("More", "button: opens a menu"), tr("How much, how it is shown, save"));
    connect(m_more, &QToolButton::clicked, this, [this] { m_menu->popup(m_more->mapToGlobal(QPoint(0, m_more->height()))); });
    m_previousMatch = button("logPreviousMatch", tr("Previous match"), tr("Previous match (Shift+F3)"));
    m_nextMatch = button("logNextMatch", tr("Next match"), tr("Next match (F3)"));
    m_only = button("logOnlyMatches", tr("Only matching lines"), tr("Show only the lines that match"));
    m_only->setCheckable(true);
    m_menu->setObjectName(QStringLiteral("logMenu"));
    m_menu->setAccessibleName(tr("Log options", "accessible name of a menu"));
    buildMenu();

    auto *top = new QHBoxLayout;
    top->setSpacing(4);
    top->addWidget(m_container, 1);
    top->addWidget(m_pause);
    top->addWidget(m_more);
    auto *search = new QHBoxLayout;
    search->setSpacing(4);
    search->addWidget(m_pattern, 1);
    search->addWidget(m_count);
    search->addWidget(m_previousMatch);
    search->addWidget(m_nextMatch);
    search->addWidget(m_only);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(8);
    column->addLayout(top);
    column->addLayout(search);
    column->addWidget(m_view, 1);
    column->addWidget(m_status);
    QWidget *const order[] = {m_container, m_pause, m_more, m_pattern, m_previousMatch, m_nextMatch, m_only, m_view};
    for (std::size_t i = 1; i < std::size(order); ++i)
        setTabOrder(order[i - 1], order[i]);

    connect(m_container, &QComboBox::activated, this, [this](int index) {
        LogChoice choice = m_reader->choice();
        choice.container = m_container->itemData(index).toString().toStdString();
        m_reader->choose(choice);
    });
    connect(m_pause, &QToolButton::toggled, m_reader, &LogReader::pause);
    connect(m_pattern, &QLineEdit::textChanged, this, &LogTab::searchChanged);
    connect(m_previousMatch, &QToolButton::clicked, this, [this] { step(false); });
    connect(m_nextMatch, &QToolButton::clicked, this, [this] { step(true); });
    connect(m_only, &QToolButton::toggled, m_view, &LogView::setShowsOnlyMatches);
    connect(m_reader, &LogReader::arrived, this, [this] {
        if (m_search.isActive())
            searchOn();
        m_view->linesCame();
    });
    connect(m_reader, &LogReader::restarted, this, [this] {
        m_search.restart();
        m_saving.reset();
        m_saveSlice.stop();
        m_view->linesReplaced();
        if (m_search.isActive())
            m_slice.start();
    });
    connect(m_reader, &LogReader::sourcesChanged, this, [this] {
        refreshContainers();
        m_view->labelsChanged();
    });
    connect(m_reader, &LogReader::statusChanged, this, &LogTab::refreshStatus);
    m_slice.setInterval(0);
    connect(&m_slice, &QTimer::timeout, this, &LogTab::searchOn);
    m_saveSlice.setInterval(0);
    connect(&m_saveSlice, &QTimer::timeout, this, &LogTab::saveOn);
    refreshIcons();
    refreshContainers();
    refreshCount();
}

LogTab::~LogTab() = default;

QToolButton *LogTab::button(const char *name, const QString &accessible, const QString &tip)
{
    auto *made = new QToolButton(this);
    made->setObjectName(QLatin1StringView(name));
    made->setAccessibleName(accessible);
    made->setToolTip(tip);
    made->setAutoRaise(true);
    made->setFocusPolicy(Qt::StrongFocus);
    made->setFixedSize(28, 28);
    return made;
}

void LogTab::buildMenu()
{
    const auto toggle = [this](const char *name, const QString &text, bool on, auto changed) {
        QAction *action = m_menu->addAction(text);
        action->setObjectName(QLatin1StringView(name));
        action->setCheckable(true);
        action->setChecked(on);
        connect(action, &QAction::toggled, this, changed);
        return action;
    };
    toggle("logTimes", tr("Times", "menu: show the time of each line"), m_view->showsTimes(), [this](bool on) { m_view->setShowsTimes(on); });
    toggle("logWrap", tr("Wrap long lines"), m_view->wraps(), [this](bool on) { m_view->setWraps(on); });
    m_previousLife = toggle("logPrevious", tr("The container's last life", "menu: what it printed before its last restart"), false, [this](bool on) {
        LogChoice choice = m_reader->choice();
        choice.previous = on;
        m_reader->choose(choice);
    });
    m_menu->addSeparator();
    auto *amount = new QActionGroup(this);
    const QLocale locale;
    for (const std::int64_t lines : {1000, 10'000, 100'000})
        addAmount(amount, tr("The last %1 lines", "menu: of each container").arg(locale.toString(static_cast<qlonglong>(lines))), lines, {});
    addAmount(amount, tr("The last 5 minutes"), {}, 5min);
    addAmount(amount, tr("The last hour"), {}, 1h);
    addAmount(amount, tr("All there is", "menu: the whole log"), {}, {});
    amount->actions().constFirst()->setChecked(true);
    m_menu->addSeparator();
    QAction *save = m_menu->addAction(withKeys(tr("Save …", "menu: the log to a file"), QKeySequence::Save));
    save->setObjectName(QStringLiteral("logSave"));
    connect(save, &QAction::triggered, this, &LogTab::askWhereToSave);

    QAction *copy = new QAction(withKeys(tr("Copy"), QKeySequence::Copy), m_view);
    connect(copy, &QAction::triggered, m_view, &LogView::copy);
    QAction *all = new QAction(withKeys(tr("Select all"), QKeySequence::SelectAll), m_view);
    connect(all, &QAction::triggered, m_view, &LogView::selectAll);
    m_view->addActions({copy, all, save});
    m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void LogTab::addAmount(QActionGroup *group, const QString &text, std::optional<std::int64_t> tail,
                       std::optional<std::chrono::seconds> since)
{
    QAction *action = m_menu->addAction(text);
    action->setCheckable(true);
    group->addAction(action);
    connect(action, &QAction::triggered, this, [this, tail, since] {
        LogChoice choice = m_reader->choice();
        choice.tail = tail;
        choice.since = since;
        m_reader->choose(choice);
    });
}

QString LogTab::title() const { return tr("Logs", "tab"); }

bool LogTab::suits(const Subject &subject) const { return LogReader::suits(subject); }

void LogTab::follow(const Subject &subject)
{
    m_reader->follow(subject);
    const QSignalBlocker quiet(m_previousLife);
    m_previousLife->setChecked(m_reader->choice().previous);
}

void LogTab::rest() { m_reader->rest(); }

bool LogTab::event(QEvent *event)
{
    // The window has Ctrl+F and / for its filter; here they are the log's.
    if (event->type() == QEvent::ShortcutOverride) {
        auto *key = static_cast<QKeyEvent *>(event);
        if (key->matches(QKeySequence::Find) || key->matches(QKeySequence::Save) || key->key() == Qt::Key_F3 ||
            (key->key() == Qt::Key_Slash && key->modifiers() == Qt::NoModifier)) {
            event->accept();
            return true;
        }
    }
    return DetailTab::event(event);
}

void LogTab::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Find) || (event->key() == Qt::Key_Slash && event->modifiers() == Qt::NoModifier)) {
        m_pattern->setFocus(Qt::ShortcutFocusReason);
        m_pattern->selectAll();
    } else if (event->key() == Qt::Key_F3) {
        step(!(event->modifiers() & Qt::ShiftModifier));
    } else if (event->matches(QKeySequence::Save)) {
        askWhereToSave();
    } else {
        DetailTab::keyPressEvent(event);
    }
}

bool LogTab::eventFilter(QObject *object, QEvent *event)
{
    if (object == m_pattern && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            step(!(key->modifiers() & Qt::ShiftModifier));
            return true;
        }
        if (key->key() == Qt::Key_Escape) {
            m_pattern->clear();
            m_view->setFocus(Qt::OtherFocusReason);
            return true;
        }
        if (key->key() == Qt::Key_Down) {
            m_view->setFocus(Qt::OtherFocusReason);
            return true;
        }
    }
    return DetailTab::eventFilter(object, event);
}

void LogTab::changeEvent(QEvent *event)
{
    DetailTab::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refreshIcons();
}

void LogTab::refreshIcons()
{
    const QColor colour = colours().text;
    m_pause->setIcon(themedIcon(m_pause->isChecked() ? "play" : "pause", colour));
    m_more->setIcon(themedIcon("more", colour));
    m_previousMatch->setIcon(themedIcon("up", colour));
    m_nextMatch->setIcon(themedIcon("down", colour));
    m_only->setIcon(themedIcon("funnel", colour));
}

void LogTab::refreshContainers()
{
    const QStringList names = m_reader->containers();
    const QString chosen = QString::fromStdString(m_reader->choice().container);
    m_container->clear();
    m_container->addItem(names.size() > 1 ? tr("All containers") : tr("Container", "before its name is known"), QString());
    for (const QString &name : names) {
        const auto source = std::ranges::find(m_reader->sources(), name.toStdString(), &LogSource::container);
        const bool init = source != m_reader->sources().end() && source->type == ContainerBrief::Type::Init;
        m_container->addItem(init ? tr("%1 (init)", "%1: a container that runs before the others").arg(name) : name, name);
    }
    if (names.size() == 1)
        m_container->removeItem(0);
    m_container->setCurrentIndex(std::max(0, m_container->findData(chosen)));
    m_container->setEnabled(m_container->count() > 1);
}

void LogTab::refreshStatus()
{
    const StatusWords words = m_reader->status();
    if (!m_saving)
        m_status->show(words);
    m_view->setEmptyText(words.tone == Tone::Good ? tr("Nothing has been written yet.") : words.text);
    const QSignalBlocker quiet(m_pause);
    m_pause->setChecked(m_reader->isPaused());
    m_pause->setAccessibleName(m_reader->isPaused() ? tr("Go on", "button: read the log again") : tr("Pause", "button: stop reading the log for now"));
    m_pause->setToolTip(m_reader->isPaused() ? tr("Go on reading") : tr("Pause: stop reading for now"));
    m_pause->setIcon(themedIcon(m_reader->isPaused() ? "play" : "pause", colours().text));
}

void LogTab::searchChanged()
{
    m_search.setPattern(m_pattern->text());
    m_searchIsNew = m_search.isActive();
    m_only->setEnabled(m_search.isActive());
    if (!m_search.isActive())
        m_only->setChecked(false);
    m_view->matchesChanged();
    m_slice.stop();
    searchOn();
}

void LogTab::searchOn()
{
    const bool done = m_search.step(m_reader->lines(), searchSlice);
    if (done)
        m_slice.stop();
    else if (!m_slice.isActive())
        m_slice.start();
    if (m_view->showsOnlyMatches())
        m_view->linesCame();
    refreshCount();
    if (!done || !std::exchange(m_searchIsNew, false) || m_search.first() == m_search.end())
        return;
    // The nearest one from the top of what is seen on, else the last.
    const std::uint64_t from = m_search.from(m_view->firstVisibleLine());
    m_view->showMatch(m_search.lineOf(std::min(from, m_search.end() - 1)));
    refreshCount();
}

void LogTab::refreshCount()
{
    const bool active = !m_pattern->text().isEmpty();
    m_count->setVisible(active);
    m_previousMatch->setVisible(active);
    m_nextMatch->setVisible(active);
    m_only->setVisible(active);
    QPalette p = m_pattern->palette();
    p.setColor(QPalette::Text, m_search.problem().isEmpty() ? colours().text : colours().bad);
    m_pattern->setPalette(p);
    if (!m_search.problem().isEmpty()) {
        m_count->setText(tr("no regex", "the expression has a mistake"));
        m_count->setToolTip(m_search.problem());
        return;
    }
    m_count->setToolTip(tr("Lines that match"));
    const std::uint64_t all = m_search.end() - m_search.first();
    const QLocale locale;
    QString text = locale.toString(static_cast<qulonglong>(all));
    if (const auto match = m_view->currentMatch(); match && all > 0) {
        const std::uint64_t nth = m_search.from(*match) - m_search.first() + 1;
        text = tr("%1 of %2", "the n-th match, of all").arg(locale.toString(static_cast<qulonglong>(nth)), text);
    }
    if (m_slice.isActive())
        text += QStringLiteral(" …");
    m_count->setText(text);
}

void LogTab::step(bool forward)
{
    if (!m_search.isActive() || m_search.first() == m_search.end())
        return;
    const auto match = m_view->currentMatch();
    std::uint64_t to = m_search.from(match ? *match : m_view->firstVisibleLine());
    if (match && forward)
        to = to + 1 < m_search.end() ? to + 1 : m_search.first();
    else if (!forward)
        to = to > m_search.first() ? to - 1 : m_search.end() - 1;
    m_view->showMatch(m_search.lineOf(std::min(to, m_search.end() - 1)));
    refreshCount();
}

void LogTab::askWhereToSave()
{
    auto *dialog = new QFileDialog(this, tr("Save the log"));
    dialog->setObjectName(QStringLiteral("logSaveDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("log"));
    const auto &sources = m_reader->sources();
    dialog->selectFile((sources.empty() ? QStringLiteral("pod") : QString::fromStdString(sources.front().pod)) + QStringLiteral(".log"));
    connect(dialog, &QFileDialog::fileSelected, this, &LogTab::saveTo);
    dialog->open();
}

void LogTab::saveTo(const QString &path)
{
    m_saving = std::make_unique<Saving>(path);
    if (!m_saving->file.open(QIODevice::WriteOnly)) {
        m_status->show({Tone::Bad, tr("%1 cannot be written: %2").arg(path, m_saving->file.errorString())});
        m_saving.reset();
        return;
    }
    m_saveSlice.start();
    saveOn();
}

void LogTab::saveOn()
{
    if (!m_saving)
        return;
    QElapsedTimer passed;
    passed.start();
    QSaveFile &file = m_saving->file;
    const bool many = m_reader->isMany();
    m_saving->next = m_reader->lines().visit(m_saving->next, [&](std::uint64_t, std::uint32_t source, std::string_view text) {
        if (many && source != LogReader::noteSource)
            file.write('[' + m_reader->fullLabel(source).toUtf8() + "] ");
        file.write(text.data(), static_cast<qint64>(text.size()));
        file.write("\n", 1);
        return passed.elapsed() < saveSlice.count();
    });
    const QString name = QFileInfo(file.fileName()).fileName();
    if (m_saving->next < m_reader->lines().end()) {
        m_status->show({Tone::Busy, tr("Saving to %1 …").arg(name)});
        return;
    }
    m_saveSlice.stop();
    const auto lines = static_cast<qulonglong>(m_reader->lines().end() - m_reader->lines().first());
    if (file.commit())
        m_status->show({Tone::Done, tr("%1 lines saved to %2").arg(QLocale().toString(lines), name)});
    else
        m_status->show({Tone::Bad, tr("%1 cannot be written: %2").arg(file.fileName(), file.errorString())});
    m_saving.reset();
    QTimer::singleShot(5000, this, &LogTab::refreshStatus);
}

} // namespace timonier
