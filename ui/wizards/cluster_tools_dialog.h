// A cluster of this computer that runs: its add-ons switched, images loaded, the address of a service, a tunnel. What its provider cannot do is said
// where it would be. Stays open beside the window; what was begun goes on when it is closed. GUI thread.
#pragma once

#include "ui/models/cluster_tools.h"

#include <QDialog>
#include <QPointer>

#include <array>
#include <memory>

class QLabel;
class QLineEdit;
class QListWidget;
class QListWidgetItem;
class QPushButton;
class QTabWidget;
class QVBoxLayout;

namespace timonier {

class HelpCard;
class ToneLabel;

class ClusterToolsDialog final : public QDialog
{
    Q_OBJECT
public:
    ClusterToolsDialog(const QString &cluster, std::unique_ptr<ClusterTools> tools, QWidget *parent = nullptr);
    ~ClusterToolsDialog() override;
    void show(ClusterTool tool);
    using QDialog::show;
    // An add-on is being switched, an image loaded, a tunnel open.
    bool isBusy() const { return m_switching > 0 || m_loading || m_open || m_exporting; }

signals:
    // Something that took its time is over while nobody looked.
    void ended(bool good, const QString &words);
    // In the browser; the window opens it, a test looks.
    void openWanted(const QString &url);

private:
    // What a tool calls later, when this may have gone.
    template <class F>
    auto later(F work)
    {
        return [self = QPointer(this), work = std::move(work)](const auto &answer) {
            if (self)
                work(answer);
        };
    }
    // The part of one tab: what is done there, or why not.
    QVBoxLayout *addTab(ClusterTool tool, const QString &name, const QString &title, const QString &words);
    void addAddons();
    void addImages();
    void addServices();
    void addTunnel();
    void addLogs();
    void exportLogs(const QString &folder);
    void readAddons();
    void showAddons(const Result<std::vector<ClusterTools::Addon>> &addons);
    void switchAddon(QListWidgetItem *item);
    void chooseFile();
    void load();
    void findService();
    void showUrls(const Result<QStringList> &urls);
    void openTunnel();
    void tellError(ClusterTool tool, const Error &error);
    void tellEnd(bool good, const QString &words);

    const QString m_cluster;
    const std::unique_ptr<ClusterTools> m_tools;
    QTabWidget *m_tabs;
    std::array<HelpCard *, 5> m_cards{}; // by ClusterTool
    QLineEdit *m_filter = nullptr, *m_image = nullptr, *m_namespace = nullptr, *m_service = nullptr;
    QListWidget *m_addons = nullptr;
    ToneLabel *m_addonState = nullptr, *m_loadState = nullptr, *m_urlState = nullptr, *m_tunnelState = nullptr, *m_logState = nullptr;
    QPushButton *m_load = nullptr, *m_find = nullptr, *m_openUrl = nullptr, *m_tunnel = nullptr, *m_export = nullptr;
    QLabel *m_urls = nullptr;
    int m_switching = 0;
    bool m_loading = false, m_open = false, m_exporting = false, m_filling = false;
};

} // namespace timonier
