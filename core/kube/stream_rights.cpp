#include "kube/stream_rights.h"

#include "base/say.h"

namespace timonier {

Error withStreamRights(Error error, const std::string &subresource, const std::string &ns)
{
    // A WebSocket is opened with a GET; from 1.35 on the API server asks for create as well
    // (AuthorizePodWebsocketUpgradeCreatePermission).
    if (error.kind == ErrorKind::Forbidden)
        error.hint = say("Core", "This takes the rights to get and create pods/{} in the namespace {}: ask who runs the cluster for them.",
                         subresource, ns);
    return error;
}

} // namespace timonier
