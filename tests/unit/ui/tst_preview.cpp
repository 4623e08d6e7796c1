// The preview as somebody uses it: what a slider changes, what a bad version looks like, which strategy is advised, what is written
// to files, and the ways there and back. With pictures to look at (preview-*.png beside this test).
#include "fake_cluster.h"
#include "manifest/text_diff.h"
#include "strategy/report.h"
#include "typed_rows.h"
#include "ui/preview/compare_chart.h"
#include "ui/preview/compare_view.h"
#include "ui/preview/decision_table.h"
#include "ui/preview/diff_dialog.h"
#include "ui/preview/figure_row.h"
#include "ui/preview/outcome_panel.h"
#include "ui/preview/parameter_panel.h"
#include "ui/preview/preview_export.h"
#include "ui/preview/preview_page.h"
#include "ui/preview/setting_row.h"
#include "ui/preview/timeline_view.h"
#include "ui/theme/colours.h"
#include "ui/views/main_window.h"
#include "ui/views/palette.h"
#include "ui/views/table_page.h"
#include "ui/views/table_view.h"

#include <QAction>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSlider>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <QXmlStreamReader>

using namespace timonier;
using namespace Qt::StringLiterals;
using strategy::Strategy;

namespace {

std::string manifest(int replicas)
{
    return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: frontend, namespace: recognition}\nspec:\n  replicas: " + std::to_string(replicas) +
           "\n  selector: {matchLabels: {app: frontend}}\n  template:\n    metadata: {labels: {app: frontend}}\n    spec:\n      containers:\n        - name: front\n"
           "          image: po001int/front:1.4\n          readinessProbe: {httpGet: {path: /, port: 3000}, initialDelaySeconds: 5, periodSeconds: 5}\n";
}

strategy::Application frontend(int replicas = 3)
{
    return *strategy::readApplicationFile(manifest(replicas), "front.yaml");
}

struct Page {
    explicit Page(const strategy::Application &application = frontend(), std::optional<Strategy> strategy = {}, QSize size = {1240, 760})
    {
        page.resize(size);
        page.show();
        page.setStrategy(strategy);
        page.showApplication(application);
        settle();
    }
    void settle() { QTRY_VERIFY(page.isSettled()); }
    QString text(const char *label) { return page.findChild<QLabel *>(QLatin1StringView(label))->text(); }
    QString figure(const char *key) { return page.findChild<FigureRow *>(u"figure-"_s + QLatin1StringView(key))->value(); }
    QSlider *slider(const char *key) { return page.findChild<QSlider *>(u"slider-"_s + QLatin1StringView(key)); }
    void picture(const QString &name)
    {
        QTest::qWait(20);
        QVERIFY(page.grab().save(QCoreApplication::applicationDirPath() + u"/preview-"_s + name + u".png"_s));
    }
    QTabBar *tabs() { return page.findChild<QTabBar *>(u"strategyTabs"_s); }
    PreviewPage page;
};

} // namespace

class tst_preview : public QObject
{
    Q_OBJECT
private slots:
    void cleanup() { applyTheme(ThemeChoice::Light); }

    void six_are_compared_and_one_is_advised()
    {
        Page p;
        QVERIFY2(p.text("adviceSentence").startsWith(u"For frontend: Ramped, because all 3 pods answer"_s), qPrintable(p.text("adviceSentence")));
        auto *table = p.page.findChild<DecisionTable *>();
        QCOMPARE(table->rowCount(), 6);
        for (int row = 0; row < 6; ++row)
            for (int column = 0; column < table->columnCount(); ++column)
                QVERIFY(!table->item(row, column)->text().isEmpty());
        QVERIFY(p.page.findChild<CompareChart *>()->isVisible());
        // The arrow keys go through them, Enter opens one.
        auto *chart = p.page.findChild<CompareChart *>();
        chart->setFocus();
        QTest::keyClick(chart, Qt::Key_Home);
        QTest::keyClick(chart, Qt::Key_Down);
        QTest::keyClick(chart, Qt::Key_Down);
        QVERIFY2(chart->accessibleDescription().startsWith(u"Blue/green"_s), qPrintable(chart->accessibleDescription()));
        QTest::keyClick(chart, Qt::Key_Return);
        QCOMPARE(p.page.strategy(), std::optional(Strategy::BlueGreen));
        QVERIFY(!chart->isVisible());
        QVERIFY(p.page.timeline()->isVisible());
    }

