// What happened in a cluster, in words, with what belongs together said once. Pure.
#pragma once

#include "kube/cluster_totals.h"
#include "ui/models/status_tone.h"

#include <QString>

#include <vector>

namespace timonier {

struct IncidentWords {
    Tone tone = Tone::Careful;
    QString text;
    std::optional<ObjectRef> object;   // the one that it is about; nothing: several
    std::string kind;                  // "nodes", "pods"
};

// More than two of a kind at once are one sentence: "12 pods were killed for memory".
std::vector<IncidentWords> wordsFor(const std::vector<Incident> &incidents, const QString &context);

} // namespace timonier
