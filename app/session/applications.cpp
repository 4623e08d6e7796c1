#include "session/applications.h"

#include "session/supplier.h"

namespace timonier {

namespace {

// In this order: the transport ends before the session whose network thread it uses.
struct Held {
    std::shared_ptr<Session> session{};
    std::shared_ptr<Transport> transport{};
};

} // namespace

Result<catalog::Ground> groundOf(Session &session, const std::string &context, const std::string &kubeconfig)
{
    OpenContext open = TRY(session.connect(context));
    const std::shared_ptr<Transport> transport = std::move(open.transport);
    return catalog::Ground{.transport = transport, .streams = std::move(open.streams), .catalog = std::make_shared<const catalog::Catalog>(catalog::loadCatalog(catalog::ownCatalog())), .supplier = supplierOf(session, transport),
                           .tools = {.runner = session.processes(), .environment = [&session](std::stop_token stop) -> Result<Environment> { return TRY(session.toolOptions(std::move(stop))).environment; }, .context = open.context, .kubeconfigs = session.kubeconfigPaths()},
                           .context = std::move(open.context), .kubeconfig = kubeconfig};
}

Result<plan::Plan> planOfApplication(Session &session, const std::string &spec)
{
    const catalog::KeptSpec kept = TRY(catalog::readSpec(spec));
    catalog::Ground ground;
    if (kept.kubeconfig.empty()) {
        ground = TRY(groundOf(session, kept.context, {}));
    } else {
        const auto held = std::make_shared<Held>();
        held->session = std::make_shared<Session>(kept.kubeconfig, false, false);
        ground = TRY(groundOf(*held->session, kept.context, kept.kubeconfig));
        held->transport = ground.transport;
        ground.transport = std::shared_ptr<Transport>(held, held->transport.get());
    }
    return kept.removes ? catalog::removePlan(ground, kept.request, kept.withOthers) : catalog::deployPlan(ground, kept.request);
}

} // namespace timonier
