// An application of the catalogue deployed from the window onto a real control plane, as a person does it: chosen, filled in, checked,
// planned, run, updated as a diff, and removed without a trace.
#include "kubeflow_tree.h"
#include "wizard_walk.h"

#include "ui/models/step_tree.h"
#include "ui/theme/colours.h"
#include "ui/views/tone_label.h"
#include "ui/wizards/choice_card.h"

#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QPushButton>
#include <QTemporaryDir>
#include <QUrl>

namespace {

const QString ns = u"window-wizards"_s;

QString objects()
{
    return QString::fromUtf8(kubectl({u"get"_s, u"deploy,svc,configmap"_s, u"-n"_s, ns, u"-o"_s, u"name"_s}));
}

// What is opened instead of a browser.
class Browser final : public QObject
{
    Q_OBJECT
public:
    Browser() { QDesktopServices::setUrlHandler(u"http"_s, this, "open"); }
    ~Browser() override { QDesktopServices::unsetUrlHandler(u"http"_s); }
    QList<QUrl> urls;

public slots:
    void open(const QUrl &url) { urls << url; }
};

// An entry of one's own whose image was never pushed, as the lab's kubelets have it (kwok/pods.yaml).
constexpr const char *pages = R"(id: pages
title: Pages
summary: The pages of a shop
parameters:
  - {id: image, title: Image, type: image, default: "registry.example.com/shop/pages:2.1", required: true}
sources: [{templates: m.yaml}]
)";
constexpr const char *pagesManifest = R"(apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: 2
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
      annotations:
        lab.timonier.dev/state:
          $if: image=registry.example.com/shop/pages:2.1
          $value: ImagePullBackOff
    spec:
      containers:
        - name: pages
          image: ${image}
          resources:
            requests:
              cpu: 10m
            limits:
              cpu: 10m
)";

void write(const QString &file, const char *text)
{
    QDir().mkpath(QFileInfo(file).path());
    QFile out(file);
    if (!out.open(QIODevice::WriteOnly) || out.write(text) < 0)
        qFatal("%s cannot be written", qPrintable(file));
}

} // namespace

