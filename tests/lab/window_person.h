// Who sits before the window while hosts are reached: trusts those whose fingerprint was promised, knows a password. And pictures of what is seen.
#pragma once

#include "window_stage.h"

#include "ui/models/wizard_draft.h"
#include "ui/theme/colours.h"
#include "ui/wizards/host_dialogs.h"
#include "ui/wizards/wizard_window.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QPushButton>
#include <QTimer>

inline void picture(QWidget &widget, const QString &name)
{
    for (const ThemeChoice theme : {ThemeChoice::Dark, ThemeChoice::Light}) {
        applyTheme(theme);
        QTest::qWait(80);
        widget.grab().save(QCoreApplication::applicationDirPath() + u"/wizard-hosts-"_s + name + (theme == ThemeChoice::Dark ? u"-dark.png"_s : u"-light.png"_s));
    }
}

// What a spec fills the form in with.
inline form::Values valuesIn(WizardWindow &wizard, const QString &file)
{
    QFile spec(file);
    if (!spec.open(QIODevice::ReadOnly))
        qFatal("there is no %s", qPrintable(file));
    auto values = wizard.draft()->subject().valuesOf(spec.readAll().toStdString(), "spec");
    if (!values)
        qFatal("%s", values.error().text().c_str());
    return std::move(*values);
}

class Person final : public QObject
{
public:
    Person()
    {
        m_look.setInterval(50);
        connect(&m_look, &QTimer::timeout, this, &Person::look);
        m_look.start();
    }
    QStringList trusted, refused, passwords;
    bool forAll = false; // gives a password for all hosts of the user

private:
    void look()
    {
        for (QWidget *widget : QApplication::topLevelWidgets()) {
            if (!widget->isVisible() || widget->property("seen").toBool())
                continue;
            if (auto *key = qobject_cast<HostKeyDialog *>(widget)) {
                key->setProperty("seen", true);
                const QString print = key->findChild<QLabel *>(u"hostKeyPrint"_s)->text();
                if (trusted.isEmpty())
                    picture(*key, u"host-key"_s);
                const bool isPromised = qEnvironmentVariable("TIMONIER_HOSTS_FINGERPRINTS").contains(print);
                (isPromised ? trusted : refused) << print;
                key->findChild<QPushButton *>(isPromised ? u"hostKeyTrust"_s : u"hostKeyRefuse"_s)->click();
            } else if (auto *secret = qobject_cast<HostSecretDialog *>(widget)) {
                secret->setProperty("seen", true);
                if (passwords.isEmpty())
                    picture(*secret, u"password"_s);
                passwords << secret->windowTitle();
                secret->findChild<QLineEdit *>(u"hostSecretEdit"_s)->setText(qEnvironmentVariable("TIMONIER_HOSTS_PASSWORD"));
                if (forAll)
                    secret->findChild<QCheckBox *>(u"hostSecretAll"_s)->setChecked(true);
                secret->accept();
            }
        }
    }
    QTimer m_look;
};