    void a_slider_changes_the_duration_at_once()
    {
        Page p(frontend(), Strategy::Rolling);
        const QString before = p.figure("duration"), summary = p.text("settingValue-startUp");
        p.slider("startUp")->setFocus();
        for (int i = 0; i < 12; ++i)
            QTest::keyClick(p.slider("startUp"), Qt::Key_Right);
        QVERIFY(p.text("settingValue-startUp") != summary);
        QCOMPARE(p.text("settingSource-startUp"), u"set by you"_s);
        QTRY_VERIFY(p.figure("duration") != before);
        QVERIFY(!p.text("settingHelp").isEmpty());
        QTest::mouseClick(p.page.findChild<QPushButton *>(u"resetSettings"_s), Qt::LeftButton);
        QTRY_COMPARE(p.figure("duration"), before);
        QCOMPARE(p.text("settingSource-startUp"), u"worked out from its probes"_s);
    }

    void every_slider_can_be_moved_from_end_to_end_data()
    {
        QTest::addColumn<int>("replicas");
        for (const int replicas : {0, 1, 3, 30})
            QTest::addRow("%d", replicas) << replicas;
    }
    void every_slider_can_be_moved_from_end_to_end()
    {
        QFETCH(int, replicas);
        Page p(frontend(replicas), Strategy::Rolling);
        for (const Strategy strategy : strategy::allStrategies) {
            p.page.setStrategy(strategy);
            for (SettingRow *row : p.page.findChildren<SettingRow *>()) {
                if (row->isHidden() || row->setting().key == "replicas")
                    continue;
                for (const int at : {row->slider()->minimum(), row->slider()->maximum(), row->slider()->minimum()})
                    row->slider()->setValue(at);
                QVERIFY2(!row->valueText().isEmpty(), row->setting().key.c_str());
            }
            p.settle();
        }
    }

    void a_version_that_is_never_ready_turns_the_verdict_bad()
    {
        Page p(frontend(), Strategy::Rolling);
        QCOMPARE(p.text("verdictSummary"), u"It goes, with something to know"_s);
        QTest::mouseClick(p.page.findChild<QRadioButton *>(u"whatIf1"_s), Qt::LeftButton);
        QTRY_COMPARE(p.text("verdictSummary"), u"Better not like this"_s);
        QCOMPARE(p.figure("duration"), u"never done"_s);
        p.settle();
        p.picture(u"never-ready"_s);
        p.page.setStrategy({});
        p.settle();
        p.picture(u"never-ready-compared"_s);
        QVERIFY2(p.text("adviceSentence").contains(u"none goes well"_s), qPrintable(p.text("adviceSentence")));
        for (const int what : {2, 3, 0}) {
            p.page.findChild<QRadioButton *>(u"whatIf%1"_s.arg(what))->click();
            p.settle();
            p.picture(u"what-if-%1"_s.arg(what));
        }
        QVERIFY(p.text("adviceSentence").contains(u"Ramped, because"_s));
    }

    void each_number_unfolds_to_where_it_comes_from()
    {
        Page p(frontend(), Strategy::Rolling);
        auto *row = p.page.findChild<FigureRow *>(u"figure-duration"_s);
        auto *why = row->findChild<QLabel *>(u"figureWhy-duration"_s);
        QVERIFY(!why->isVisible());
        auto *head = row->findChild<QAbstractButton *>(u"figureHead-duration"_s);
        head->setFocus();
        QTest::keyClick(head, Qt::Key_Space);
        QVERIFY(why->isVisible());
        QVERIFY2(why->text().contains(u"worked out from its probes"_s), qPrintable(why->text()));
    }

