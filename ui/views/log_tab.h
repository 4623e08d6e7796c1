// The logs of a pod, or of all pods of a workload, while they are written: choose a container, search, save.
#pragma once

#include "ui/models/log_reader.h"
#include "ui/models/log_search.h"
#include "ui/views/detail_tab.h"

#include <QTimer>

class QAction;
class QActionGroup;
class QComboBox;
class QLabel;
class QLineEdit;
class QMenu;
class QToolButton;

namespace timonier {

class LogView;
class ToneLabel;

class LogTab final : public DetailTab
{
    Q_OBJECT
public:
    explicit LogTab(QWidget *parent = nullptr);
    ~LogTab() override;

    QString title() const override;
    bool suits(const Subject &subject) const override;
    void follow(const Subject &subject) override;
    void rest() override;

    LogReader *reader() const { return m_reader; }
    LogView *view() const { return m_view; }
    // Writes everything that is held, a slice at a time.
    void saveTo(const QString &path);

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    struct Saving;
    QToolButton *button(const char *name, const QString &accessible, const QString &tip);
    void buildMenu();
    void addAmount(QActionGroup *group, const QString &text, std::optional<std::int64_t> tail, std::optional<std::chrono::seconds> since);
    void refreshIcons();
    void refreshContainers();
    void refreshStatus();
    void refreshCount();
    void searchChanged();
    void searchOn();
    void step(bool forward);
    void askWhereToSave();
    void saveOn();

    LogReader *m_reader;
    LogSearch m_search;
    LogView *m_view;
    ToneLabel *m_status;
    QComboBox *m_container;
    QLineEdit *m_pattern;
    QLabel *m_count;
    QToolButton *m_pause, *m_more, *m_previousMatch, *m_nextMatch, *m_only;
    QMenu *m_menu;
    QAction *m_previousLife = nullptr;
    QTimer m_slice;                        // of the search
    QTimer m_saveSlice;
    std::unique_ptr<Saving> m_saving;
    bool m_searchIsNew = false;            // its first match is still to be shown
};

} // namespace timonier
