// What the chosen check says, and what mends it.
#include "ui/wizards/check_page.h"

#include "ui/models/check_rows.h"
#include "ui/models/wizard_draft.h"
#include "ui/wizards/wizard_parts.h"

#include <QClipboard>
#include <QPointer>
#include <QPushButton>

namespace timonier {

namespace {

QString shown(const std::string &text) { return QString::fromStdString(text); }

// Each once, as they would be typed.
QStringList commandsOf(const std::vector<form::Fix> &fixes)
{
    QStringList all;
    for (const form::Fix &fix : fixes)
        for (const std::string &command : fix.commands)
            if (!all.contains(shown(command)))
                all << shown(command);
    return all;
}

} // namespace

void CheckPage::tellChosen()
{
    const int row = chosen();
    m_card->clearButtons();
    if (row < 0)
        return m_card->hide();
    const form::Check &check = m_rows->at(row);
    const bool says = !check.why.empty() || !check.evidence.empty() || !check.fixes.empty();
    m_card->setVisible(says);
    if (!says)
        return;
    m_card->tell(static_cast<Tone>(m_rows->index(row).data(CheckRows::ToneRole).toInt()), check.words.empty() ? shown(check.title) : shown(check.words), shown(check.why), shown(check.evidence));
    QStringList all;
    for (const form::Fix &fix : check.fixes) {
        const QStringList commands = commandsOf({fix});
        const QString tip = commands.isEmpty() ? tr("Changes a setting") : tr("Runs the commands that are shown");
        m_card->offer(QStringLiteral("Fix-") + shown(fix.id), shown(fix.title), tip, [this, check, fix] { mend({{check, fix}}); }, commands)->setEnabled(m_over && !m_fixing);
        all << commands;
        const std::vector<Mending> each = likewise(check, fix);
        if (each.size() < 2 || commands.isEmpty())
            continue;
        std::vector<form::Fix> fixes;
        for (const Mending &one : each)
            fixes.push_back(one.fix);
        QStringList more = commandsOf(fixes); // beyond those that stand there
        for (const QString &command : commands)
            more.removeAll(command);
        m_card->offer(QStringLiteral("FixAll-") + shown(fix.id), tr("%1, on %n hosts", "%1: what is done about a check", int(each.size())).arg(shown(fix.title)), tip, [this, each] { mend(each); }, more)->setEnabled(m_over && !m_fixing);
    }
    if (!all.isEmpty()) // some need a terminal, for a password or for being seen
        m_card->offer(QStringLiteral("Copy"), tr("Copy the commands"), tr("To be pasted into a terminal"), [all] { QApplication::clipboard()->setText(all.join(u'\n')); });
}

// The same on every host that has the same against it.
std::vector<CheckPage::Mending> CheckPage::likewise(const form::Check &check, const form::Fix &fix) const
{
    std::vector<Mending> all;
    for (int row = 0; row < m_rows->rowCount(); ++row) {
        const form::Check &other = m_rows->at(row);
        const auto same = std::ranges::find(other.fixes, fix.id, &form::Fix::id);
        if (other.id == check.id && same != other.fixes.end())
            all.push_back({other, *same});
    }
    return all;
}

// One after the other; the first that does not work ends it.
void CheckPage::mend(std::vector<Mending> all)
{
    const Mending first = all.front();
    m_fixing = true;
    const QString what = shown(first.fix.title), host = shown(first.check.subject);
    m_head->setText((host.isEmpty() ? what : tr("%1: %2", "what is done about a check, and on which host").arg(what, host)) + QStringLiteral(" …"));
    m_again->setEnabled(false);
    emit changed();
    m_draft->subject().fix(m_draft->values(), first.check, first.fix, [self = QPointer(this), all](Result<form::Values> values) {
        if (!self)
            return;
        self->m_fixing = false;
        if (values) {
            self->m_draft->setAll(std::move(*values));
            if (all.size() > 1)
                return self->mend({all.begin() + 1, all.end()});
            self->checkAgain();
            self->begin();
            return;
        }
        self->tellHead();
        self->m_card->tell(Tone::Bad, tr("“%1” did not work", "%1: a button that mends something").arg(shown(all.front().fix.title)), shown(values.error().hint), shown(values.error().text()));
        self->m_card->show();
        emit self->changed();
    });
    tellChosen();
}

} // namespace timonier
