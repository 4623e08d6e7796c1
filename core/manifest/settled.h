// When an object is more than kept: of use to what hangs on it, or ready. Told from its JSON. Pure; any thread.
#pragma once

#include "manifest/manifest_object.h"

#include <string>
#include <string_view>

namespace timonier {

struct Settled {
    enum State { Yes, NotYet, Never } state = Yes;
    std::string reason{};               // why not, for people
};

// Of what others wait for: Namespace Active, CustomResourceDefinition Established, APIService Available, and all that is
// useful once it is kept. `json`: the object; of a Service, the list of its EndpointSlices (one ready endpoint is enough).
Settled isServing(const ObjectRef &ref, std::string_view json);
// Of what a person waits for: the above; Deployment, StatefulSet, DaemonSet rolled out, Job complete, Pod ready, claim bound.
Settled isReady(const ObjectRef &ref, std::string_view json);
// Of a PersistentVolumeClaim that is not bound, with its StorageClass (empty: there is none of that name): one that waits for its first
// pod (volumeBindingMode: WaitForFirstConsumer) is not waited for: that pod is.
Settled isClaimReady(std::string_view claim, std::string_view storageClass);
// The path of that class; empty: it names none.
std::string storageClassPath(std::string_view claim);
// Where the answer stands: the object itself, or the EndpointSlices of a Service.
std::string settledPath(const ObjectRef &ref, const std::string &objectPath);

// Where the server lists what it serves of a definition's group, and whether that has its kind: some hundred bytes, where the definition itself
// may have hundreds of kilobytes, which a server that is busy with sixty of them must not be asked for again and again. Empty: no definition.
std::string servedPath(const ObjectFacts &definition);
Settled isServed(const ObjectFacts &definition, std::string_view resourceList);

} // namespace timonier
