#include "ui/wizards/cluster_tools_dialog.h"

#include "ui/wizards/cluster_tools_parts.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr int filteredFrom = 12; // add-ons; fewer are seen at once
constexpr int nameRole = Qt::UserRole, stateRole = Qt::UserRole + 1;

} // namespace

ClusterToolsDialog::ClusterToolsDialog(const QString &cluster, std::unique_ptr<ClusterTools> tools, QWidget *parent)
    : QDialog(parent), m_cluster(cluster), m_tools(std::move(tools)), m_tabs(named(new QTabWidget, QStringLiteral("clusterTools"), tr("The cluster %1").arg(cluster)))
{
    named(this, QStringLiteral("clusterToolsDialog"), tr("The cluster %1").arg(cluster));
    setWindowTitle(accessibleName());
    m_tabs->setDocumentMode(true);
    addAddons();
    addImages();
    addServices();
    addTunnel();
    addLogs();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 8, 12, 0);
    column->addWidget(m_tabs);
    resize(620, 480);
}

ClusterToolsDialog::~ClusterToolsDialog() = default;

void ClusterToolsDialog::show(ClusterTool tool)
{
    m_tabs->setCurrentIndex(int(tool));
    if (!m_tools->cannot(ClusterTool::Addons) && m_switching == 0)
        readAddons(); // a terminal may have switched some
    show();
    raise();
    activateWindow();
    QWidget *first = tool == ClusterTool::Addons ? static_cast<QWidget *>(m_addons) : tool == ClusterTool::Images ? m_image : tool == ClusterTool::Services ? static_cast<QWidget *>(m_service) : tool == ClusterTool::Tunnel ? m_tunnel : m_export;
    first->setFocus(Qt::OtherFocusReason);
}

QVBoxLayout *ClusterToolsDialog::addTab(ClusterTool tool, const QString &name, const QString &title, const QString &words)
{
    auto *page = named(new QWidget, name, title);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(8, 16, 8, 16);
    column->setSpacing(8);
    column->addWidget(wrapped(name + QStringLiteral("Words"), words));
    auto *inside = named(new QWidget, name + QStringLiteral("Inside"), title);
    auto *body = new QVBoxLayout(inside);
    body->setContentsMargins(0, 8, 0, 0);
    body->setSpacing(8);
    column->addWidget(inside, tool == ClusterTool::Addons ? 1 : 0);
    HelpCard *card = m_cards.at(std::size_t(tool)) = new HelpCard(name + QStringLiteral("Card"));
    card->hide();
    column->addWidget(card);
    if (const auto why = m_tools->cannot(tool)) {
        inside->hide();
        card->tell(Tone::Careful, shown(why->message), shown(why->hint));
        card->show();
    }
    if (tool != ClusterTool::Addons || m_tools->cannot(tool))
        column->addStretch(1);
    m_tabs->addTab(page, title);
    return body;
}

void ClusterToolsDialog::addAddons()
{
    QVBoxLayout *body = addTab(ClusterTool::Addons, QStringLiteral("addons"), tr("Add-ons"), tr("What comes with the cluster's tool and is switched on by name. It can take a minute until an add-on runs."));
    m_filter = field("addonFilter", tr("Filter the add-ons"), tr("Filter"));
    m_filter->setClearButtonEnabled(true);
    m_addons = named(new QListWidget, QStringLiteral("addonList"), tr("Add-ons"));
    m_addonState = state("addonState", tr("What is done with them"));
    m_addons->setSpacing(2);
    m_filter->hide();
    body->addWidget(m_filter);
    body->addWidget(m_addons, 1);
    body->addWidget(m_addonState);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString &text) {
        for (int i = 0; i < m_addons->count(); ++i)
            m_addons->item(i)->setHidden(!m_addons->item(i)->data(nameRole).toString().contains(text, Qt::CaseInsensitive));
    });
    connect(m_addons, &QListWidget::itemChanged, this, [this](QListWidgetItem *item) {
        if (!m_filling)
            switchAddon(item);
    });
}

void ClusterToolsDialog::readAddons()
{
    if (m_addons->count() == 0)
        tell(m_addonState, Tone::Busy, tr("They are looked up …"));
    m_tools->addons(later([this](const Result<std::vector<ClusterTools::Addon>> &addons) { showAddons(addons); }));
}

void ClusterToolsDialog::showAddons(const Result<std::vector<ClusterTools::Addon>> &addons)
{
    if (m_switching > 0) // the answer may be older than what is done now
        return;
    tell(m_addonState, Tone::None, {});
    if (!addons)
        return tellError(ClusterTool::Addons, addons.error());
    const QString current = m_addons->currentItem() ? m_addons->currentItem()->data(nameRole).toString() : QString();
    m_filling = true;
    m_addons->clear();
    for (const ClusterTools::Addon &one : *addons) {
        auto *item = new QListWidgetItem(one.name, m_addons);
        item->setData(nameRole, one.name);
        item->setData(stateRole, one.enabled);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(one.enabled ? Qt::Checked : Qt::Unchecked);
        if (one.name == current)
            m_addons->setCurrentItem(item);
    }
    m_filling = false;
    m_filter->setVisible(m_addons->count() > filteredFrom);
    emit m_filter->textChanged(m_filter->text());
}

