#include "ui/preview/run_dialog.h"

#include "ui/theme/colours.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPointer>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr int typingMs = 400; // after the last key

QString shown(const std::string &text) { return QString::fromStdString(text); }

template <class W>
W *named(W *widget, const char *name, const QString &accessible)
{
    widget->setObjectName(QLatin1StringView(name));
    widget->setAccessibleName(accessible);
    return widget;
}

QSpinBox *number(const char *name, const QString &accessible, int least, int most, int value)
{
    auto *box = named(new QSpinBox, name, accessible);
    box->setRange(least, most);
    box->setValue(value);
    return box;
}

} // namespace

RunDialog::RunDialog(std::shared_ptr<OpenCluster> cluster, rollout::Plan wanted, QWidget *parent)
    : QDialog(parent), m_cluster(std::move(cluster)), m_plan(std::move(wanted))
{
    layOut();
    m_later.setSingleShot(true);
    m_later.setInterval(typingMs);
    connect(&m_later, &QTimer::timeout, this, &RunDialog::ask);
    const auto again = [this] {
        ++m_asked;
        m_run->setEnabled(false);
        m_later.start();
    };
    for (QLineEdit *edit : {m_path, m_ruleName, m_ruleValue})
        connect(edit, &QLineEdit::textEdited, this, again);
    for (QSpinBox *box : {m_port, m_restarts, m_failures})
        connect(box, &QSpinBox::valueChanged, this, again);
    connect(m_byHand, &QCheckBox::toggled, this, again);
    connect(m_device, &QComboBox::currentIndexChanged, this, again);
    connect(m_ruleBy, &QComboBox::currentIndexChanged, this, [this, again] {
        // What is usual for each; a person changes it.
        const auto by = static_cast<rollout::Rule::By>(m_ruleBy->currentIndex());
        using By = rollout::Rule::By;
        m_ruleName->setText(by == By::Country ? QStringLiteral("cf-ipcountry") : by == By::Cookie ? QStringLiteral("timonier") : shown(rollout::Rule().name));
        m_ruleValue->setText(by == By::Country ? QStringLiteral("FR") : by == By::Cookie ? QStringLiteral("always") : shown(rollout::Rule().value));
        showRule();
        again();
    });
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_run, &QPushButton::clicked, this, [this] {
        if (!m_prepared || !m_prepared->ok())
            return;
        emit confirmed(*m_prepared);
        accept();
    });
    ask();
}

void RunDialog::layOut()
{
    setObjectName(QStringLiteral("runDialog"));
    setWindowTitle(tr("Run a roll-out"));
    setAccessibleName(windowTitle());
    const auto label = [](const char *name, const QString &text = {}) {
        auto *made = new QLabel(text);
        made->setObjectName(QLatin1StringView(name));
        made->setTextFormat(Qt::PlainText);
        made->setWordWrap(true);
        return made;
    };
    m_title = label("runTitle", tr("%1 of %2 in %3", "a strategy of a Deployment in a namespace")
                                    .arg(shown(strategy::title(m_plan.strategy)), shown(m_plan.deployment), shown(m_plan.ns)));
    QFont big = font();
    big.setPointSizeF(big.pointSizeF() * 1.25);
    big.setWeight(QFont::DemiBold);
    m_title->setFont(big);
    m_state = label("runState");
    auto *concerns = named(new QWidget, "runConcerns", tr("What is to be known before"));
    m_concerns = new QVBoxLayout(concerns);
    m_concerns->setContentsMargins(0, 0, 0, 0);
    m_concerns->setSpacing(8);
    m_steps = named(new QListWidget, "runSteps", tr("What will be done, in order"));
    m_steps->setMinimumHeight(150);
    m_steps->setWordWrap(true);

    const bool inPlace = m_plan.strategy == strategy::Strategy::Recreate || m_plan.strategy == strategy::Strategy::Rolling;
    m_byHand = named(new QCheckBox(tr("Wait for me before each step instead of going on by itself")), "runByHand", tr("Wait for me before each step instead of going on by itself"));
    m_byHand->setVisible(!inPlace);
    m_path = named(new QLineEdit, "runPath", tr("Path that the new pods must answer"));
    m_path->setPlaceholderText(tr("none: pods that are ready will do"));
    m_path->setText(m_plan.checks.http ? shown(m_plan.checks.http->path) : QString());
    m_port = number("runPort", tr("Port of the path"), 0, 65'535, m_plan.checks.http ? m_plan.checks.http->port : 0);
    m_port->setSpecialValueText(tr("its first port"));
    m_restarts = number("runRestarts", tr("Restarts that are forgiven"), 0, 1'000, m_plan.checks.restarts);
    m_failures = number("runFailures", tr("Failed checks in a row until it goes back"), 1, 100, m_plan.checks.failures);
    m_ruleBy = named(new QComboBox, "runRuleBy", tr("What chooses users"));
    m_ruleBy->addItems({tr("a header"), tr("a cookie"), tr("their country"), tr("their device")}); // in the order of Rule::By
    m_ruleName = named(new QLineEdit(shown(m_plan.rule.name)), "runRuleName", tr("Name of the header or cookie that chooses users"));
    m_ruleValue = named(new QLineEdit(shown(m_plan.rule.value)), "runRuleValue", tr("Its value"));
    m_device = named(new QComboBox, "runRuleDevice", tr("Device"));
    m_device->addItem(tr("phones and tablets"), QStringLiteral("mobile"));
    m_device->addItem(tr("computers"), QStringLiteral("desktop"));
    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    const auto side = [](std::initializer_list<QWidget *> widgets) {
        auto *line = new QHBoxLayout;
        for (QWidget *widget : widgets)
            line->addWidget(widget, widget == *widgets.begin());
        return line;
    };
    if (m_plan.strategy == strategy::Strategy::AB)
        form->addRow(tr("Users chosen by"), side({m_ruleBy, m_ruleName, m_ruleValue, m_device}));
    form->addRow(tr("New pods must answer"), side({m_path, m_port}));
    form->addRow(tr("Restarts that are forgiven"), m_restarts);
    form->addRow(tr("Goes back after failed checks"), m_failures);
    if (m_plan.strategy != strategy::Strategy::AB)
        for (QWidget *unused : std::initializer_list<QWidget *>{m_ruleBy, m_ruleName, m_ruleValue, m_device})
            unused->setParent(this), unused->hide();
    else
        showRule();

    m_run = named(new QPushButton(tr("Run")), "runConfirm", tr("Run"));
    m_run->setDefault(true);
    m_cancel = named(new QPushButton(tr("Cancel")), "runCancel", tr("Cancel"));
    auto *buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_cancel);
    buttons->addWidget(m_run);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 16);
    column->setSpacing(12);
    column->addWidget(m_title);
    column->addWidget(m_state);
    column->addWidget(concerns);
    column->addWidget(m_steps, 1);
    column->addLayout(form);
    column->addWidget(m_byHand);
    column->addLayout(buttons);
    setMinimumWidth(580);
}

