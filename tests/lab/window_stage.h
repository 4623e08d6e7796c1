// What the lab's tests of the window stand on: the lab's own kubectl, and the window built as the program is, on a screen that nobody sees.
#pragma once

#include "app/timonier/wiring.h"
#include "ui/models/table_model.h"
#include "ui/views/main_window.h"
#include "ui/views/status_line.h"
#include "ui/views/table_page.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QProcess>
#include <QTest>

using namespace timonier;
using namespace Qt::StringLiterals;

inline QString labDir() { return qEnvironmentVariable("TIMONIER_LAB_DIR"); }

// A command that must work; its output.
inline QByteArray run(const QString &program, const QStringList &arguments, const QByteArray &input = {})
{
    QProcess process;
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    process.waitForFinished(60'000);
    if (process.exitCode() != 0)
        qWarning("%s %s: %s", qPrintable(program), qPrintable(arguments.join(u' ')), process.readAllStandardError().constData());
    return process.readAllStandardOutput();
}

inline void order(const QStringList &words)
{
    run(qEnvironmentVariable("TIMONIER_SOURCE_DIR") + u"/tests/lab/ctl"_s, QStringList{labDir()} + words);
}

inline QByteArray kubectl(const QStringList &arguments, const QByteArray &input = {})
{
    QFile lab(labDir() + u"/lab.json"_s);
    if (!lab.open(QIODevice::ReadOnly))
        qFatal("there is no lab at %s", qPrintable(labDir()));
    const QString program = QJsonDocument::fromJson(lab.readAll())[u"engines"].toString() + u"/kubectl"_s;
    return run(program, QStringList{u"--kubeconfig"_s, labDir() + u"/kubeconfig"_s, u"--context"_s, u"admin"_s} + arguments, input);
}

struct Stage {
    explicit Stage(const QString &kubeconfig, MainWindow::Start start = {})
        : session(std::make_shared<Session>(kubeconfig.toStdString(), false, false)), opener(session),
          window(opener, windowKinds(), std::move(start)), reader(session)
    {
        window.resize(1280, 800);
        window.show();
        QObject::connect(&reader, &ContextReader::read, &window, &MainWindow::setContexts);
        reader.start();
    }
    QString status() { return window.findChild<StatusLine *>()->text(); }
    QString label(const char *name)
    {
        for (const QLabel *label : window.findChildren<QLabel *>(QString::fromLatin1(name))) {
            if (label->isVisible())
                return label->text();
        }
        return {};
    }
    const TableModel &model() { return window.tablePage()->model(); }
    const FleetEntry *entry(const QString &context) { return window.fleet().entry(context); }
    // Until it is so; false when it does not come to it.
    bool waits(const std::function<bool()> &condition, int ms = 30'000) { return QTest::qWaitFor(condition, ms); }

    std::shared_ptr<Session> session;
    SessionOpener opener;
    MainWindow window;
    ContextReader reader;
};

inline QString proxied() { return labDir() + u"/kubeconfig.proxied"_s; } // through the proxy that fails on request
inline QString direct() { return labDir() + u"/kubeconfig"_s; }
