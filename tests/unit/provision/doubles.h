// A folder with the played tools on a PATH, and their world.
#pragma once

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <cstdlib>

struct Doubles {
    QTemporaryDir folder{};

    Doubles()
    {
        QDir().mkpath(path("bin"));
        for (const char *tool : {"kind", "docker", "minikube"})
            QFile::link(QString(TIMONIER_DOUBLES) + "/" + tool + "-double", path("bin/") + tool);
    }
    QString path(const QString &name) const { return folder.filePath(name); }
    void write(const QString &name, const QByteArray &text) const
    {
        QDir().mkpath(QFileInfo(path(name)).path());
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("%s cannot be written", qPrintable(name));
    }
    QString read(const QString &name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }
    // For children of this process; a person who speaks French.
    void enter() const
    {
        static const QByteArray searched = qgetenv("PATH");
        qputenv("PATH", path("bin").toUtf8() + ":" + searched);
        qputenv("KIND_DOUBLE", folder.path().toUtf8());
        qputenv("MINIKUBE_DOUBLE", folder.path().toUtf8());
        qputenv("XDG_CACHE_HOME", path("cache").toUtf8());
        qputenv("KUBECONFIG", path("kubeconfig").toUtf8());
        qputenv("LANG", "fr_FR.UTF-8");
        qputenv("LC_ALL", "fr_FR.UTF-8");
        qputenv("LANGUAGE", "fr");
    }
};
