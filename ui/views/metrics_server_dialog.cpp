#include "ui/views/metrics_server_dialog.h"

#include "catalog/metrics_server.h"

#include <QCheckBox>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QVBoxLayout>

namespace timonier {

MetricsServerDialog::MetricsServerDialog(std::shared_ptr<OpenCluster> cluster, const QString &context, QWidget *parent)
    : QDialog(parent)
    , m_cluster(std::move(cluster))
    , m_selfSigned(new QCheckBox(tr("The nodes' certificates are their own (kind, minikube, plain kubeadm): do not check them"), this))
    , m_state(new QLabel(this))
    , m_evidence(new QLabel(this))
    , m_install(new QPushButton(tr("Install"), this))
    , m_close(new QPushButton(tr("Cancel"), this))
{
    setObjectName(QStringLiteral("metricsServerDialog"));
    setWindowTitle(tr("Install metrics-server"));
    setAccessibleName(windowTitle());
    const auto label = [this](const QString &name, const QString &text) {
        auto *made = new QLabel(text, this);
        made->setObjectName(name);
        made->setTextFormat(Qt::PlainText);
        made->setWordWrap(true);
        return made;
    };
    QLabel *title = label(QStringLiteral("metricsServerTitle"), tr("Know what CPU and memory are used in %1", "%1: a context").arg(context));
    QFont big = font();
    big.setPointSizeF(big.pointSizeF() * 1.25);
    big.setWeight(QFont::DemiBold);
    title->setFont(big);
    QStringList names;
    for (const ManifestObject &object : metricsServerObjects(true))
        names << QString::fromStdString(object.ref.kind + " " + object.ref.name);
    QLabel *what = label(QStringLiteral("metricsServerWhat"),
                         tr("metrics-server asks every node what its pods use, and answers Timonier, `kubectl top` and the autoscalers. "
                            "It will be made in the namespace kube-system, of these objects; what is there already is brought up to date:"));
    QLabel *objects = label(QStringLiteral("metricsServerObjects"), names.join(u'\n'));
    for (QLabel *mono : {objects, m_evidence}) {
        mono->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
        mono->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    m_selfSigned->setObjectName(QStringLiteral("metricsServerSelfSigned"));
    m_selfSigned->setAccessibleName(m_selfSigned->text());
    m_state->setObjectName(QStringLiteral("metricsServerState"));
    m_state->setWordWrap(true);
    m_state->hide();
    m_evidence->setObjectName(QStringLiteral("metricsServerEvidence"));
    m_evidence->setTextFormat(Qt::PlainText);
    m_evidence->setWordWrap(true);
    m_evidence->hide();
    m_install->setObjectName(QStringLiteral("metricsServerInstall"));
    m_install->setAccessibleName(m_install->text());
    m_install->setDefault(true);
    m_close->setObjectName(QStringLiteral("metricsServerClose"));
    m_close->setAccessibleName(m_close->text());
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_close);
    buttons->addWidget(m_install);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 16);
    column->setSpacing(12);
    for (QWidget *part : std::initializer_list<QWidget *>{title, what, objects, m_selfSigned, m_state, m_evidence})
        column->addWidget(part);
    column->addLayout(buttons);
    setMinimumWidth(560);
    connect(m_install, &QPushButton::clicked, this, &MetricsServerDialog::install);
    connect(m_close, &QPushButton::clicked, this, &QDialog::reject);
}

// As high as what it says now; wrapped lines are not counted by adjustSize().
void MetricsServerDialog::grow()
{
    layout()->activate();
    resize(width(), std::max(height(), layout()->heightForWidth(width())));
}

void MetricsServerDialog::install()
{
    m_install->setEnabled(false);
    m_selfSigned->setEnabled(false);
    m_evidence->hide();
    m_state->setText(tr("Installing …"));
    m_state->show();
    grow();
    m_cluster->apply(metricsServerObjects(!m_selfSigned->isChecked()), [self = QPointer(this)](Result<> result) {
        if (!self)
            return;
        if (result) {
            self->m_state->setText(tr("It is in the cluster. The first figures come about a minute after its pod has started; "
                                      "watch it under Deployments, in the namespace kube-system."));
            self->m_close->setText(tr("Close"));
            self->m_close->setAccessibleName(self->m_close->text());
            self->m_close->setFocus();
            self->m_install->hide();
            self->grow();
        } else {
            self->m_state->setText(result.error().kind == ErrorKind::Forbidden ? tr("You may not install it in this cluster. Ask whoever runs it.")
                                                                               : tr("It could not be installed. What was made so far does no harm; you can try again."));
            self->m_evidence->setText(QString::fromStdString(result.error().text()));
            self->m_evidence->show();
            self->grow();
            self->m_install->setText(tr("Try again"));
            self->m_install->setEnabled(true);
            self->m_selfSigned->setEnabled(true);
        }
    });
}

} // namespace timonier