    void the_scrubber_goes_by_keyboard_and_plays()
    {
        Page p(frontend(), Strategy::Canary);
        TimelineView *timeline = p.page.timeline();
        timeline->setFocus();
        QTest::keyClick(timeline, Qt::Key_Home);
        QCOMPARE(timeline->moment(), strategy::Time(0));
        QVERIFY2(p.text("momentText").contains(u"3 old and 0 new pods ready"_s), qPrintable(p.text("momentText")));
        QTest::keyClick(timeline, Qt::Key_Right);
        QVERIFY(timeline->moment() > strategy::Time(0));
        const strategy::Time at = timeline->moment();
        QTest::keyClick(timeline, Qt::Key_Right, Qt::ControlModifier); // to the next change
        QVERIFY(timeline->moment() > at);
        QTest::keyClick(timeline, Qt::Key_End);
        QVERIFY2(p.text("momentText").contains(u"0 old and 3 new pods ready"_s) && p.text("momentText").contains(u"100 %"_s), qPrintable(p.text("momentText")));
        QTest::keyClick(timeline, Qt::Key_Space); // from the beginning again
        QVERIFY(timeline->isPlaying());
        QTRY_VERIFY(timeline->moment() > strategy::Time(0));
        QTest::keyClick(timeline, Qt::Key_Space);
        QVERIFY(!timeline->isPlaying());
        QTest::mouseClick(timeline, Qt::LeftButton, {}, {timeline->width() / 2, 90});
        QVERIFY(timeline->moment() > strategy::Time(0));
    }

