// A preview as a file: PNG as it is painted, SVG, CSV and Markdown as timonierctl writes them. GUI thread.
#pragma once

#include "base/result.h"
#include "ui/preview/foretold.h"

#include <QString>

class QWidget;

namespace timonier {

// What is to be exported: one strategy, or all of them.
struct Exported {
    const strategy::Application &application;
    std::vector<ForetoldPtr> told; // none null
    QWidget *painted;              // what a PNG shows
};

// The file's ending says which: .png, .svg, .csv, .md. Errors: Invalid for another, Io.
Result<> exportTo(const QString &file, const Exported &what);

} // namespace timonier