// The box stands as the person left it while it is done, and goes back if that fails.
void ClusterToolsDialog::switchAddon(QListWidgetItem *item)
{
    const QString name = item->data(nameRole).toString();
    const bool on = item->checkState() == Qt::Checked;
    if (on == item->data(stateRole).toBool())
        return;
    m_cards.at(std::size_t(ClusterTool::Addons))->hide();
    ++m_switching;
    m_filling = true;
    item->setFlags(item->flags() & ~Qt::ItemIsEnabled);
    m_filling = false;
    tell(m_addonState, Tone::Busy, on ? tr("%1 is being switched on …", "%1: an add-on").arg(name) : tr("%1 is being switched off …").arg(name));
    m_tools->setAddon(
        name, on, later([this](const QString &line) { tell(m_addonState, Tone::Busy, line); }),
        later([this, name, on](const Result<> &done) {
            --m_switching;
            for (QListWidgetItem *one : m_addons->findItems(name, Qt::MatchExactly)) {
                m_filling = true;
                one->setFlags(one->flags() | Qt::ItemIsEnabled);
                one->setData(stateRole, done ? on : !on);
                one->setCheckState(on == bool(done) ? Qt::Checked : Qt::Unchecked);
                m_filling = false;
            }
            tell(m_addonState, done ? Tone::Good : Tone::None, !done ? QString() : on ? tr("%1 is on", "%1: an add-on").arg(name) : tr("%1 is off").arg(name));
            if (!done)
                tellError(ClusterTool::Addons, done.error());
            tellEnd(bool(done), done ? m_addonState->text() : tr("%1 could not be switched: %2").arg(name, shown(done.error().text())));
        }));
}

void ClusterToolsDialog::addImages()
{
    QVBoxLayout *body = addTab(ClusterTool::Images, QStringLiteral("images"), tr("Images"), tr("An image of this computer is loaded into all nodes, so that pods find it without a registry."));
    m_image = field("imageName", tr("Image"), tr("front:dev, or a file made by docker save"));
    m_load = button(QStringLiteral("imageLoad"), tr("Load"), tr("Into all nodes; an older one of the same name is replaced"), [this] { load(); });
    m_load->setEnabled(false);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_image, 1);
    row->addWidget(button(QStringLiteral("imageFile"), tr("File…"), tr("An archive of images: docker save -o FILE.tar IMAGE makes one"), [this] { chooseFile(); }));
    row->addWidget(m_load);
    m_loadState = state("loadState", tr("What is loaded"));
    body->addLayout(row);
    body->addWidget(m_loadState);
    connect(m_image, &QLineEdit::textChanged, this, [this] { m_load->setEnabled(m_loading || !m_image->text().trimmed().isEmpty()); });
    connect(m_image, &QLineEdit::returnPressed, this, [this] {
        if (!m_loading)
            load();
    });
}

void ClusterToolsDialog::chooseFile()
{
    auto *dialog = named(new QFileDialog(this, tr("An archive of images"), QString(), tr("Archives (*.tar *.tar.gz *.tgz);;All files (*)")), QStringLiteral("imageFileDialog"), tr("An archive of images"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, m_image, &QLineEdit::setText);
    dialog->open();
}

void ClusterToolsDialog::load()
{
    if (m_loading)
        return m_tools->stopLoad();
    const QString image = m_image->text().trimmed();
    if (image.isEmpty() || m_tools->cannot(ClusterTool::Images))
        return;
    m_loading = true;
    m_load->setText(tr("Stop", "button: an image is loaded no further"));
    m_image->setReadOnly(true);
    m_cards.at(std::size_t(ClusterTool::Images))->hide();
    tell(m_loadState, Tone::Busy, tr("%1 is being loaded …", "%1: an image").arg(image));
    m_tools->load(
        image, later([this](const QString &line) { tell(m_loadState, Tone::Busy, line); }),
        later([this, image](const Result<> &done) {
            m_loading = false;
            m_load->setText(tr("Load"));
            m_image->setReadOnly(false);
            const bool stopped = !done && done.error().kind == ErrorKind::Cancelled;
            const QString words = done ? tr("%1 is in %2", "an image, a cluster").arg(image, m_cluster) : stopped ? tr("It was stopped") : tr("%1 could not be loaded: %2").arg(image, shown(done.error().text()));
            tell(m_loadState, done ? Tone::Good : Tone::Careful, done || stopped ? words : QString());
            if (!done && !stopped)
                tellError(ClusterTool::Images, done.error());
            if (!stopped)
                tellEnd(bool(done), words);
        }));
}

void ClusterToolsDialog::tellError(ClusterTool tool, const Error &error)
{
    HelpCard *card = m_cards.at(std::size_t(tool));
    QString evidence;
    for (const auto &[name, value] : error.context)
        if (name == "stderr" || name == "minikube")
            evidence = shown(value);
    card->tell(Tone::Bad, shown(error.text()), shown(error.hint), evidence == shown(error.message) ? QString() : evidence);
    card->show();
}

void ClusterToolsDialog::tellEnd(bool good, const QString &words)
{
    if (!isVisible())
        emit ended(good, words);
}

} // namespace timonier
