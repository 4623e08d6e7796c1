// All six strategies run from the window on a real cluster, as a person does it: from the preview of a Deployment, with a new image, by the
// button; and one that its program left behind, found and taken back by another window.
#include "window_stage.h"

#include "ui/preview/parameter_panel.h"
#include "ui/preview/preview_page.h"
#include "ui/theme/colours.h"

#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSlider>

namespace {

const QString ns = u"window-rollouts"_s;

QByteArray application(const QString &name)
{
    return QStringLiteral(R"({"apiVersion":"v1","kind":"List","items":[
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"%1","namespace":"%2"},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"%1"}},
         "template":{"metadata":{"labels":{"app":"%1"},"annotations":{"lab.timonier.dev/ready-after":"1s"}},
                     "spec":{"containers":[{"name":"web","image":"example.com/web:1","ports":[{"containerPort":8080}]}]}}}},
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"%1","namespace":"%2"},"spec":{"selector":{"app":"%1"},"ports":[{"port":80,"targetPort":8080}]}},
        {"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"%1","namespace":"%2"},"spec":{"ingressClassName":"nginx","rules":[
         {"host":"%1.example","http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":{"name":"%1","port":{"number":80}}}}]}}]}}]})")
        .arg(name, ns).toUtf8();
}

QString image(const QString &name)
{
    return QString::fromUtf8(kubectl({u"get"_s, u"deploy"_s, name, u"-n"_s, ns, u"-o"_s, u"jsonpath={.spec.template.spec.containers[0].image}"_s}));
}

// Everything of that name in the namespace, but for pods and replica sets.
QString objects(const QString &name)
{
    QStringList found;
    for (const QByteArray &line : kubectl({u"get"_s, u"deploy,svc,ingress,configmap"_s, u"-n"_s, ns, u"-o"_s, u"name"_s}).split('\n'))
        if (line.contains(name.toUtf8()))
            found << QString::fromUtf8(line);
    return found.join(u' ');
}

template <class W>
W *part(QWidget &of, const QString &name)
{
    W *found = of.findChild<W *>(name);
    if (!found)
        qFatal("there is no %s", qPrintable(name));
    return found;
}

// The slider of a setting to the shortest time that is more than none.
void quicken(PreviewPage &page, const QString &setting)
{
    if (auto *slider = page.findChild<QSlider *>(u"slider-"_s + setting))
        slider->setValue(slider->minimum() + 2);
}

} // namespace

class tst_window_rollouts : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        applyTheme(ThemeChoice::Light);
        kubectl({u"create"_s, u"namespace"_s, ns});
    }
    void cleanupTestCase() { kubectl({u"delete"_s, u"namespace"_s, ns, u"--wait=false"_s}); }
    void each_strategy_runs_from_the_window_data();
    void each_strategy_runs_from_the_window();
    void what_a_window_left_behind_is_found_and_taken_back_by_another();

private:
    bool opened(Stage &stage, const QString &name);
    bool begun(Stage &stage, const QString &name, strategy::Strategy strategy);
};

bool tst_window_rollouts::opened(Stage &stage, const QString &name)
{
    if (!stage.waits([&] { return stage.window.isSettled() && stage.window.isGood(); }))
        return false;
    stage.window.showPreview(ns, name);
    return stage.waits([&] {
        PreviewPage *page = stage.window.findChild<PreviewPage *>();
        return page->isGood() && page->isSettled() && QString::fromStdString(page->application().parameters.name) == name;
    });
}

bool tst_window_rollouts::begun(Stage &stage, const QString &name, strategy::Strategy strategy)
{
    if (!opened(stage, name))
        return false;
    PreviewPage &page = *stage.window.findChild<PreviewPage *>();
    page.setStrategy(strategy);
    for (const char *setting : {"canaryPause", "blueGreenCheck", "blueGreenKeep", "abDuration", "shadowDuration"})
        quicken(page, QString::fromLatin1(setting));
    auto *field = part<QLineEdit>(page, u"newImage"_s);
    field->selectAll();
    QTest::keyClicks(field, u"example.com/web:2"_s);
    part<QPushButton>(page, u"runRollout"_s)->click();
    // The dialog has asked the cluster, and says what will be done.
    const auto run = [&] { return stage.window.findChild<QPushButton *>(u"runConfirm"_s); };
    if (!stage.waits([&] { return run() && run()->isEnabled(); }))
        return false;
    if (part<QListWidget>(stage.window, u"runSteps"_s)->count() < 3)
        return false;
    run()->click();
    return true;
}

void tst_window_rollouts::each_strategy_runs_from_the_window_data()
{
    QTest::addColumn<int>("strategy");
    for (const strategy::Strategy strategy : strategy::allStrategies)
        QTest::newRow(std::string(strategy::key(strategy)).c_str()) << int(strategy);
}

void tst_window_rollouts::each_strategy_runs_from_the_window()
{
    QFETCH(int, strategy);
    const QString name = QString::fromLatin1(QTest::currentDataTag());
    kubectl({u"apply"_s, u"-f"_s, u"-"_s}, application(name));
    kubectl({u"rollout"_s, u"status"_s, u"deploy/"_s + name, u"-n"_s, ns, u"--timeout=60s"_s});
    const QString before = objects(name);
    Stage stage(direct(), {.context = u"admin"_s, .ns = {}, .kind = {}, .select = {}});
    QVERIFY(begun(stage, name, strategy::Strategy(strategy)));
    QVERIFY2(stage.waits([&] { return stage.label("runHead").contains(u"The new version runs"); }, 120'000),
             qPrintable(stage.label("runHead") + stage.label("runDetail")));
    QCOMPARE(image(name), u"example.com/web:2"_s);
    QCOMPARE(objects(name), before);
}

void tst_window_rollouts::what_a_window_left_behind_is_found_and_taken_back_by_another()
{
    const QString name = u"left"_s;
    kubectl({u"apply"_s, u"-f"_s, u"-"_s}, application(name));
    kubectl({u"rollout"_s, u"status"_s, u"deploy/"_s + name, u"-n"_s, ns, u"--timeout=60s"_s});
    const QString before = objects(name);
    {
        Stage stage(direct(), {.context = u"admin"_s, .ns = {}, .kind = {}, .select = {}});
        QVERIFY(begun(stage, name, strategy::Strategy::BlueGreen));
        QVERIFY(stage.waits([&] { return stage.label("runHead").contains(u"Step 3"); }));
    }
    Stage stage(direct(), {.context = u"admin"_s, .ns = {}, .kind = {}, .select = {}});
    QVERIFY(stage.waits([&] { return stage.label("noticeText").contains(name); }));
    part<QPushButton>(stage.window, u"noticeShow"_s)->click();
    QVERIFY2(stage.waits([&] { return stage.label("runDetail").contains(u"nobody drives it"); }), qPrintable(stage.label("runDetail")));
    part<QPushButton>(stage.window, u"runBack"_s)->click();
    QVERIFY2(stage.waits([&] { return stage.label("runHead").contains(u"The old version runs again"); }, 60'000), qPrintable(stage.label("runHead") + stage.label("runDetail")));
    QCOMPARE(image(name), u"example.com/web:1"_s);
    QCOMPARE(objects(name), before);
}

QTEST_MAIN(tst_window_rollouts)
#include "tst_window_rollouts.moc"
