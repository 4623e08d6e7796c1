// What plans make, as people call it: the ledger's "kind-cluster" is a cluster. Any thread.
#pragma once

#include <QString>

#include <string_view>

namespace timonier {

// The kind itself where no words are known.
QString resourceWords(std::string_view kind);

} // namespace timonier
