// The state of a table in words: what is true of its rows now, why, and what comes next. Pure.
#pragma once

#include "kube/batch.h"
#include "ui/models/status_tone.h"

#include <QString>

namespace timonier {

struct StatusWords {
    Tone tone = Tone::Busy;
    QString text;
    bool canRetry = false;         // a "Retry now" makes sense
};

// `kind` as Kubernetes writes it ("pods"); `ns` empty: all namespaces (or a kind without).
StatusWords wordsFor(const TableStatus &status, const QString &kind, bool namespaced, const QString &ns, qsizetype rows,
                     std::chrono::system_clock::time_point now);

// "You may not list pods in all namespaces", or why somebody is not known.
QString refusalOf(const TableStatus &status, const QString &kind, bool namespaced, const QString &ns);

} // namespace timonier
