// Ports forwarded from the window: asked for, followed, stopped, by keyboard; and pictures to look at (forward-*.png).
#include "fake_cluster.h"
#include "ui/theme/colours.h"
#include "ui/views/forward_dialog.h"
#include "ui/views/forwards_dialog.h"
#include "ui/views/main_window.h"
#include "ui/views/table_page.h"
#include "ui/views/tone_label.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDesktopServices>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <QUrl>

using namespace timonier;
using namespace Qt::StringLiterals;

namespace {

struct Stage {
    Stage() : window(opener, fakeKinds(), {.context = {}, .ns = {}, .kind = u"services"_s, .select = {}})
    {
        window.resize(1280, 800);
        window.show();
        ContextList list;
        list.contexts = {{.name = u"lab-3-nodes"_s, .server = u"https://127.0.0.1:6443"_s}, {.name = u"production-eu"_s}};
        list.current = u"lab-3-nodes"_s;
        window.setContexts(list);
        opener.answer();
        opener.answers.ports = std::vector<DeclaredPort>{{5555, "web"}, {9090, ""}};
        std::mt19937 random(42);
        Batch batch;
        for (int i = 0; i < 12; ++i) {
            FakePod pod = fakePod(i, random);
            batch.changes[fakeUid(i)] = makeRow(fakeUid(i), pod);
        }
        opener.tables["services/"].put(std::move(batch));
        opener.tables["services/"].state(ReflectorState::Watching, true);
        QTest::qWait(80);
        window.tablePage()->select(u"recognition"_s, u"frontend-5f7b8-00000"_s);
        QTest::qWait(50);
    }
    QAction *action(const char *name) { return window.findChild<QAction *>(QLatin1StringView(name)); }
    template <class T>
    T *find(const QString &name)
    {
        for (QWidget *top : QApplication::topLevelWidgets())
            for (T *found : top->findChildren<T *>(name))
                if (found->isVisible())
                    return found;
        return nullptr;
    }
    ForwardDialog *ask()
    {
        action("forwardPort")->trigger();
        QTest::qWait(20);
        return window.findChild<ForwardDialog *>();
    }
    FakeOpener opener;
    MainWindow window;
};

// What is opened instead of a browser.
class Browser final : public QObject
{
    Q_OBJECT
public:
    Browser()
    {
        for (const char *scheme : {"http", "https"})
            QDesktopServices::setUrlHandler(QLatin1StringView(scheme), this, "open");
    }
    ~Browser() override
    {
        for (const char *scheme : {"http", "https"})
            QDesktopServices::unsetUrlHandler(QLatin1StringView(scheme));
    }
    QStringList urls;

public slots:
    void open(const QUrl &url) { urls << url.toString(); }
};

} // namespace

class TestForwards : public QObject
{
    Q_OBJECT
private slots:
    void init() { applyTheme(ThemeChoice::Light); }

    void thePortIsChosenOfThoseThatTheServiceDeclares()
    {
        Stage stage;
        QVERIFY(stage.action("forwardPort")->isEnabled());
        QVERIFY2(stage.action("forwardPort")->text().contains(u"frontend-5f7b8-00000"_s), qPrintable(stage.action("forwardPort")->text()));
        ForwardDialog *dialog = stage.ask();
        QVERIFY(dialog);
        auto *remote = dialog->findChild<QComboBox *>(u"forwardRemote"_s);
        QCOMPARE(remote->count(), 2);
        QCOMPARE(remote->currentText(), u"5555 (web)"_s);
        dialog->grab().save(u"forward-ask-light.png"_s);
        remote->setCurrentIndex(1);
        dialog->findChild<QSpinBox *>(u"forwardLocal"_s)->setValue(8080);
        QTest::keyClick(dialog, Qt::Key_Return);
        QCOMPARE(stage.opener.answers.forwarded.size(), std::size_t(1));
        const auto &[target, local] = stage.opener.answers.forwarded.front();
        QCOMPARE(QString::fromStdString(target.kind + " " + target.ns + " " + target.name + " " + target.port), u"services recognition frontend-5f7b8-00000 9090"_s);
        QCOMPARE(int(local), 8080);
    }

