#include "catalog/metrics_server.h"

#include "catalog/catalog.h"
#include "catalog/template.h"

namespace timonier {

std::vector<ManifestObject> metricsServerObjects(bool checkKubelets)
{
    const catalog::Catalog bundled = catalog::loadCatalog({});
    const catalog::Entry *entry = bundled.find("metrics-server");
    if (!entry)
        return {};
    auto rendered = render(*entry, {.name = entry->id, .ns = entry->ns, .values = {.texts = {{"checkKubelets", checkKubelets ? "true" : "false"}}, .secrets = {}}});
    return rendered ? std::move(rendered->objects) : std::vector<ManifestObject>();
}

} // namespace timonier
