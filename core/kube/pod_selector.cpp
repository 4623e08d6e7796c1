#include "kube/pod_selector.h"

namespace timonier {

std::string podSelector(const KindSpec &kind, const Row &row)
{
    for (const Link &link : row.links)
        if (link.relation == Relation::Selector && !link.value.empty())
            return std::string(link.value);
    // More than equality: the column has it as text, which the API server takes back.
    for (std::size_t i = 0; i < kind.columns.size() && i < row.cells.size(); ++i)
        if (kind.columns[i].id == "selector" && !row.cells[i].text.empty() && row.cells[i].text != "<none>")
            return std::string(row.cells[i].text);
    return {};
}

} // namespace timonier
