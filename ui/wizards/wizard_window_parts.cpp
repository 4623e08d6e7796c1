// What the frame is made of, and what stands at its foot: the way on and back, the file, the command line, stopping and taking back.
#include "ui/wizards/wizard_window.h"

#include "ui/models/resource_words.h"
#include "ui/models/step_tree.h"
#include "ui/models/wizard_draft.h"
#include "ui/theme/colours.h"
#include "ui/views/elided_label.h"
#include "ui/wizards/done_page.h"
#include "ui/wizards/form_page.h"
#include "ui/wizards/page_list.h"
#include "ui/wizards/plan_page.h"
#include "ui/wizards/run_page.h"
#include "ui/wizards/wizard_header.h"
#include "ui/wizards/wizard_parts.h"

#include <QClipboard>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QSaveFile>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr int listWidth = 208, narrowListWidth = 168, mostListWidth = 240, narrow = 900; // px
constexpr std::size_t mostNamed = 12; // of what would go

// A strip in the panel's colour, with a line at one edge.
class Strip final : public QWidget
{
public:
    Strip(const QString &name, Qt::Edge edge) : m_edge(edge) { setObjectName(name); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.fillRect(rect(), colours().panel);
        painter.fillRect(m_edge == Qt::TopEdge ? QRect(0, 0, width(), 1) : QRect(width() - 1, 0, 1, height()), colours().line);
    }

private:
    const Qt::Edge m_edge;
};

QMessageBox *question(QWidget *parent, const QString &name, const QString &title, const QString &text, const QString &more)
{
    auto *box = new QMessageBox(QMessageBox::NoIcon, title, text, QMessageBox::NoButton, parent);
    box->setObjectName(name);
    box->setAccessibleName(title);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(more);
    box->setAttribute(Qt::WA_DeleteOnClose);
    return box;
}

} // namespace