rollout::Plan RunDialog::plan() const
{
    rollout::Plan plan = m_plan;
    plan.checks.restarts = m_restarts->value();
    plan.checks.failures = m_failures->value();
    plan.checks.http.reset();
    if (const QString path = m_path->text().trimmed(); !path.isEmpty())
        plan.checks.http = rollout::HttpCheck{(path.startsWith(u'/') ? path : u'/' + path).toStdString(), m_port->value()};
    if (plan.strategy == strategy::Strategy::AB) {
        plan.rule.by = static_cast<rollout::Rule::By>(m_ruleBy->currentIndex());
        plan.rule.name = m_ruleName->text().trimmed().toStdString();
        plan.rule.value = plan.rule.by == rollout::Rule::By::Device ? m_device->currentData().toString().toStdString() : m_ruleValue->text().toStdString();
    }
    if (m_byHand->isChecked())
        plan.pause = plan.check = plan.keep = plan.duration = std::nullopt;
    return plan;
}

void RunDialog::showRule()
{
    const bool device = m_ruleBy->currentIndex() == static_cast<int>(rollout::Rule::By::Device);
    m_ruleName->setVisible(!device);
    m_ruleValue->setVisible(!device);
    m_device->setVisible(device);
}

void RunDialog::ask()
{
    m_prepared.reset();
    m_run->setEnabled(false);
    m_run->setToolTip(tr("It is being checked"));
    m_state->setText(tr("Checking it against the cluster; nothing is changed …"));
    m_cluster->rollouts()->prepare(plan(), [self = QPointer(this), asked = ++m_asked](Result<rollout::Prepared> prepared) {
        if (self && self->m_asked == asked)
            self->tell(prepared);
    });
}

void RunDialog::tell(const Result<rollout::Prepared> &prepared)
{
    while (QLayoutItem *item = m_concerns->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    std::vector<rollout::Concern> concerns;
    if (prepared)
        concerns = prepared->concerns;
    else
        concerns.push_back({true, prepared.error().text(), prepared.error().hint});
    // What blocks comes first.
    std::ranges::stable_sort(concerns, {}, [](const rollout::Concern &concern) { return !concern.blocks; });
    for (std::size_t i = 0; i < concerns.size(); ++i) {
        const rollout::Concern &concern = concerns[i];
        auto *line = new QLabel((concern.blocks ? QStringLiteral("✗  ") : QStringLiteral("•  ")) + shown(concern.words) +
                                (concern.hint.empty() ? QString() : QStringLiteral("\n     ") + shown(concern.hint)));
        line->setObjectName(QStringLiteral("runConcern%1").arg(i));
        line->setTextFormat(Qt::PlainText);
        line->setWordWrap(true);
        line->setTextInteractionFlags(Qt::TextSelectableByMouse);
        QPalette own = line->palette();
        own.setColor(QPalette::WindowText, concern.blocks ? colours().bad : colours().text);
        line->setPalette(own);
        m_concerns->addWidget(line);
    }
    m_steps->clear();
    const bool good = prepared && prepared->ok();
    if (good) {
        m_prepared = *prepared;
        int number = 0;
        for (const std::string &step : prepared->steps)
            m_steps->addItem(QStringLiteral("%1.  %2").arg(++number).arg(shown(step)));
    }
    m_steps->setVisible(good);
    m_state->setText(good ? tr("It can be done. The requests are split by %1. These steps, each of which can be taken back:", "%1: a router")
                                .arg(shown(rollout::title(prepared->plan.router)))
                          : tr("It cannot be begun like this; nothing was changed:"));
    m_run->setEnabled(good);
    m_run->setToolTip(good ? tr("Begin now") : tr("Something stands against it"));
    fit();
}

// As high as what it says now; wrapped lines are not counted by adjustSize().
void RunDialog::fit()
{
    layout()->activate();
    resize(width(), std::max(sizeHint().height(), layout()->heightForWidth(width())));
}

} // namespace timonier
