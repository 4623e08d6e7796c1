// Many hosts before one person: the page of checks with one, three, ten and thirty of them, the list of a cluster's hosts, the question for a password.
#include "played_subject.h"

#include "ui/models/check_grid.h"
#include "ui/models/check_tree.h"
#include "ui/models/host_table.h"
#include "ui/theme/colours.h"
#include "ui/wizards/check_page.h"
#include "ui/wizards/form_page.h"
#include "ui/wizards/host_dialogs.h"
#include "ui/wizards/hosts_dialog.h"
#include "ui/wizards/row_view.h"
#include "ui/wizards/wizard_parts.h"
#include "ui/wizards/wizard_window.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QTranslator>

using namespace timonier;
using namespace Qt::StringLiterals;
using form::CheckState;

namespace {

// As the preflight of kubeadm says it; some hosts have something against them.
std::vector<form::Check> checksOf(int hosts)
{
    std::vector<form::Check> all;
    for (int i = 1; i <= hosts; ++i) {
        const std::string host = (i < 10 ? "node-0" : "node-") + std::to_string(i);
        const auto add = [&](const char *id, const char *title, CheckState state, const char *words, const char *why = "", std::vector<form::Fix> fixes = {}) {
            all.push_back({.id = id, .title = title, .subject = host, .state = state, .words = words, .why = why, .fixes = std::move(fixes)});
        };
        add("reach", "Reached over ssh", CheckState::Good, "ops, by ssh");
        add("system", "System", CheckState::Good, "Debian GNU/Linux 12 (bookworm), amd64, systemd 252");
        add("cpu", "Processors", CheckState::Good, i == 1 ? "4" : "2");
        if (i % 7 == 2)
            add("memory", "Memory", CheckState::Bad, "967 MiB: kubeadm wants 1700 MB", "The kubelet alone takes that. Take a larger machine.");
        else
            add("memory", "Memory", CheckState::Good, "3.8 GiB");
        if (i % 3 == 1)
            add("swap", "Swap", CheckState::Careful, "on: /swapfile", "The plan switches it off; undo brings it back.", {{.id = "swap", .title = "Switch it off now", .commands = {"sudo swapoff -a"}}});
        else
            add("swap", "Swap", CheckState::Good, "off");
        for (const char *more : {"Host name", "Machine id", "Clock", "Disk", "Container runtime", "Packages", "Package sources", "Ports", "Ports between the hosts", "Addresses", "Leftovers"})
            add(more, more, CheckState::Good, "nothing stands against it");
    }
    return all;
}

struct Stage {
    explicit Stage(int hosts, QSize size = {1120, 720}) : subject(std::make_shared<PlayedSubject>()), window(u"New cluster"_s)
    {
        subject->checks = checksOf(hosts);
        window.setSubject(subject);
        window.resize(size);
        window.show();
        window.next();
        if (!QTest::qWaitFor([this] { return window.form()->whyNot().isEmpty(); }))
            qFatal("the form is not complete");
        window.next();
        if (!QTest::qWaitFor([this] { return window.checks()->isOver(); }))
            qFatal("the checks are not over");
        QTest::qWait(40);
    }
    CheckPage &page() { return *window.checks(); }
    RowView *tree() { return page().findChild<RowView *>(u"checkTree"_s); }
    QString card() { return page().findChild<HelpCard *>(u"checkCard"_s)->text(); }
    std::shared_ptr<PlayedSubject> subject;
    WizardWindow window;
};

struct PlayedHosts final : ClusterHosts {
    std::vector<HostLine> hosts() const override { return {{.id = u"h1"_s, .name = u"h1"_s, .role = u"Control plane"_s, .address = u"203.0.113.1"_s}, {.id = u"h2"_s, .name = u"h2"_s, .role = u"Worker"_s, .address = u"203.0.113.2"_s}}; }
    std::vector<HostAction> actions() const override
    {
        return {{u"add-host"_s, u"Add hosts…"_s, u"Bare computers become part of the cluster"_s}, {u"remove-host"_s, u"Remove…"_s, u"It leaves"_s, true, {{u"h1"_s, u"the others are reached through it"_s}}}, {u"renew-certs"_s, u"Renew certificates…"_s, u"For another year"_s}, {u"upgrade"_s, u"Upgrade…"_s, u"One after the other"_s}};
    }
    void look(Tell tell, Over over) override
    {
        told = std::move(tell);
        ended = std::move(over);
    }
    Tell told{};
    Over ended{};
};

std::vector<HostLine> answered()
{
    return {{.id = u"h1"_s, .name = u"h1"_s, .role = u"Control plane"_s, .address = u"203.0.113.1"_s, .version = u"v1.36.3"_s, .state = {Tone::Good, u"ready"_s}, .certificates = {Tone::Careful, u"20 days left (apiserver)"_s}},
            {.id = u"h2"_s, .name = u"h2"_s, .role = u"Worker"_s, .address = u"203.0.113.2"_s, .version = u"v1.36.3"_s, .state = {Tone::Bad, u"not ready: Kubelet stopped posting node status."_s}},
            {.name = u"by-hand"_s, .role = u"Worker"_s, .address = u"203.0.113.9"_s, .version = u"v1.36.1"_s, .state = {Tone::Good, u"ready"_s}}};
}

} // namespace