    void aPortThatIsNotDeclaredCanBeTyped()
    {
        Stage stage;
        stage.opener.answers.ports = std::vector<DeclaredPort>{};
        ForwardDialog *dialog = stage.ask();
        QVERIFY(!dialog->findChild<QPushButton *>(u"forwardStart"_s)->isEnabled());
        QVERIFY(!dialog->findChild<QPushButton *>(u"forwardStart"_s)->toolTip().isEmpty());
        QTest::keyClicks(dialog->findChild<QComboBox *>(u"forwardRemote"_s)->lineEdit(), u"3000"_s);
        QTest::keyClick(dialog, Qt::Key_Return);
        QCOMPARE(stage.opener.answers.forwarded.at(0).first.port, std::string("3000"));
    }

    void whyNoneCanBeForwardedIsSaidAndItCanBeTriedAgain()
    {
        Stage stage;
        stage.opener.answers.forwarding = Error{ErrorKind::Forbidden, "you may not forward ports of pods in the namespace recognition", "Ask for the right."};
        ForwardDialog *dialog = stage.ask();
        QTest::keyClick(dialog, Qt::Key_Return);
        QCOMPARE(dialog->findChild<QLabel *>(u"forwardState"_s)->text(), u"Ask for the right."_s);
        QVERIFY(dialog->findChild<QLabel *>(u"forwardEvidence"_s)->text().contains(u"may not forward"_s));
        dialog->grab().save(u"forward-refused-light.png"_s);
        stage.opener.answers.forwarding.reset();
        QTest::keyClick(dialog, Qt::Key_Return);
        QVERIFY(stage.opener.answers.forward.lock());
    }

