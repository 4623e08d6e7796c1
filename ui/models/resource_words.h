// What plans make, as people call it: the ledger's "kind-cluster" is a cluster. Any thread.
#pragma once

#include <QString>
#include <QStringList>

#include <string_view>
#include <utility>
#include <vector>

namespace timonier {

// The kind itself where no words are known.
QString resourceWords(std::string_view kind);

// Its name is only what the plan calls it among its own ("vpc", "address"): beside the kind's words it says nothing.
bool isNameless(std::string_view kind, std::string_view name);

// Kinds in the order in which they first come, each once, with the names of all that are of it: three hosts' packages are one line. The pairs: kind, name; an empty name is none.
struct ResourcesOfKind {
    QString kind{};
    QStringList names{};
};
std::vector<ResourcesOfKind> resourcesByKind(const std::vector<std::pair<std::string, QString>> &all);

} // namespace timonier