class tst_window_wizards : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        qputenv("XDG_CONFIG_HOME", m_config.path().toUtf8());
        applyTheme(ThemeChoice::Light);
    }
    void cleanupTestCase()
    {
        kubectl({u"delete"_s, u"namespace"_s, ns, u"kubeflow"_s, u"auth"_s, u"--ignore-not-found"_s, u"--wait=false"_s});
        kubectl({u"delete"_s, u"storageclass/window-wizards"_s, u"crd/profiles.kubeflow.org"_s, u"clusterrole/kubeflow-admin"_s, u"--ignore-not-found"_s, u"--wait=false"_s});
    }

    void an_application_is_deployed_updated_and_removed()
    {
        Stage stage(direct(), {.context = u"admin"_s, .ns = {}, .kind = {}, .select = {}});
        QVERIFY(stage.waits([&] { return !stage.window.fleet().contexts().contexts.empty(); }));
        QTemporaryDir folder;
        SessionWizards wizards(stage.window, stage.session, direct().toStdString(), std::make_shared<SystemProcessRunner>(), std::filesystem::path(folder.path().toStdString()) / "plans");
        WizardWindow *wizard = wizards.deploy();
        QVERIFY(wizard);
        auto *page = static_cast<ChoosePage *>(wizard->page());
        QCOMPARE(page->purpose(), u"admin"_s);
        auto *fixes = page->findChild<QLabel *>(u"choosePurposeFixes"_s);
        QVERIFY2(stage.waits([&] { return fixes->text().contains(u"CPUs"_s) && fixes->text().contains(u"Kubernetes 1."_s); }), qPrintable(fixes->text()));
        picture(*wizard, "0-choose");
        page->choose(u"nginx"_s);
        QCOMPARE(page->chosen(), u"nginx"_s);
        wizard->next();
        QVERIFY(wizard->draft());
        picture(*wizard, "1-intro");
        toPlan(stage, *wizard, ns);
        QVERIFY2(wizard->plan()->tree()->objects(WizardChange::Kind::Create) + wizard->plan()->tree()->objects(WizardChange::Kind::Later) >= 2, "nothing would be created");
        QVERIFY(!objects().contains(u"nginx"_s)); // nothing has been changed
        picture(*wizard, "4-plan");
        wizard->next();
        QVERIFY2(stage.waits([&] { return !wizard->isRunning(); }, 120'000), "it does not come to an end");
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(wizard->run()->findChild<HelpCard *>(u"runCard"_s)->text()));
        picture(*wizard, "7-done");
        opensInTheBrowser(stage, *wizard);
        QVERIFY2(objects().contains(u"deployment.apps/nginx"_s) && objects().contains(u"service/nginx"_s), qPrintable(objects()));
        // Its parts were told.
        StepTree *steps = wizard->run()->steps();
        int parts = 0;
        for (int i = 0; i < steps->rowCount(); ++i)
            parts += steps->rowCount(steps->index(i, 0));
        QVERIFY2(parts >= 2, qPrintable(QString::number(parts)));
        // Again with another number of replicas: a diff.
        wizard->goTo(wizard->form());
        const auto replicas = std::ranges::find(wizard->draft()->parameters(), "replicas", &form::Parameter::id);
        QVERIFY(replicas != wizard->draft()->parameters().end());
        wizard->draft()->set("replicas", u"3"_s);
        toPlan(stage, *wizard, ns);
        QVERIFY(wizard->plan()->tree()->objects(WizardChange::Kind::Change) >= 1);
        wizard->next();
        QVERIFY(stage.waits([&] { return !wizard->isRunning(); }, 120'000));
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(wizard->run()->findChild<HelpCard *>(u"runCard"_s)->text()));
        QCOMPARE(kubectl({u"get"_s, u"deploy"_s, u"nginx"_s, u"-n"_s, ns, u"-o"_s, u"jsonpath={.spec.replicas}"_s}), "3");
        // Another window, another day: what was asked for last time stands in its fields.
        WizardWindow *later = wizards.deploy();
        static_cast<ChoosePage *>(later->page())->choose(u"nginx"_s);
        later->next();
        later->draft()->set("namespace", ns);
        QVERIFY(stage.waits([&] {
            const auto found = std::ranges::find(later->draft()->parameters(), "replicas", &form::Parameter::id);
            return found != later->draft()->parameters().end() && found->initial == "3";
        }));
        later->close();
        QVERIFY2(takeBack(stage, *wizard).contains(u"nginx"_s), "what goes is not said");
        QVERIFY2(!objects().contains(u"nginx"_s), qPrintable(objects()));
    }

    void a_tree_of_kubeflow_in_a_folder_is_deployed_updated_and_removed()
    {
        qputenv("PATH", QByteArray(qgetenv("PATH") + ':' + engines().toUtf8())); // kubectl, which has kustomize in it
        qputenv("TIMONIER_FETCH", "no");
        kubectl({u"apply"_s, u"-f"_s, u"-"_s}, "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: window-wizards, annotations: {storageclass.kubernetes.io/is-default-class: 'true'}}\nprovisioner: none\n");
        QTemporaryDir folder;
        const QString tree = folder.filePath(u"tree"_s);
        kubeflow_tree::write(tree, {});
        Stage stage(direct(), {.context = u"admin"_s, .ns = {}, .kind = {}, .select = {}});
        QVERIFY(stage.waits([&] { return !stage.window.fleet().contexts().contexts.empty(); }));
        SessionWizards wizards(stage.window, stage.session, direct().toStdString(), std::make_shared<SystemProcessRunner>(), std::filesystem::path(folder.path().toStdString()) / "plans");
        WizardWindow *wizard = wizards.deploy();
        // kfctl cannot be chosen here, and its card says why.
        auto *page = static_cast<ChoosePage *>(wizard->page());
        QVERIFY2(stage.waits([&] { return page->card(u"kubeflow-kfctl"_s)->refused().contains(u"1.21"_s); }), qPrintable(page->card(u"kubeflow-kfctl"_s)->refused()));
        page->choose(u"kubeflow"_s);
        QCOMPARE(page->chosen(), u"kubeflow"_s);
        wizard->next();
        wizard->next();
        for (const auto &[id, text] : {std::pair("source", tree), std::pair("certManager", u"false"_s), std::pair("istio", u"false"_s), std::pair("parts", u"dashboard"_s)})
            wizard->draft()->set(id, text);
        wizard->draft()->setSecret("dexPassword", u"correct-horse"_s);
        toPlan(stage, *wizard, ns);
        PlanTree *plan = wizard->plan()->tree();
        const int planned = plan->objects(WizardChange::Kind::Create) + plan->objects(WizardChange::Kind::Later);
        QVERIFY2(planned >= 16 && plan->objects(WizardChange::Kind::Later) >= 1, qPrintable(QString::number(planned))); // the Profile: its definition is not there yet
        picture(*wizard, "k1-plan");
        wizard->next();
        QVERIFY2(stage.waits([&] { return !wizard->isRunning(); }, 120'000), "it does not come to an end");
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(wizard->run()->findChild<HelpCard *>(u"runCard"_s)->text()));
        picture(*wizard, "k2-done");
        QCOMPARE(kubectl({u"get"_s, u"profiles.kubeflow.org"_s, u"-o"_s, u"name"_s}).trimmed(), "profile.kubeflow.org/kubeflow-user-example-com");
        QCOMPARE(kubectl({u"get"_s, u"deploy/centraldashboard"_s, u"-n"_s, u"kubeflow"_s, u"-o"_s, u"jsonpath={.status.readyReplicas}"_s}), "1");
        QVERIFY(QByteArray::fromBase64(kubectl({u"get"_s, u"secret/dex-passwords"_s, u"-n"_s, u"auth"_s, u"-o"_s, u"jsonpath={.data.DEX_USER_PASSWORD}"_s})).startsWith("$2")); // hashed
        // The next release: another number of replicas, and one object that it no longer has.
        kubeflow_tree::write(tree, {.dashboards = 2, .withNotice = false});
        wizard->draft()->set("source", tree + u'/'); // a person chooses the folder again: what was planned does not count any more
        toPlan(stage, *wizard, ns);
        QCOMPARE(plan->objects(WizardChange::Kind::Remove), 1);
        QVERIFY(plan->objects(WizardChange::Kind::Change) >= 1 && plan->objects(WizardChange::Kind::Create) == 1);
        wizard->next();
        QVERIFY(stage.waits([&] { return !wizard->isRunning(); }, 120'000));
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(wizard->run()->findChild<HelpCard *>(u"runCard"_s)->text()));
        QCOMPARE(kubectl({u"get"_s, u"deploy/centraldashboard"_s, u"-n"_s, u"kubeflow"_s, u"-o"_s, u"jsonpath={.status.readyReplicas}"_s}), "2");
        QVERIFY(kubectl({u"get"_s, u"configmap/notice"_s, u"-n"_s, u"kubeflow"_s, u"--ignore-not-found"_s}).isEmpty());
        takeBack(stage, *wizard);
        for (const QStringList &trace : {QStringList{u"namespace/kubeflow"_s}, {u"namespace/auth"_s}, {u"crd/profiles.kubeflow.org"_s}, {u"clusterrole/kubeflow-admin"_s}})
            QCOMPARE(kubectl(QStringList{u"get"_s, u"-o"_s, u"name"_s, u"--ignore-not-found"_s} + trace), "");
    }

    void an_image_that_cannot_be_pulled_is_said_at_its_object_and_corrected_from_there()
    {
        write(m_config.filePath(u"timonier/catalog/pages.yaml"_s), pages);
        write(m_config.filePath(u"timonier/catalog/pages/m.yaml"_s), pagesManifest);
        Stage stage(direct(), {.context = u"admin"_s, .ns = {}, .kind = {}, .select = {}});
        QVERIFY(stage.waits([&] { return !stage.window.fleet().contexts().contexts.empty(); }));
        QTemporaryDir folder;
        SessionWizards wizards(stage.window, stage.session, direct().toStdString(), std::make_shared<SystemProcessRunner>(), std::filesystem::path(folder.path().toStdString()) / "plans");
        WizardWindow *wizard = wizards.deploy();
        static_cast<ChoosePage *>(wizard->page())->choose(u"pages"_s);
        wizard->next();
        toPlan(stage, *wizard, ns);
        wizard->next();
        QVERIFY2(stage.waits([&] { return !wizard->isRunning(); }, 120'000), "it waits for what will not come");
        QVERIFY(!wizard->run()->hasFinished());
        for (const ThemeChoice theme : {ThemeChoice::Dark, ThemeChoice::Light}) {
            applyTheme(theme);
            picture(*wizard, theme == ThemeChoice::Dark ? "5-image-dark" : "5-image-light");
        }
        // The object, the kubelet's words, the cause, what to do.
        auto *card = wizard->run()->findChild<HelpCard *>(u"runCard"_s);
        const QString words = card->text();
        QVERIFY2(words.contains(u"Deployment"_s) && words.contains(u"pages"_s), qPrintable(words));
        QVERIFY2(words.contains(u"Back-off pulling image \"registry.example.com/shop/pages:2.1\""_s), qPrintable(words));
        QVERIFY2(words.contains(u"The image cannot be pulled"_s), qPrintable(words));
        QVERIFY2(words.contains(u"pushed"_s), qPrintable(words));
        // Corrected: the fields, a diff of one object, and on to the end.
        card->findChild<QPushButton *>(u"runCardSettings"_s)->click();
        QCOMPARE(wizard->page(), static_cast<WizardPage *>(wizard->form()));
        wizard->draft()->set("image", u"registry.example.com/shop/pages:2.0"_s);
        toPlan(stage, *wizard, ns);
        QCOMPARE(wizard->plan()->tree()->objects(WizardChange::Kind::Change), 2); // the Deployment, and what is remembered of the parameters
        QCOMPARE(wizard->plan()->tree()->objects(WizardChange::Kind::Create), 0);
        picture(*wizard, "6-corrected-plan");
        wizard->next();
        QVERIFY(stage.waits([&] { return !wizard->isRunning(); }, 120'000));
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(card->text()));
        QCOMPARE(wizard->page(), static_cast<WizardPage *>(wizard->done()));
        QCOMPARE(kubectl({u"get"_s, u"deploy"_s, u"pages"_s, u"-n"_s, ns, u"-o"_s, u"jsonpath={.status.readyReplicas}"_s}), "2");
    }

private:
    QTemporaryDir m_config{};
    // Its page is read through the port that the button has opened; again when the pod has been replaced; no longer when it is stopped.
    static void opensInTheBrowser(Stage &stage, WizardWindow &wizard)
    {
        QTemporaryDir site; // what every pod of the lab serves
        write(site.filePath(u"index.html"_s), "Welcome");
        QFile lab(labDir() + u"/lab.json"_s);
        QVERIFY(lab.open(QIODevice::ReadOnly));
        QProcess application;
        application.start(u"python3"_s, {u"-u"_s, u"-m"_s, u"http.server"_s, u"--bind"_s, u"127.0.0.1"_s, u"--directory"_s, site.path(), QString::number(QJsonDocument::fromJson(lab.readAll())[u"ports"][u"application"].toInt())});
        QVERIFY(application.waitForReadyRead(60'000)); // it says so once it listens
        Browser browser;
        const auto open = [&] { return wizard.findChild<QPushButton *>(u"doneNext-forward0"_s); };
        QVERIFY(stage.waits([&] { return open() != nullptr; })); // the cluster is asked for the ways in
        open()->click();
        QVERIFY2(stage.waits([&] { return browser.urls.size() == 1; }), qPrintable(said(wizard)));
        QVERIFY(wizard.isVisible());
        QVERIFY2(said(wizard).contains(browser.urls[0].toString()), qPrintable(said(wizard)));
        QCOMPARE(read(browser.urls[0]), "Welcome");
        picture(wizard, "8-opened");
        kubectl({u"delete"_s, u"pods"_s, u"-n"_s, ns, u"--all"_s});
        QCOMPARE(read(browser.urls[0]), "Welcome"); // by the one that took its place
        auto *button = stage.window.findChild<QPushButton *>(u"forwardsButton"_s);
        QVERIFY(button->isVisible());
        button->click();
        QVERIFY(stage.waits([&] { return stage.window.findChild<QPushButton *>(u"forwardStop"_s) != nullptr; }));
        stage.window.findChild<QPushButton *>(u"forwardStop"_s)->click();
        QVERIFY(stage.waits([&] { return said(wizard).contains(u"no longer"_s); }));
        application.kill();
        application.waitForFinished();
    }
    static QString engines()
    {
        QFile lab(labDir() + u"/lab.json"_s);
        return lab.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(lab.readAll())[u"engines"].toString() : QString();
    }
    static QString said(WizardWindow &wizard) { return wizard.findChild<ToneLabel *>(u"doneNextSaid-forward0"_s)->text(); }
    static QByteArray read(const QUrl &url)
    {
        return run(u"python3"_s, {u"-c"_s, u"import sys, urllib.request; sys.stdout.write(urllib.request.urlopen(sys.argv[1], timeout=50).read().decode())"_s, url.toString()});
    }
};

QTEST_MAIN(tst_window_wizards)
#include "tst_window_wizards.moc"
