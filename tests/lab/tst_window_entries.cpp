// Deployed from the window with what the shared control plane has not: cert-manager and Istio as their makers ship them (tst_catalog_entries.py
// runs that, where cert-manager's programs really run in the pods), a model in an object store (tst_object_store.py, on a real one). Planned, run,
// updated as a diff, and removed without a trace: they compare what is there before and after.
#include "wizard_walk.h"

#include "ui/theme/colours.h"

#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QTemporaryDir>
#include <QTreeView>

class tst_window_entries : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (qEnvironmentVariableIsEmpty("TIMONIER_ENTRIES") && qEnvironmentVariableIsEmpty("TIMONIER_MODELS"))
            QSKIP("tst_catalog_entries.py and tst_object_store.py run this, each with a control plane of its own");
        qputenv("XDG_CONFIG_HOME", m_folder.path().toUtf8());
        applyTheme(ThemeChoice::Light);
    }

    void cert_manager_goes_in_is_updated_as_a_diff_and_removed()
    {
        if (qEnvironmentVariableIsEmpty("TIMONIER_ENTRIES"))
            QSKIP("tst_catalog_entries.py runs this, with the releases");
        Stage stage(direct(), {.context = u"admin"_s, .ns = {}, .kind = {}, .select = {}});
        QVERIFY(stage.waits([&] { return !stage.window.fleet().contexts().contexts.empty(); }));
        SessionWizards wizards(stage.window, stage.session, direct().toStdString(), std::make_shared<SystemProcessRunner>(), std::filesystem::path(m_folder.path().toStdString()) / "plans");
        WizardWindow *wizard = begin(wizards, u"cert-manager"_s);
        wizard->draft()->set("source", release(u"cert-manager-1"_s));
        toPlan(stage, *wizard, {});
        PlanTree *plan = wizard->plan()->tree();
        picture(*wizard, "c1-plan");
        const int made = plan->objects(WizardChange::Kind::Create), later = plan->objects(WizardChange::Kind::Later);
        QVERIFY2(made + later > 40 && later >= 2, qPrintable(u"%1 created, %2 checked later: an Issuer and a Certificate, whose kinds are not there yet"_s.arg(made).arg(later)));
        QVERIFY(kubectl({u"get"_s, u"namespace"_s, u"cert-manager"_s, u"--ignore-not-found"_s}).isEmpty()); // nothing has been changed
        carryOut(stage, *wizard);
        if (QTest::currentTestFailed())
            return;
        picture(*wizard, "c2-done");
        // It works: the certificate of the same run was issued by the real controller.
        QVERIFY2(stage.waits([&] { return names() == "web.shop.svc"; }, 60'000), names().constData());

        wizard->draft()->set("source", release(u"cert-manager-2"_s));
        toPlan(stage, *wizard, {});
        QVERIFY(plan->objects(WizardChange::Kind::Create) == 0 && plan->objects(WizardChange::Kind::Remove) == 0);
        QVERIFY2(showsDiff(*wizard, u"cert-manager-webhook"_s, u"+  replicas: 2"_s), qPrintable(m_diff));
        QVERIFY2(showsDiff(*wizard, u"shop/web"_s, u"shop.example.com"_s), qPrintable(m_diff));
        picture(*wizard, "c3-diff");
        carryOut(stage, *wizard);
        if (QTest::currentTestFailed())
            return;
        QVERIFY2(stage.waits([&] { return names() == "shop.example.com,web.shop.svc"; }, 60'000), names().constData());
        QCOMPARE(kubectl({u"get"_s, u"deploy/cert-manager-webhook"_s, u"-n"_s, u"cert-manager"_s, u"-o"_s, u"jsonpath={.status.readyReplicas}"_s}), "2");
        QVERIFY2(takeBack(stage, *wizard).contains(u"cert-manager"_s), "what goes is not said");
        picture(*wizard, "c4-removed");
        for (const QString &trace : {u"namespace/cert-manager"_s, u"namespace/shop"_s, u"crd/certificates.cert-manager.io"_s, u"clusterrole/cert-manager-controller-issuers"_s})
            QCOMPARE(kubectl({u"get"_s, u"-o"_s, u"name"_s, u"--ignore-not-found"_s, trace}), "");
    }

    void istio_goes_in_is_updated_with_another_parameter_and_removed()
    {
        if (qEnvironmentVariableIsEmpty("TIMONIER_ENTRIES"))
            QSKIP("tst_catalog_entries.py runs this, with the releases");
        Stage stage(direct(), {.context = u"admin"_s, .ns = {}, .kind = {}, .select = {}});
        QVERIFY(stage.waits([&] { return !stage.window.fleet().contexts().contexts.empty(); }));
        SessionWizards wizards(stage.window, stage.session, direct().toStdString(), std::make_shared<SystemProcessRunner>(), std::filesystem::path(m_folder.path().toStdString()) / "plans");
        WizardWindow *wizard = begin(wizards, u"istio"_s);
        wizard->draft()->set("source", release(u"istio"_s));
        wizard->draft()->set("gatewayExpose", u"NodePort"_s);
        toPlan(stage, *wizard, {});
        PlanTree *plan = wizard->plan()->tree();
        QVERIFY2(plan->objects(WizardChange::Kind::Create) > 20, qPrintable(QString::number(plan->objects(WizardChange::Kind::Create))));
        picture(*wizard, "i1-plan");
        carryOut(stage, *wizard);
        if (QTest::currentTestFailed())
            return;
        picture(*wizard, "i2-done");
        QCOMPARE(type(), "NodePort");
        QCOMPARE(kubectl({u"get"_s, u"deploy/istiod"_s, u"-n"_s, u"istio-system"_s, u"-o"_s, u"jsonpath={.status.readyReplicas}"_s}), "1");
        // Its kinds are served.
        kubectl({u"apply"_s, u"--dry-run=server"_s, u"-f"_s, u"-"_s}, "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a, namespace: default}\nspec: {hosts: [a]}\n");

        wizard->draft()->set("gatewayExpose", u"ClusterIP"_s);
        toPlan(stage, *wizard, {});
        QVERIFY2(showsDiff(*wizard, u"istio-ingressgateway"_s, u"+  type: ClusterIP"_s), qPrintable(m_diff));
        picture(*wizard, "i3-diff");
        carryOut(stage, *wizard);
        if (QTest::currentTestFailed())
            return;
        QCOMPARE(type(), "ClusterIP");
        QVERIFY2(takeBack(stage, *wizard).contains(u"Istio"_s, Qt::CaseInsensitive), "what goes is not said");
        for (const QString &trace : {u"deployment/istiod -n istio-system"_s, u"crd/virtualservices.networking.istio.io"_s, u"validatingwebhookconfiguration/istio-validator-istio-system"_s})
            QCOMPARE(kubectl(QStringList{u"get"_s, u"-o"_s, u"name"_s, u"--ignore-not-found"_s} + trace.split(u' ')), "");
    }

    // Two models in one folder, "1" and "2": the first goes in, the second takes its place, and all of it goes again.
    void a_model_goes_into_the_object_store()
    {
        if (qEnvironmentVariableIsEmpty("TIMONIER_MODELS"))
            QSKIP("tst_object_store.py runs this, with an object store and two models");
        Stage stage(direct(), {.context = u"admin"_s, .ns = {}, .kind = {}, .select = {}});
        QVERIFY(stage.waits([&] { return !stage.window.fleet().contexts().contexts.empty(); }));
        SessionWizards wizards(stage.window, stage.session, direct().toStdString(), std::make_shared<SystemProcessRunner>(), std::filesystem::path(m_folder.path().toStdString()) / "plans");
        WizardWindow *wizard = begin(wizards, u"recognition"_s);
        const QString models = qEnvironmentVariable("TIMONIER_MODELS");
        for (const auto &[id, text] : {std::pair("services", u"backend"_s), std::pair("backendImage", u"registry.example.com/backend:1"_s), std::pair("backendContainerPort", qEnvironmentVariable("TIMONIER_PORT")), std::pair("ownModel", u"true"_s), std::pair("modelPath", u"net"_s)})
            wizard->draft()->set(id, text);
        auto *file = wizard->form()->findChild<QLineEdit *>(u"field-model"_s);
        QVERIFY(file && wizard->form()->findChild<QPushButton *>(u"field-model-browse"_s) && wizard->form()->findChild<QPushButton *>(u"field-model-folder"_s));
        auto *bucket = wizard->form()->findChild<QLineEdit *>(u"field-storeBucket"_s);
        QVERIFY(!bucket || !bucket->isVisible());
        wizard->draft()->set("modelStore", u"ObjectStore"_s);
        QVERIFY(stage.waits([&] { return (bucket = wizard->form()->findChild<QLineEdit *>(u"field-storeBucket"_s)) != nullptr && bucket->isVisible(); }));
        file->setText({});
        file->setFocus();
        QTest::keyClicks(file, models + u"/1"_s);
        wizard->form()->findChild<QScrollArea *>()->ensureWidgetVisible(bucket, 0, 400);
        for (const ThemeChoice theme : {ThemeChoice::Dark, ThemeChoice::Light}) {
            applyTheme(theme);
            picture(*wizard, theme == ThemeChoice::Dark ? "m1-form-dark" : "m1-form");
        }
        toPlan(stage, *wizard, u"window"_s);
        picture(*wizard, "m2-plan");
        carryOut(stage, *wizard);
        if (QTest::currentTestFailed())
            return;
        picture(*wizard, "m3-done");
        const QByteArray first = uri();
        QVERIFY2(first.startsWith("s3://models/window/recognition/") && first.endsWith("/net"), first.constData());
        wizard->draft()->set("model", models + u"/2"_s);
        toPlan(stage, *wizard, u"window"_s);
        QVERIFY2(showsDiff(*wizard, u"recognition-backend"_s, QString::fromLatin1("-            value: " + first)) || m_diff.contains(QString::fromLatin1(first)), qPrintable(m_diff));
        picture(*wizard, "m4-diff");
        carryOut(stage, *wizard);
        if (QTest::currentTestFailed())
            return;
        QVERIFY(uri() != first);
        // What is there now is for whoever runs this to compare.
        QFile told(models + u"/uri"_s);
        QVERIFY(told.open(QIODevice::WriteOnly) && told.write(uri()) > 0);
        told.close();
        run(u"python3"_s, {u"-c"_s, u"import os, sys, time\nwhile os.path.exists(sys.argv[1]): time.sleep(0.05)"_s, models + u"/uri"_s});
        QVERIFY2(takeBack(stage, *wizard).contains(u"recognition"_s, Qt::CaseInsensitive), "what goes is not said");
        QVERIFY(kubectl({u"get"_s, u"namespace/window"_s, u"--ignore-not-found"_s}).isEmpty());
    }

private:
    QTemporaryDir m_folder{};
    QString m_diff{};

    static QString release(const QString &name) { return qEnvironmentVariable("TIMONIER_ENTRIES") + u'/' + name; }
    static WizardWindow *begin(SessionWizards &wizards, const QString &entry)
    {
        WizardWindow *wizard = wizards.deploy();
        static_cast<ChoosePage *>(wizard->page())->choose(entry);
        wizard->next();
        wizard->next();
        return wizard;
    }
    // The object chosen in the plan, and what the pane beside it says then.
    bool showsDiff(WizardWindow &wizard, const QString &object, const QString &words)
    {
        auto *view = wizard.plan()->findChild<QTreeView *>();
        PlanTree *tree = wizard.plan()->tree();
        m_diff.clear();
        for (int i = 0; i < tree->rowCount(); ++i) {
            const QModelIndex row = tree->index(i, 0);
            if (!row.data(Qt::DisplayRole).toString().contains(object) || row.data(PlanTree::DiffRole).toString().isEmpty())
                continue;
            view->setCurrentIndex(row);
            m_diff = wizard.plan()->findChild<QPlainTextEdit *>(u"planDiff"_s)->toPlainText();
            if (m_diff.contains(words))
                return true;
        }
        return false;
    }
    static QByteArray names() { return kubectl({u"get"_s, u"secret/web-tls"_s, u"-n"_s, u"shop"_s, u"--ignore-not-found"_s, u"-o"_s, uR"(jsonpath={.metadata.annotations.cert-manager\.io/alt-names})"_s}); }
    static QByteArray uri() { return kubectl({u"get"_s, u"deploy/recognition-backend"_s, u"-n"_s, u"window"_s, u"-o"_s, uR"(jsonpath={.spec.template.spec.containers[0].env[?(@.name=="MODEL_URI")].value})"_s}); }
    static QByteArray type() { return kubectl({u"get"_s, u"service/istio-ingressgateway"_s, u"-n"_s, u"istio-system"_s, u"-o"_s, u"jsonpath={.spec.type}"_s}); }
};

QTEST_MAIN(tst_window_entries)
#include "tst_window_entries.moc"