    void whatIsForwardedIsListedWithItsStateAndStopped()
    {
        Stage stage;
        QTest::keyClick(stage.ask(), Qt::Key_Return);
        QTest::qWait(50);
        auto *button = stage.find<QPushButton>(u"forwardsButton"_s);
        QVERIFY(button);
        auto *list = stage.window.findChild<ForwardsDialog *>();
        QVERIFY(list && list->isVisible());
        list->close();
        QTest::mouseClick(button, Qt::LeftButton); // the way back to it
        QVERIFY(list->isVisible());
        auto *state = list->findChild<ToneLabel *>(u"forwardStatus"_s);
        const auto forward = stage.opener.answers.forward.lock();
        forward->tell({.state = ForwardState::Active, .active = 3, .pod = {"frontend-5f7b8-00000-x7k2p", 3000}});
        QTRY_VERIFY(state->text().contains(u"frontend-5f7b8-00000-x7k2p"_s));
        QVERIFY(state->text().startsWith(u'3'));
        forward->tell({.state = ForwardState::Waiting, .pod = {"frontend-5f7b8-00000-x7k2p", 3000}, .problem = Error{ErrorKind::NotFound, "no pod is ready: frontend-5f7b8-00000-9qz: ImagePullBackOff"}});
        QTRY_VERIFY(state->text().contains(u"ImagePullBackOff"_s));
        QCOMPARE(state->tone(), Tone::Busy);
        list->grab().save(u"forward-list-light.png"_s);

        QSignalSpy opened(list, &ForwardsDialog::openWanted);
        list->disconnect(&stage.window); // no browser in a test
        list->findChild<QPushButton *>(u"forwardOpen"_s)->click();
        QCOMPARE(opened.at(0).at(0).toString(), u"http://127.0.0.1:41233/"_s);
        list->findChild<QPushButton *>(u"forwardCopy"_s)->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), u"127.0.0.1:41233"_s);
        const std::weak_ptr<FakeForward> watched = forward;
        stage.opener.answers.forward.reset();
        list->findChild<QPushButton *>(u"forwardStop"_s)->click();
        QCOMPARE(watched.use_count(), 1L); // the test's own: the window holds it no more
        QTRY_VERIFY(!button->isVisible());
        QVERIFY(stage.find<QLabel>(u"forwardsNone"_s));
        forward->tell({.state = ForwardState::Broken}); // a last word is no harm
        QTest::qWait(20);
    }

    void aClusterThatIsClosedTakesItsPortsAlong()
    {
        Stage stage;
        QTest::keyClick(stage.ask(), Qt::Key_Return);
        QTest::qWait(20);
        stage.action("closeCluster")->trigger();
        QTest::qWait(50);
        QVERIFY(stage.opener.answers.forward.expired());
        QVERIFY(!stage.find<QPushButton>(u"forwardsButton"_s));
    }

    void anApplicationIsOpenedInTheBrowserThroughAPortThatStandsInTheList()
    {
        Stage stage;
        Browser browser;
        stage.opener.answers.forwardStatus.pod = {"web-1", 80};
        QList<StatusWords> told;
        const ForwardOpening::Wanted wanted{.context = u"lab-3-nodes"_s, .target = {.ns = "shop", .kind = "services", .name = "web", .port = "5555"}, .scheme = u"http"_s, .path = u"/start"_s};
        const auto tell = [&](const StatusWords &words) { told << words; };
        stage.window.openForwarded(wanted, tell);
        QTRY_COMPARE(browser.urls, QStringList{u"http://127.0.0.1:41233/start"_s});
        QVERIFY2(told.constLast().text.contains(u"http://127.0.0.1:41233/start"_s) && told.constLast().text.contains(u"web-1"_s), qPrintable(told.constLast().text));
        QVERIFY(stage.find<QPushButton>(u"forwardsButton"_s)); // behind the status line
        // The pod is replaced: it is waited for with the reason, then the next one is named.
        const auto forward = stage.opener.answers.forward.lock();
        forward->tell({.state = ForwardState::Waiting, .pod = {"web-1", 80}, .unready = "web-2: ContainerCreating", .problem = Error{ErrorKind::NotFound, "no pod is ready: web-2: ContainerCreating"}});
        QTRY_VERIFY(told.constLast().text.contains(u"web-2: ContainerCreating"_s));
        QCOMPARE(told.constLast().tone, Tone::Busy);
        forward->tell({.state = ForwardState::Active, .active = 1, .pod = {"web-2", 80}});
        QTRY_VERIFY(told.constLast().text.contains(u"web-2"_s) && told.constLast().tone == Tone::Good);
        // Pressed again, the same port is used.
        stage.window.openForwarded(wanted, tell);
        QTRY_COMPARE(browser.urls.size(), 2);
        QCOMPARE(stage.opener.answers.forwarded.size(), 1U);
        // Stopped from the list, that is said.
        QTest::mouseClick(stage.find<QPushButton>(u"forwardsButton"_s), Qt::LeftButton);
        QTest::mouseClick(stage.window.findChild<ForwardsDialog *>()->findChild<QPushButton *>(u"forwardStop"_s), Qt::LeftButton);
        QTRY_VERIFY2(told.constLast().text.contains(u"no longer"_s), qPrintable(told.constLast().text));
    }

    void withNoReadyPodTheBrowserStaysClosedAndTheReasonIsSaid()
    {
        Stage stage;
        Browser browser;
        stage.opener.answers.forwardStatus.unready = "web-1: ImagePullBackOff";
        QList<StatusWords> told;
        const ForwardOpening::Wanted wanted{.context = u"lab-3-nodes"_s, .target = {.ns = "shop", .kind = "services", .name = "web", .port = "5555"}, .scheme = u"http"_s, .path = u"/"_s};
        const auto tell = [&](const StatusWords &words) { told << words; };
        stage.window.openForwarded(wanted, tell);
        QTRY_VERIFY2(!told.isEmpty() && told.constLast().text.contains(u"web-1: ImagePullBackOff"_s), qPrintable(told.value(0).text));
        QCOMPARE(told.constLast().tone, Tone::Careful);
        QVERIFY(browser.urls.isEmpty());
        QVERIFY(stage.opener.answers.forward.expired()); // nothing that leads nowhere is left behind
        // No right to do so.
        stage.opener.answers.forwarding = Error{ErrorKind::Forbidden, "you may not forward ports of pods in the namespace shop"};
        stage.window.openForwarded(wanted, tell);
        QTRY_VERIFY(told.constLast().text.contains(u"you may not forward"_s));
        QCOMPARE(told.constLast().tone, Tone::Bad);
        // Later it can be.
        stage.opener.answers.forwarding.reset();
        stage.opener.answers.forwardStatus = {.pod = {"web-1", 80}};
        stage.window.openForwarded(wanted, tell);
        QTRY_COMPARE(browser.urls.size(), 1);
    }

    void aClusterThatIsNotOpenIsOpenedForItAndOneThatCannotBeIsSaid()
    {
        Stage stage;
        Browser browser;
        stage.opener.answers.forwardStatus.pod = {"web-1", 80};
        QList<StatusWords> told;
        const ForwardOpening::Wanted wanted{.context = u"production-eu"_s, .target = {.ns = "shop", .kind = "services", .name = "web", .port = "443"}, .scheme = u"https"_s, .path = u"/"_s};
        const auto tell = [&](const StatusWords &words) { told << words; };
        stage.window.openForwarded(wanted, tell);
        QCOMPARE(stage.opener.last, u"production-eu"_s);
        stage.opener.refuse({.kind = ErrorKind::Unreachable, .message = "10.0.0.9:6443 does not answer"});
        QTRY_VERIFY(told.constLast().text.contains(u"10.0.0.9:6443 does not answer"_s));
        QCOMPARE(told.constLast().tone, Tone::Bad);
        stage.window.openForwarded(wanted, tell);
        stage.opener.answer();
        QTRY_COMPARE(browser.urls, QStringList{u"https://127.0.0.1:41233/"_s});
        QCOMPARE(stage.window.currentContext(), u"lab-3-nodes"_s); // what is looked at stays
    }

    void whereNothingCanBeForwardedTheActionSaysSo()
    {
        Stage stage;
        stage.window.showOverview();
        QVERIFY(!stage.action("forwardPort")->isEnabled());
    }

    void itCanBeLookedAtInTheDark()
    {
        applyTheme(ThemeChoice::Dark);
        Stage stage;
        ForwardDialog *dialog = stage.ask();
        dialog->grab().save(u"forward-ask-dark.png"_s);
        QTest::keyClick(dialog, Qt::Key_Return);
        QTest::qWait(50);
        stage.opener.answers.forward.lock()->tell({.state = ForwardState::PortClosed, .pod = {"frontend-5f7b8-00000-x7k2p", 3000},
                                                   .problem = Error{ErrorKind::Unreachable, "nothing in the pod frontend-5f7b8-00000-x7k2p listens on port 3000"}});
        QTest::qWait(50);
        stage.window.findChild<ForwardsDialog *>()->grab().save(u"forward-list-dark.png"_s);
        stage.window.grab().save(u"forward-window-dark.png"_s);
    }

    void everyPartHasANameAndAnAccessibleName()
    {
        Stage stage;
        ForwardDialog *dialog = stage.ask();
        const auto named = [](const QWidget *root) {
            for (const QWidget *part : root->findChildren<QWidget *>())
                if (const auto *button = qobject_cast<const QPushButton *>(part); button && (button->objectName().isEmpty() || button->accessibleName().isEmpty()))
                    return false;
            return !root->objectName().isEmpty() && !root->accessibleName().isEmpty();
        };
        QVERIFY(named(dialog));
        QVERIFY(!dialog->findChild<QComboBox *>()->accessibleName().isEmpty());
        QVERIFY(!dialog->findChild<QSpinBox *>()->accessibleName().isEmpty());
        QTest::keyClick(dialog, Qt::Key_Return);
        QTest::qWait(20);
        QVERIFY(named(stage.window.findChild<ForwardsDialog *>()));
    }
};

QTEST_MAIN(TestForwards)
#include "tst_forwards.moc"