class tst_hosts : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { applyTheme(ThemeChoice::Light); }

    void as_many_hosts_as_have_room_stand_beside_each_other_data()
    {
        QTest::addColumn<int>("hosts");
        QTest::addColumn<int>("look");
        QTest::newRow("1") << 1 << int(CheckPage::Look::List);
        QTest::newRow("3") << 3 << int(CheckPage::Look::Table);
        QTest::newRow("10") << 10 << int(CheckPage::Look::ByHost);
        QTest::newRow("30") << 30 << int(CheckPage::Look::ByHost);
    }
    void as_many_hosts_as_have_room_stand_beside_each_other()
    {
        QFETCH(int, hosts);
        QFETCH(int, look);
        Stage stage(hosts);
        QCOMPARE(int(stage.page().look()), look);
        if (stage.page().look() == CheckPage::Look::Table) { // what stands against it comes first, and nothing has to be moved to be seen
            QCOMPARE(stage.page().grid()->headerData(0, Qt::Vertical, Qt::DisplayRole).toString(), u"Memory"_s);
            QVERIFY(!stage.page().findChild<QTableView *>(u"checkTable"_s)->horizontalScrollBar()->isVisible());
        }
        if (stage.page().look() == CheckPage::Look::ByHost) {
            QCOMPARE(stage.tree()->model()->index(0, 0).data().toString(), u"node-02"_s);
            QVERIFY(stage.tree()->isExpanded(stage.tree()->model()->index(0, 0)));
            QCOMPARE(stage.window.focusWidget(), stage.tree()); // and one can read on with the arrow keys
        }
        if (hosts > 1)
            QVERIFY2(stage.card().contains(u"967 MiB"_s), qPrintable(stage.card())); // it is shown by itself
    }

    void hosts_are_read_with_the_arrow_keys_and_gathered_by_check()
    {
        Stage stage(10);
        auto *tree = stage.tree();
        QTest::keyClick(tree, Qt::Key_Home);
        QCOMPARE(tree->currentIndex().data().toString(), u"node-02"_s);
        QTest::keyClick(tree, Qt::Key_Down);
        QCOMPARE(tree->currentIndex().data().toString(), u"Memory"_s);
        QVERIFY(stage.card().contains(u"Take a larger machine"_s));
        QTest::keyClick(tree, Qt::Key_Down); // those that are well are one row, until one wants to see them
        QVERIFY2(tree->currentIndex().data().toString().contains(u"15"_s), qPrintable(tree->currentIndex().data().toString()));
        QTest::keyClick(tree, Qt::Key_Return);
        QCOMPARE(tree->currentIndex().data().toString(), u"Reached over ssh"_s);
        stage.page().findChild<QPushButton *>(u"checkByCheck"_s)->click();
        QCOMPARE(tree->model()->index(0, 0).data().toString(), u"Memory"_s);
        QVERIFY2(tree->model()->index(0, 0).data(CheckRows::WordsRole).toString().contains(u"node-02, node-09"_s), qPrintable(tree->model()->index(0, 0).data(CheckRows::WordsRole).toString()));
        // What was chosen stays: the table too, where there is room for two.
        stage.page().findChild<QPushButton *>(u"checkAsTable"_s)->click();
        stage.page().checkAgain();
        QTRY_VERIFY(stage.page().isOver());
        QCOMPARE(stage.page().look(), CheckPage::Look::Table);
    }

    void what_is_on_many_hosts_is_mended_on_all_of_them()
    {
        Stage stage(10);
        stage.page().findChild<QPushButton *>(u"checkByCheck"_s)->click();
        auto *tree = stage.tree();
        const QModelIndex swap = tree->model()->index(1, 0);
        QCOMPARE(swap.data().toString(), u"Swap"_s);
        tree->setCurrentIndex(tree->model()->index(0, 0, swap));
        auto *all = stage.page().findChild<QPushButton *>(u"checkCardFixAll-swap"_s);
        QVERIFY(all && all->text().contains(u"4"_s));
        QVERIFY(stage.page().findChild<QLabel *>(u"checkCardCommands"_s)->text().contains(u"sudo swapoff -a"_s)); // said before
        stage.subject->checks = checksOf(3);
        all->click();
        QTRY_COMPARE(stage.subject->fixed.size(), 4u);
        QTRY_VERIFY(stage.page().isOver() && stage.page().rows()->rowCount() == int(checksOf(3).size())); // and looked at again
    }

    void the_models_keep_the_rules()
    {
        CheckRows rows;
        CheckTree tree(&rows);
        const QAbstractItemModelTester tester(&tree, QAbstractItemModelTester::FailureReportingMode::QtTest);
        for (const CheckTree::Gather how : {CheckTree::Gather::ByHost, CheckTree::Gather::ByCheck}) {
            tree.gather(how);
            rows.take(checksOf(12));
            tree.refresh(false);
            rows.take({{.id = "swap", .title = "Swap", .subject = "node-02", .state = CheckState::Bad}});
            tree.refresh(true);
            QVERIFY(tree.hasProblems(tree.index(0, 0)));
            const QModelIndex rest = tree.index(tree.rowCount(tree.index(0, 0)) - 1, 0, tree.index(0, 0));
            QVERIFY(tree.isRest(rest) && tree.checkAt(rest) < 0);
            tree.unfold(rest);
            for (int row = 0; row < rows.rowCount(); ++row)
                if (const QModelIndex at = tree.indexOf(row); at.isValid())
                    QCOMPARE(tree.checkAt(at), row);
            rows.clear();
            QCOMPARE(tree.rowCount(), 0);
            tree.refresh(false);
        }
        HostTable table;
        const QAbstractItemModelTester tableTester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
        table.show(PlayedHosts().hosts());
        table.show(answered());
        table.show(answered());
        QCOMPARE(table.rowOf(u"by-hand"_s), 2);
    }

    void the_hosts_of_a_cluster_are_listed_and_what_cannot_be_done_says_why()
    {
        auto played = std::make_unique<PlayedHosts>();
        PlayedHosts *hosts = played.get();
        HostsDialog dialog(u"lab"_s, std::move(played));
        QSignalSpy wanted(&dialog, &HostsDialog::actionWanted);
        dialog.show();
        dialog.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QVERIFY(dialog.isLooking());
        QCOMPARE(dialog.table()->rowCount(), 2); // before anybody has answered
        hosts->told(answered());
        hosts->ended({});
        QVERIFY(!dialog.isLooking());
        auto *remove = dialog.findChild<QPushButton *>(u"hostAction-remove-host"_s);
        dialog.choose(u"h1"_s);
        QVERIFY(!remove->isEnabled() && remove->toolTip().contains(u"reached through it"_s));
        dialog.choose(u"by-hand"_s);
        QVERIFY(!remove->isEnabled() && !remove->toolTip().isEmpty());
        dialog.choose(u"h2"_s);
        QVERIFY(remove->isEnabled());
        remove->click();
        QCOMPARE(wanted.takeFirst(), (QVariantList{u"remove-host"_s, u"h2"_s}));
        dialog.findChild<QPushButton *>(u"hostAction-upgrade"_s)->click();
        QCOMPARE(wanted.takeFirst(), (QVariantList{u"upgrade"_s, QString()}));
        // It does not answer any more.
        QTest::keyClick(&dialog, Qt::Key_F5);
        QVERIFY(dialog.isLooking());
        hosts->ended(std::unexpected(Error{.kind = ErrorKind::Unreachable, .message = "h1 does not answer", .hint = "Is it switched on?"}));
        QVERIFY(dialog.findChild<HelpCard *>(u"hostsCard"_s)->text().contains(u"Is it switched on?"_s));
        QCOMPARE(dialog.table()->rowCount(), 3); // what was known stays
        for (const QWidget *widget : dialog.findChildren<QWidget *>())
            if (widget->focusPolicy() & Qt::TabFocus && !widget->focusProxy() && widget->isVisible())
                QVERIFY2(!widget->objectName().isEmpty() && !widget->accessibleName().isEmpty(), widget->metaObject()->className());
    }

    void a_password_can_be_for_all_hosts_of_a_user()
    {
        HostSecretDialog one({.title = u"Passphrase of the key id"_s});
        QVERIFY(!one.findChild<QCheckBox *>(u"hostSecretAll"_s) && !one.forAll());
        HostSecretDialog all({.title = u"Password of ops@h1"_s, .user = u"ops"_s});
        auto *box = all.findChild<QCheckBox *>(u"hostSecretAll"_s);
        QVERIFY(box->text().contains(u"ops"_s) && !all.forAll()); // nobody else gets it unless that is wanted
        QTest::keyClick(box, Qt::Key_Space);
        QVERIFY(all.forAll() && !all.keep());
    }

    void pictures_to_look_at_data()
    {
        QTest::addColumn<QString>("look");
        for (const char *look : {"light", "dark", "small", "french", "twice"})
            QTest::newRow(look) << QString::fromLatin1(look);
    }
    void pictures_to_look_at()
    {
        QFETCH(QString, look);
        applyTheme(look == u"dark" ? ThemeChoice::Dark : ThemeChoice::Light);
        QTranslator translator;
        if (look == u"french" && translator.load(u":/i18n/timonier_fr.qm"_s))
            QCoreApplication::installTranslator(&translator);
        const QFont plain = QApplication::font();
        QFont font = plain;
        if (look == u"twice") // 200 %
            font.setPointSizeF(font.pointSizeF() * 2);
        QApplication::setFont(font);
        const QSize size = look == u"small" ? QSize(800, 600) : QSize(1120, 720);
        const auto keep = [&](QWidget &widget, const QString &name) {
            QTest::qWait(80);
            QVERIFY(widget.grab().save(QCoreApplication::applicationDirPath() + u"/hosts-%1-%2.png"_s.arg(look, name)));
        };
        for (const int hosts : {1, 3, 10, 30}) {
            Stage stage(hosts, size);
            keep(stage.window, u"checks-%1"_s.arg(hosts));
            if (hosts < 10)
                continue;
            stage.page().findChild<QPushButton *>(u"checkByCheck"_s)->click();
            keep(stage.window, u"checks-%1-by-check"_s.arg(hosts));
            stage.page().findChild<QPushButton *>(u"checkAsTable"_s)->click();
            keep(stage.window, u"checks-%1-table"_s.arg(hosts));
        }
        auto played = std::make_unique<PlayedHosts>();
        PlayedHosts *hosts = played.get();
        HostsDialog dialog(u"lab"_s, std::move(played));
        dialog.show();
        hosts->told(answered());
        hosts->ended({});
        keep(dialog, u"list"_s);
        HostSecretDialog secret({.title = u"Password for sudo on ops@203.0.113.2"_s, .again = true, .user = u"ops"_s, .forAll = true});
        secret.show();
        keep(secret, u"password"_s);
        QApplication::setFont(plain);
        QCoreApplication::removeTranslator(&translator);
    }
};

QTEST_MAIN(tst_hosts)
#include "tst_hosts.moc"
