// The window program's command line.
#pragma once

#include "ui/theme/colours.h"

#include <QSize>
#include <QString>
#include <QStringList>

#include <chrono>

namespace timonier {

struct Options {
    QString kubeconfig;
    QString context;
    QString ns;
    QString kind;
    QString select;
    bool preview = false;        // of what `select` names, or of previewFile
    QString previewFile;
    QString strategy;            // its key; empty: all are compared
    bool wizard = false;         // opens a wizard beside the window
    QString provider;            // of which; empty: the page that helps to choose
    ThemeChoice theme = ThemeChoice::System;
    QString language;            // empty: the system's
    QSize size{1280, 800};
    QString screenshot;          // a file; empty: none
    std::chrono::milliseconds screenshotAfter{400}; // for the layout, the last rows, CPU and memory
    bool stats = false;
    bool exitWhenComplete = false;
    QString error;               // what is wrong with the command line; exit 2
    QString answer;              // what --help or --version prints; exit 0
};

// `arguments` with the program's name first; Qt's own (-platform, -style …) are passed over. Needs no application, but
// speaks English before there is one with a translator.
Options readOptions(const QStringList &arguments);

} // namespace timonier
