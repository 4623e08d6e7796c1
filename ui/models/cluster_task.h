// What can be done with a cluster that Timonier has made.
#pragma once

namespace timonier {

enum class ClusterTask { Start, Stop, Delete };

} // namespace timonier
