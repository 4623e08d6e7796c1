#include "ui/wizards/host_dialogs.h"

#include "ui/wizards/wizard_parts.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr int dialogWidth = 520;

// What both look like: a sentence, what there is to know, something to answer with, buttons.
QVBoxLayout *columnOf(QDialog *dialog, const QString &title, const QString &sentence)
{
    dialog->setWindowTitle(title);
    auto *head = wrapped(QStringLiteral("dialogHead"), sentence);
    head->setFont(bigger(dialog->font(), 1.15));
    auto *column = new QVBoxLayout(dialog);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(12);
    column->addWidget(head);
    dialog->setMinimumWidth(dialogWidth);
    return column;
}

} // namespace

HostKeyDialog::HostKeyDialog(const HostKeyWords &key, QWidget *parent) : QDialog(parent)
{
    named(this, QStringLiteral("hostKeyDialog"), tr("Unknown host"));
    QVBoxLayout *column = columnOf(this, tr("Unknown host"), tr("Is this really %1?").arg(key.host));
    column->addWidget(wrapped(QStringLiteral("hostKeyWhat"), key.through.isEmpty() ? tr("You have not been there from this computer before. It shows this key:")
                                                                                   : tr("You have not been there from this computer before. Reached through %1, it shows this key:").arg(key.through)));
    column->addWidget(mono(QStringLiteral("hostKeyPrint"), key.fingerprint));
    QString file = key.type;
    file.remove(QStringLiteral("ssh-"));
    if (file.startsWith(QStringLiteral("ecdsa")))
        file = QStringLiteral("ecdsa");
    column->addWidget(dimmed(QStringLiteral("hostKeyHow"), tr("Type: %1. Who sits at that host sees the same with: ssh-keygen -lf /etc/ssh/ssh_host_%2_key.pub. A provider shows it in the console's log. "
                                                              "If it is another one, somebody stands in between.").arg(key.type, file)));
    column->addWidget(dimmed(QStringLiteral("hostKeyFile"), tr("If you trust it, it is kept in %1 and not asked about again.").arg(key.file)));
    auto *buttons = new QDialogButtonBox;
    QPushButton *trust = buttons->addButton(tr("Trust it"), QDialogButtonBox::AcceptRole);
    QPushButton *refuse = buttons->addButton(tr("Refuse"), QDialogButtonBox::RejectRole);
    trust->setObjectName(QStringLiteral("hostKeyTrust"));
    refuse->setObjectName(QStringLiteral("hostKeyRefuse"));
    trust->setAutoDefault(false);
    refuse->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    column->addWidget(buttons);
    refuse->setFocus();
}

HostSecretDialog::HostSecretDialog(const HostSecretWords &words, QWidget *parent) : QDialog(parent), m_edit(new QLineEdit)
{
    named(this, QStringLiteral("hostSecretDialog"), words.title);
    QVBoxLayout *column = columnOf(this, words.title, words.title);
    if (!words.help.isEmpty())
        column->addWidget(dimmed(QStringLiteral("hostSecretHelp"), words.help));
    if (words.again) {
        auto *card = new HelpCard(QStringLiteral("hostSecretAgain"));
        card->tell(Tone::Bad, tr("The one before was not accepted"));
        column->addWidget(card);
    }
    named(m_edit, QStringLiteral("hostSecretEdit"), words.title);
    m_edit->setEchoMode(QLineEdit::Password);
    m_edit->setMinimumHeight(32);
    column->addWidget(m_edit);
    if (!words.user.isEmpty()) {
        m_all = named(new QCheckBox(tr("For all hosts of the user %1").arg(words.user)), QStringLiteral("hostSecretAll"), tr("For all hosts of the user %1").arg(words.user));
        m_all->setAccessibleDescription(tr("It is tried on the others; where it is refused you are asked again."));
        m_all->setChecked(words.forAll);
        column->addWidget(m_all);
        column->addWidget(dimmed(QStringLiteral("hostSecretAllHelp"), m_all->accessibleDescription()));
    }
    if (words.mayKeep) {
        m_keep = named(new QCheckBox(tr("Keep it in the system's store of passwords")), QStringLiteral("hostSecretKeep"), tr("Keep it in the system's store of passwords"));
        column->addWidget(m_keep);
    }
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    column->addWidget(buttons);
    m_edit->setFocus();
}

QString HostSecretDialog::secret() const { return m_edit->text(); }

bool HostSecretDialog::forAll() const { return m_all && m_all->isChecked(); }

bool HostSecretDialog::keep() const { return m_keep && m_keep->isChecked(); }

} // namespace timonier
