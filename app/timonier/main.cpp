// The window. Builds the objects, wires them, and runs; nothing heavy before show().
#include "base/paths.h"
#include "base/process.h"
#include "options.h"
#include "run_watch.h"
#include "session_wizards.h"
#include "session/language.h"
#include "ui/models/table_settings.h"
#include "ui/models/window_settings.h"
#include "ui/theme/colours.h"
#include "ui/views/main_window.h"
#include "ui/views/timed_application.h"
#include "ui/wizards/wizard_window.h"
#include "wiring.h"

#include <QStandardPaths>

#include <cstdio>

using namespace timonier;

int main(int argc, char **argv)
{
    QCoreApplication::setApplicationName(QStringLiteral("timonier"));
    QCoreApplication::setApplicationVersion(QStringLiteral(TIMONIER_VERSION));
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);
    Options options = readOptions(arguments);
    if (!options.answer.isEmpty() || !options.error.isEmpty()) { // works without a screen
        QCoreApplication application(argc, argv);
        installLanguage(options.language);
        options = readOptions(arguments); // in the person's language
        if (options.error.isEmpty()) {
            std::fputs(qPrintable(options.answer), stdout);
            return 0;
        }
        std::fprintf(stderr, "timonier: %s\n", qPrintable(options.error));
        return 2;
    }
    TimedApplication application(argc, argv);
    installLanguage(options.language);
    applyTheme(options.theme);
    if (options.screenshot.isEmpty()) { // a picture shows what the program shows by itself
        const QString folder = QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation);
        TableSettings::setFile(folder + QStringLiteral("/tables.ini"));
        WindowSettings::setFile(folder + QStringLiteral("/window.ini"));
    }
    // Started from a desktop, not from a shell: then a credential plugin needs what the login shell knows.
    const bool desktopLaunch = !qEnvironmentVariableIsSet("SHLVL");
    const auto session = std::make_shared<Session>(options.kubeconfig.toStdString(), false, desktopLaunch);
    SessionOpener opener(session);
    MainWindow window(opener, windowKinds(), {options.context, options.ns, options.kind, options.select, options.preview, options.previewFile, options.strategy});
    RunWatch watch(options, application, window);
    window.resize(options.size);
    window.show();
    SessionWizards wizards(window, session, options.kubeconfig.toStdString(), std::make_shared<SystemProcessRunner>(), dataDir() / "plans");
    window.setCloseGuard([&wizards] { return wizards.mayClose(); });
    if (options.wizard) {
        WizardWindow *wizard = options.provider.isEmpty() ? wizards.newCluster() : wizards.newCluster(options.provider);
        if (!wizard) {
            std::fprintf(stderr, "timonier: %s\n", qPrintable(QCoreApplication::translate("Command", "There is no wizard for %1").arg(options.provider)));
            return 2;
        }
        wizard->resize(options.size);
        watch.look(wizard);
    }
    if (options.screenshot.isEmpty())
        wizards.offerUnfinished();
    ContextReader reader(session);
    QObject::connect(&reader, &ContextReader::read, &window, &MainWindow::setContexts);
    reader.start();
    const int code = QApplication::exec();
    if (options.stats)
        watch.printStats();
    return code;
}
