#include "kube/resource.h"

#include <algorithm>

namespace timonier {

std::string Resource::path(std::string_view ns) const
{
    std::string path = group.empty() ? "/api/" + version : "/apis/" + group + "/" + version;
    if (namespaced && !ns.empty())
        path.append("/namespaces/").append(ns);
    return path + "/" + name;
}

bool Resource::can(std::string_view verb) const { return std::ranges::find(verbs, verb) != verbs.end(); }

} // namespace timonier