    void what_really_happens_is_drawn_over_it()
    {
        Page p(frontend(100), Strategy::Rolling);
        const QImage before = p.page.timeline()->grab().toImage();
        p.page.timeline()->setLive({{.at = strategy::Time(0), .oldReady = 100, .newReady = 0, .newShare = 0}, {.at = strategy::Time(9'000), .oldReady = 60, .newReady = 10, .newShare = 0.2}});
        const QImage with = p.page.timeline()->grab().toImage();
        QVERIFY(with != before);
        p.picture(u"live"_s);
        // One that takes longer than was foretold makes the axis longer.
        p.page.timeline()->setLive({{.at = strategy::Time(9'000'000), .oldReady = 60, .newReady = 10, .newShare = 0.2}});
        QTest::keyClick(p.page.timeline(), Qt::Key_End);
        QCOMPARE(p.page.timeline()->moment(), strategy::Time(9'000'000));
        p.page.timeline()->setLive({});
    }

    void files_are_written_as_the_command_line_writes_them()
    {
        Page p;
        QTemporaryDir folder;
        std::vector<strategy::Outcome> outcomes;
        for (const Strategy strategy : strategy::allStrategies)
            outcomes.push_back(strategy::foretell(frontend().parameters, strategy));
        const AllForetold &all = p.page.foreteller().all();
        const Exported what{p.page.application(), {all.begin(), all.end()}, &p.page};
        const auto written = [&](const QString &name) {
            const QString path = folder.filePath(name);
            const auto done = exportTo(path, what);
            QFile file(path);
            return done && file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        };
        QCOMPARE(written(u"a.csv"_s).toStdString(), strategy::csvReport(outcomes));
        QXmlStreamReader svg(written(u"a.svg"_s));
        while (!svg.atEnd())
            svg.readNext();
        QVERIFY2(!svg.hasError(), qPrintable(svg.errorString()));
        QCOMPARE(QImage::fromData(written(u"a.png"_s), "PNG").size(), p.page.size());
        const QString text = QString::fromUtf8(written(u"a.md"_s));
        for (const Strategy strategy : strategy::allStrategies)
            QVERIFY(text.contains(u"## "_s + QString::fromStdString(strategy::title(strategy))));
        QVERIFY(!exportTo(folder.filePath(u"a.doc"_s), what));
        QVERIFY(!exportTo(u"/nowhere/a.csv"_s, what));
    }

    void the_diff_of_a_file_has_the_new_image()
    {
        Page p(frontend(), Strategy::Rolling);
        auto *image = p.page.findChild<QLineEdit *>(u"newImage"_s);
        image->selectAll();
        QTest::keyClicks(image, u"po001int/front:1.5"_s);
        p.settle();
        QTest::mouseClick(p.page.findChild<QPushButton *>(u"yamlDiff"_s), Qt::LeftButton);
        const auto *dialog = p.page.findChild<DiffDialog *>();
        QVERIFY2(dialog->diff().contains(u"-      - image: po001int/front:1.4\n+      - image: po001int/front:1.5"_s), qPrintable(dialog->diff()));
    }

    void on_a_cluster_the_server_is_asked_for_the_diff()
    {
        std::map<std::string, FakeTable> tables;
        FakeAnswers answers;
        strategy::Application live = frontend();
        live.file.clear();
        live.measuredPods = 3;
        answers.applications["recognition/frontend"] = live;
        answers.change = ObjectChange{"a: 1\n", "a: 2\n"};
        Page p;
        p.page.showDeployment(std::make_shared<FakeOpen>(tables, answers), u"recognition"_s, u"frontend"_s);
        p.settle();
        p.page.setStrategy(Strategy::Rolling);
        QTRY_COMPARE(p.text("settingSource-startUp"), u"measured from 3 pods"_s);
        p.slider("maxSurge")->setValue(p.slider("maxSurge")->maximum());
        QTest::mouseClick(p.page.findChild<QPushButton *>(u"yamlDiff"_s), Qt::LeftButton);
        QCOMPARE(answers.patches.size(), std::size_t(1));
        QVERIFY2(answers.patches.front().find("\"maxSurge\":\"100%\"") != std::string::npos, answers.patches.front().c_str());
        QVERIFY(p.page.findChild<DiffDialog *>()->diff().contains(u"-a: 1\n+a: 2"_s));
    }

    void what_cannot_be_read_is_said()
    {
        PreviewPage page;
        QSignalSpy settled(&page, &PreviewPage::settled);
        QTemporaryDir folder;
        QFile file(folder.filePath(u"bad.yaml"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("kind: Deployment\nspec:\n  replicas: many\n");
        file.close();
        for (const QString &path : {file.fileName(), folder.filePath(u"none.yaml"_s)}) {
            page.showFile(path);
            QVERIFY(page.isSettled() && !page.isGood());
            const QString said = page.findChild<QLabel *>(u"previewMessage"_s)->text();
            QVERIFY2(said.contains(path.section(u'/', -1)), qPrintable(said));
        }
        QCOMPARE(settled.count(), 2);
        QVERIFY(!page.findChild<QPushButton *>(u"exportPreview"_s)->isEnabled());
    }

    void running_is_offered_when_it_can_be_done()
    {
        std::map<std::string, FakeTable> tables;
        FakeAnswers answers;
        strategy::Application live = frontend();
        live.file.clear();
        answers.applications["recognition/frontend"] = live;
        const auto cluster = std::make_shared<FakeOpen>(tables, answers);
        Page p(frontend(), Strategy::Canary);
        auto *run = p.page.findChild<QPushButton *>(u"runRollout"_s);
        QVERIFY(!run->isVisible()); // a file runs nowhere
        p.page.showDeployment(cluster, u"recognition"_s, u"frontend"_s);
        QVERIFY(run->isVisible() && !run->isEnabled()); // the same image again
        auto *image = p.page.findChild<QLineEdit *>(u"newImage"_s);
        image->selectAll();
        QTest::keyClicks(image, u"po001int/front:1.5"_s);
        p.page.findChild<QRadioButton *>(u"whatIf1"_s)->click();
        QVERIFY(run->isEnabled());
        QSignalSpy asked(&p.page, &PreviewPage::runRequested);
        QTest::mouseClick(run, Qt::LeftButton);
        QCOMPARE(asked.count(), 1);
        QVERIFY(!asked[0][0].value<strategy::Parameters>().next.neverReady); // what is only supposed is not run
        QCOMPARE(asked[0][1].value<Strategy>(), Strategy::Canary);
        QCOMPARE(asked[0][2].toString(), u"po001int/front:1.5"_s);
    }

    void who_comes_back_finds_the_settings_as_they_were_left()
    {
        std::map<std::string, FakeTable> tables;
        FakeAnswers answers;
        answers.applications["recognition/frontend"] = frontend();
        answers.applications["recognition/backend"] = frontend(5);
        const auto cluster = std::make_shared<FakeOpen>(tables, answers);
        Page p;
        p.page.showDeployment(cluster, u"recognition"_s, u"frontend"_s);
        p.slider("rps")->setValue(p.slider("rps")->maximum());
        auto *image = p.page.findChild<QLineEdit *>(u"newImage"_s);
        image->selectAll();
        QTest::keyClicks(image, u"x:2"_s);
        const QString rate = p.text("settingValue-rps");
        p.page.leave();
        p.page.showDeployment(cluster, u"recognition"_s, u"frontend"_s);
        QCOMPARE(p.text("settingValue-rps"), rate);
        QCOMPARE(p.page.parameters()->parameters().next.name, std::string("x:2"));
        p.page.showDeployment(cluster, u"recognition"_s, u"backend"_s);
        QVERIFY(p.text("settingValue-rps") != rate);
        QCOMPARE(image->text(), u"po001int/front:1.4"_s);
    }

    void it_fits_every_window_data()
    {
        QTest::addColumn<QSize>("size");
        for (const QSize &size : {QSize(480, 560), QSize(816, 600), QSize(1072, 700), QSize(1400, 900)})
            QTest::addRow("%d", size.width()) << size;
    }
    void it_fits_every_window()
    {
        QFETCH(QSize, size);
        Page p(frontend(), Strategy::Canary, size);
        QTest::qWait(30);
        QCOMPARE(p.page.width(), size.width()); // nothing in it needs more
        p.picture(QString::number(size.width()));
        for (const QWidget *inside : std::initializer_list<QWidget *>{p.page.timeline(), p.page.parameters(), p.page.findChild<OutcomePanel *>()}) {
            QVERIFY(inside->isVisible());
            QVERIFY(inside->mapTo(&p.page, QPoint(inside->width(), 0)).x() <= size.width());
        }
        p.page.setStrategy({});
        QVERIFY(p.page.findChild<CompareView *>()->isVisible());
        p.picture(QString::number(size.width()) + u"-compared"_s);
    }

    void tab_reaches_all_that_can_be_used_data()
    {
        QTest::addColumn<int>("tab");
        for (const int tab : {0, 2, 4})
            QTest::addRow("%d", tab) << tab;
    }
    void tab_reaches_all_that_can_be_used()
    {
        QFETCH(int, tab);
        Page p;
        p.tabs()->setCurrentIndex(tab);
        p.settle();
        QVERIFY(QTest::qWaitForWindowActive(&p.page));
        QSet<QWidget *> expected, seen;
        for (QWidget *widget : p.page.findChildren<QWidget *>()) {
            if (widget->isVisibleTo(&p.page) && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) && !qobject_cast<QRadioButton *>(widget))
                expected.insert(widget);
        }
        p.tabs()->setFocus();
        for (int i = 0; i < 2 * expected.size() + 8; ++i) {
            seen.insert(QApplication::focusWidget());
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        }
        for (QWidget *widget : expected)
            QVERIFY2(seen.contains(widget), qPrintable(widget->objectName()));
        for (const QWidget *widget : seen) {
            QVERIFY2(!widget->objectName().isEmpty(), widget->metaObject()->className());
            QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
        }
    }

    void from_a_deployments_row_and_back_by_keyboard()
    {
        FakeOpener opener;
        opener.answers.applications["team-a/web"] = frontend();
        MainWindow window(opener, fakeKinds(), {.context = {}, .ns = {}, .kind = u"deployments"_s, .select = {}});
        window.resize(1280, 800);
        window.show();
        ContextList list;
        list.contexts = {{.name = u"lab"_s}};
        list.current = u"lab"_s;
        window.setContexts(list);
        opener.answer();
        FakeTable &table = opener.tables["deployments/"];
        table.put(batchOf({typedDeployment("web", "\"app\":\"web\"")}));
        table.state(ReflectorState::Watching, true);
        QTRY_COMPARE(window.tablePage()->model().total(), 1);
        auto *action = window.findChild<QAction *>(u"previewRollout"_s);
        QVERIFY(!action->isEnabled());
        auto *view = window.findChild<TableView *>(u"table"_s);
        view->setFocus();
        view->selectRow(0);
        QVERIFY(action->isEnabled());
        QCOMPARE(action->text(), u"Preview a roll-out of web"_s);
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::keyClick(view, Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(window.previewPage()->isVisible());
        QTRY_VERIFY(window.isSettled() && window.isGood());
        QCOMPARE(window.previewPage()->findChild<QLabel *>(u"previewWhere"_s)->text().left(8), u"frontend"_s);
        QTest::keyClick(window.previewPage(), Qt::Key_Left, Qt::AltModifier);
        QTRY_VERIFY(window.tablePage()->isVisible());
        QVERIFY(!window.previewPage()->isVisible());
        QTest::keyClick(&window, Qt::Key_Right, Qt::AltModifier);
        QTRY_VERIFY(window.previewPage()->isVisible());
    }

    void a_file_needs_no_cluster()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath(u"front.yaml"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(manifest(3)));
        file.close();
        FakeOpener opener;
        MainWindow window(opener, fakeKinds(), {.context = {}, .ns = {}, .kind = {}, .select = {}, .preview = true, .previewFile = file.fileName(), .strategy = u"ab"_s});
        window.show();
        window.setContexts({});
        QTRY_VERIFY(window.isSettled() && window.isGood());
        QVERIFY(window.previewPage()->isVisible());
        QCOMPARE(window.previewPage()->strategy(), std::optional(Strategy::AB));
        QCOMPARE(opener.asked, 0);
    }

    void it_speaks_french()
    {
        QTranslator french;
        QVERIFY(french.load(u":/i18n/timonier_fr.qm"_s));
        qApp->installTranslator(&french);
        const QLocale before;
        QLocale::setDefault(QLocale(QLocale::French));
        {
            Page p;
            QVERIFY2(p.text("adviceSentence").startsWith(u"Pour frontend"_s), qPrintable(p.text("adviceSentence")));
            QCOMPARE(p.tabs()->tabText(2), u"Progressif"_s);
            QCOMPARE(p.text("settingValue-nodeHour"), u"0,10"_s);
        }
        QLocale::setDefault(before);
        qApp->removeTranslator(&french);
    }

    void pictures_data()
    {
        QTest::addColumn<int>("replicas");
        QTest::addColumn<bool>("dark");
        QTest::addColumn<int>("tab");
        for (const int replicas : {3, 30, 1000})
            for (const bool dark : {false, true})
                for (const int tab : {0, 2, 4})
                    QTest::addRow("%d-%s-%d", replicas, dark ? "dark" : "light", tab) << replicas << dark << tab;
    }
    void pictures()
    {
        QFETCH(int, replicas);
        QFETCH(bool, dark);
        QFETCH(int, tab);
        applyTheme(dark ? ThemeChoice::Dark : ThemeChoice::Light);
        Page p(frontend(replicas));
        p.tabs()->setCurrentIndex(tab);
        p.settle();
        p.picture(QString::fromLatin1(QTest::currentDataTag()));
    }
};

int main(int argc, char **argv)
{
    QLocale::setDefault(QLocale(u"en"_s));
    QApplication application(argc, argv);
    applyTheme(ThemeChoice::Light);
    tst_preview test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_preview.moc"