void WizardWindow::layOut()
{
    m_stack->setObjectName(QStringLiteral("wizardStack"));
    m_stack->setAccessibleName(tr("Page"));
    m_stack->setBackgroundRole(QPalette::Base);
    m_stack->setAutoFillBackground(true);
    auto *left = new Strip(QStringLiteral("wizardLeft"), Qt::RightEdge);
    left->setFixedWidth(listWidth);
    auto *leftColumn = new QVBoxLayout(left);
    leftColumn->setContentsMargins(0, 16, 1, 0);
    leftColumn->addWidget(m_list);

    m_save = button(QStringLiteral("wizardSave"), tr("Save as file…"), tr("The file that makes the same again, here or with timonierctl"), [this] { saveFile(); });
    m_copy = button(QStringLiteral("wizardCopy"), tr("Copy command line"), tr("What does the same in a terminal"), [this] { copyCommand(); });
    m_undo = button(QStringLiteral("wizardUndo"), tr("Undo everything…"), tr("Takes back all that was made; it is said before what would go"), [this] { askUndo(); });
    m_stop = button(QStringLiteral("wizardStop"), tr("Stop"), tr("What is being made is brought to a safe end; it can go on later"), [this] { m_run->stop(); });
    m_back = button(QStringLiteral("wizardBack"), tr("Back"), tr("To the page before"), [this] { back(); });
    m_next = button(QStringLiteral("wizardNext"), tr("Next"), {}, [this] { next(); });
    m_next->setDefault(true);
    m_hint->setObjectName(QStringLiteral("wizardHint"));
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    auto *foot = new Strip(QStringLiteral("wizardFoot"), Qt::TopEdge);
    auto *row = new QHBoxLayout(foot);
    row->setContentsMargins(16, 12, 16, 12);
    row->setSpacing(8);
    row->addWidget(m_hint, 1);
    for (QPushButton *one : {m_save, m_copy, m_undo, m_stop, m_back, m_next})
        row->addWidget(one);

    auto *middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(left);
    middle->addWidget(m_stack, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addLayout(middle, 1);
    column->addWidget(foot);
    // From the page to the buttons, then the list: one fills in and goes on.
    setTabOrder(m_stack, m_save);
    setTabOrder(m_next, m_list);
    const auto key = [this](const QKeySequence &keys, auto slot) { connect(new QShortcut(keys, this), &QShortcut::activated, this, slot); };
    key(QKeySequence(Qt::ALT | Qt::Key_Left), [this] { back(); });
    key(QKeySequence(Qt::ALT | Qt::Key_Right), [this] { next(); });
    key(QKeySequence::Save, [this] { saveFile(); });
    key(QKeySequence(Qt::CTRL | Qt::Key_W), [this] { close(); });
}

void WizardWindow::resizeEvent(QResizeEvent *event)
{
    QDialog::resizeEvent(event);
    shareWidth();
}

void WizardWindow::shareWidth()
{
    m_list->parentWidget()->setFixedWidth(std::max(width() < narrow ? narrowListWidth : listWidth, std::min(m_list->titlesWidth(), mostListWidth)));
}

void WizardWindow::tellFooter(bool running)
{
    WizardPage *now = page();
    const bool first = now == m_pages.front();
    const bool hasSubject = m_subject && now != m_intro && std::ranges::find(m_pages.begin(), m_pages.begin() + std::ptrdiff_t(m_firstPages), now) == m_pages.begin() + std::ptrdiff_t(m_firstPages);
    const bool onRun = hasSubject && now == m_run, onDone = hasSubject && now == m_done;
    const bool made = m_run && m_run->steps()->run() && !running && !(m_run->hasFinished() && m_run->aim() == RunAim::TakeBack);
    m_save->setVisible(hasSubject);
    m_copy->setVisible(hasSubject);
    m_undo->setVisible((onRun || onDone) && !m_subject->changes());
    m_undo->setEnabled(made);
    m_undo->setToolTip(running ? tr("Stop it first") : tr("Takes back all that was made; it is said before what would go"));
    m_stop->setVisible(onRun && running);
    m_stop->setEnabled(running && !m_run->isStopping());
    m_back->setVisible(!onRun && !onDone && !first);
    const QString why = now->whyNot();
    m_next->setVisible(!onRun || (m_run->hasFinished() && m_run->aim() == RunAim::Make));
    m_next->setText(now->nextText());
    m_next->setAccessibleName(now->nextText());
    m_next->setEnabled(why.isEmpty() || now == m_form); // from the fields it leads to what is wrong
    m_next->setToolTip(why.isEmpty() ? tr("To the page after") : why);
    if (onRun && running)
        m_hint->setWhole(m_run->isStopping() ? tr("It comes to a stop …") : tr("The plan is kept: close the window and it goes on, or resume later."));
    else if (onRun)
        m_hint->setWhole(made ? tr("What was made is kept and known.") : QString());
    else
        m_hint->setWhole(why);
}

void WizardWindow::saveFile()
{
    if (!m_subject)
        return;
    const QString file = QFileDialog::getSaveFileName(this, tr("Save as file"), m_file.isEmpty() ? m_subject->fileName(m_draft->values()) : m_file, tr("YAML (*.yaml *.yml)"));
    if (file.isEmpty())
        return;
    QSaveFile out(file);
    const QByteArray text = QByteArray::fromStdString(m_subject->textOf(m_draft->values()));
    if (out.open(QIODevice::WriteOnly) && out.write(text) == text.size() && out.commit()) {
        m_file = file;
        m_hint->setWhole(tr("Saved as %1").arg(file));
    } else {
        m_hint->setWhole(tr("%1 cannot be written: %2").arg(file, out.errorString()));
    }
}

void WizardWindow::copyCommand()
{
    const QString command = m_subject->commandLine(m_draft->values(), m_file.isEmpty() ? m_subject->fileName(m_draft->values()) : m_file);
    QApplication::clipboard()->setText(command);
    m_hint->setWhole(m_file.isEmpty() ? tr("Copied: %1 (save the file first)").arg(command) : tr("Copied: %1").arg(command));
}

void WizardWindow::askUndo()
{
    if (isRunning())
        return;
    m_undo->setEnabled(false);
    m_subject->foreseeUndo(m_draft->values(), [self = QPointer(this)](Result<std::vector<plan::Creates>> what) {
        if (self)
            self->tellUndo(what);
    });
}

void WizardWindow::tellUndo(const Result<std::vector<plan::Creates>> &what)
{
    refresh();
    if (!what || what->empty()) {
        auto *box = question(this, QStringLiteral("undoNothing"), tr("Undo everything"),
                             what ? tr("There is nothing to take back: nothing of it was made here.") : QString::fromStdString(what.error().text()),
                             what ? QString() : QString::fromStdString(what.error().hint));
        box->addButton(QMessageBox::Ok);
        if (m_manages && !m_run->steps()->isOver())
            connect(box, &QDialog::finished, this, &QDialog::reject);
        return box->open();
    }
    std::vector<std::pair<std::string, QString>> made;
    for (const plan::Creates &one : *what)
        made.emplace_back(one.kind, isNameless(one.kind, one.name) ? QString() : QString::fromStdString(one.name));
    const std::vector<ResourcesOfKind> kinds = resourcesByKind(made);
    QStringList names;
    for (std::size_t i = 0; i < std::min(kinds.size(), mostNamed); ++i)
        names << QString(QStringLiteral("•  ") + kinds[i].kind + u' ' + kinds[i].names.join(QStringLiteral(", "))).trimmed();
    if (kinds.size() > mostNamed)
        names << tr("and %n more", nullptr, int(kinds.size() - mostNamed));
    auto *box = question(this, QStringLiteral("undoQuestion"), tr("Undo everything"), tr("This will be removed, with all that is in it:"), names.join(u'\n'));
    QPushButton *yes = box->addButton(tr("Remove"), QMessageBox::DestructiveRole);
    box->setDefaultButton(box->addButton(tr("Keep", "button: what was made is not removed"), QMessageBox::RejectRole));
    connect(yes, &QPushButton::clicked, this, &WizardWindow::takeBack);
    if (m_manages && !m_run->steps()->isOver())
        connect(box, &QDialog::rejected, this, &QDialog::reject);
    box->open();
}

void WizardWindow::askHalt()
{
    auto *box = question(this, QStringLiteral("haltQuestion"), windowTitle(), tr("Stop the cluster %1?").arg(name()),
                         tr("What runs in it ends, and it does not answer until it is started again. What it holds is kept: objects, volumes, images."));
    QPushButton *yes = box->addButton(tr("Stop it"), QMessageBox::DestructiveRole);
    box->setDefaultButton(box->addButton(tr("Let it run"), QMessageBox::RejectRole));
    connect(yes, &QPushButton::clicked, this, &WizardWindow::halt);
    connect(box, &QDialog::rejected, this, &QDialog::reject);
    box->open();
}

void WizardWindow::leave()
{
    hide();
    emit finished();
}

// What was filled in is not lost by one key. Once it has been run, the journal knows it.
void WizardWindow::askLeave()
{
    if (findChild<QMessageBox *>(QStringLiteral("leaveQuestion")))
        return;
    auto *box = question(this, QStringLiteral("leaveQuestion"), windowTitle(), tr("Leave without what was filled in?"), tr("Nothing has been made. As a file it can be taken up again, here or with timonierctl."));
    QPushButton *leaves = box->addButton(tr("Leave"), QMessageBox::DestructiveRole);
    QPushButton *saves = box->addButton(tr("Save as file…"), QMessageBox::ActionRole);
    box->setDefaultButton(box->addButton(tr("Stay here"), QMessageBox::RejectRole));
    connect(leaves, &QPushButton::clicked, this, &WizardWindow::leave);
    connect(saves, &QPushButton::clicked, this, &WizardWindow::saveFile);
    box->open();
}

void WizardWindow::reject()
{
    if (!isRunning())
        return m_draft && m_draft->isTouched() && !m_run->steps()->isOver() ? askLeave() : leave();
    auto *box = question(this, QStringLiteral("closeQuestion"), windowTitle(), tr("The plan is still running."),
                         tr("It can go on without this window; you are told when it ends. Or it is stopped, and resumed later."));
    QPushButton *on = box->addButton(tr("Let it go on"), QMessageBox::AcceptRole);
    QPushButton *stop = box->addButton(tr("Stop it"), QMessageBox::DestructiveRole);
    box->addButton(tr("Stay here"), QMessageBox::RejectRole);
    box->setDefaultButton(on);
    connect(on, &QPushButton::clicked, this, [this] { hide(); });
    connect(stop, &QPushButton::clicked, this, [this] { m_run->stop(); });
    box->open();
}

} // namespace timonier
