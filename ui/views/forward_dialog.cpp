#include "ui/views/forward_dialog.h"

#include <QComboBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace timonier {

ForwardDialog::ForwardDialog(ForwardList *forwards, std::shared_ptr<OpenCluster> cluster, const QString &context, PortTarget target, QWidget *parent)
    : QDialog(parent)
    , m_forwards(forwards)
    , m_cluster(std::move(cluster))
    , m_context(context)
    , m_target(std::move(target))
    , m_remote(new QComboBox(this))
    , m_local(new QSpinBox(this))
    , m_state(new QLabel(this))
    , m_evidence(new QLabel(this))
    , m_start(new QPushButton(tr("Forward", "button: begin to forward a port"), this))
{
    setObjectName(QStringLiteral("forwardDialog"));
    setWindowTitle(tr("Forward a port"));
    setAccessibleName(windowTitle());
    auto *title = new QLabel(tr("Reach a port of %1 from this computer", "%1: a pod, a service").arg(QString::fromStdString(m_target.name)), this);
    title->setObjectName(QStringLiteral("forwardTitle"));
    title->setTextFormat(Qt::PlainText);
    title->setWordWrap(true);
    QFont big = font();
    big.setPointSizeF(big.pointSizeF() * 1.25);
    big.setWeight(QFont::DemiBold);
    title->setFont(big);
    auto *what = new QLabel(m_target.kind == "pods"
                                ? tr("Through the API server, with your rights. If the pod is replaced, the next connection goes to the pod that took its place.")
                                : tr("Through the API server, with your rights, to a pod that is ready. If it is replaced, the next connection goes to another one."),
                            this);
    what->setObjectName(QStringLiteral("forwardWhat"));
    what->setWordWrap(true);
    m_remote->setObjectName(QStringLiteral("forwardRemote"));
    m_remote->setEditable(true);
    m_remote->setInsertPolicy(QComboBox::NoInsert);
    m_remote->setAccessibleName(m_target.kind == "services" ? tr("Port of the service") : tr("Port of the pod"));
    m_remote->lineEdit()->setPlaceholderText(tr("number or name"));
    m_local->setObjectName(QStringLiteral("forwardLocal"));
    m_local->setRange(0, 65535);
    m_local->setSpecialValueText(tr("any that is free"));
    m_local->setAccessibleName(tr("Port of this computer"));
    for (QLabel *label : {m_state, m_evidence}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->hide();
    }
    m_state->setObjectName(QStringLiteral("forwardState"));
    m_evidence->setObjectName(QStringLiteral("forwardEvidence"));
    m_evidence->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_evidence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_start->setObjectName(QStringLiteral("forwardStart"));
    m_start->setAccessibleName(m_start->text());
    m_start->setDefault(true);
    auto *cancel = new QPushButton(tr("Cancel"), this);
    cancel->setObjectName(QStringLiteral("forwardCancel"));
    cancel->setAccessibleName(cancel->text());

    auto *form = new QFormLayout;
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(8);
    form->addRow(m_remote->accessibleName(), m_remote);
    form->addRow(m_local->accessibleName(), m_local);
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_start);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 16);
    column->setSpacing(12);
    column->addWidget(title);
    column->addWidget(what);
    column->addLayout(form);
    column->addWidget(m_state);
    column->addWidget(m_evidence);
    column->addStretch(1);
    column->addLayout(buttons);
    setMinimumWidth(480);

    const auto refresh = [this] {
        const bool any = !m_remote->currentText().trimmed().isEmpty();
        m_start->setEnabled(any);
        m_start->setToolTip(any ? QString() : tr("Name a port"));
    };
    connect(m_remote, &QComboBox::editTextChanged, this, refresh);
    connect(m_start, &QPushButton::clicked, this, &ForwardDialog::start);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    refresh();
    m_remote->setFocus();
    m_cluster->declaredPorts(m_target, [self = QPointer(this)](Result<std::vector<DeclaredPort>> ports) {
        if (self)
            self->offer(ports);
    });
}

void ForwardDialog::offer(const Result<std::vector<DeclaredPort>> &ports)
{
    if (!ports)
        return tellState(QString::fromStdString(ports.error().hint), QString::fromStdString(ports.error().text()));
    const QString typed = m_remote->currentText();
    for (const DeclaredPort &port : *ports) {
        const QString number = QString::number(port.number);
        m_remote->addItem(port.name.empty() ? number : tr("%1 (%2)", "a port and its name").arg(number, QString::fromStdString(port.name)), number);
    }
    if (!typed.isEmpty())
        m_remote->setEditText(typed);
    else if (ports->empty())
        tellState(tr("It declares no TCP port; one that a program in it listens on can be named all the same."));
    else
        m_remote->lineEdit()->selectAll();
}

void ForwardDialog::start()
{
    const QString typed = m_remote->currentText().trimmed();
    const int chosen = m_remote->findText(typed);
    m_target.port = (chosen >= 0 ? m_remote->itemData(chosen).toString() : typed).toStdString();
    m_start->setEnabled(false);
    tellState(tr("Looking for a pod that is ready …"));
    m_forwards->start(m_cluster, m_context, m_target, static_cast<std::uint16_t>(m_local->value()), [self = QPointer(this)](Result<int> done) {
        if (!self)
            return;
        if (done) {
            emit self->begun(*done);
            return self->accept();
        }
        self->m_start->setEnabled(true);
        self->tellState(QString::fromStdString(done.error().hint), QString::fromStdString(done.error().text()));
    });
}

void ForwardDialog::tellState(const QString &text, const QString &evidence)
{
    m_state->setText(text);
    m_state->setVisible(!text.isEmpty());
    m_evidence->setText(evidence);
    m_evidence->setVisible(!evidence.isEmpty());
    layout()->activate(); // wrapped lines are not counted by adjustSize()
    resize(width(), std::max(height(), layout()->heightForWidth(width())));
}

} // namespace timonier
