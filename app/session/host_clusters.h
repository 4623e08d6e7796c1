// A cluster on hosts of one's own as it is now, by the runs that made and changed it. Worker threads only.
#pragma once

#include "plan/journal.h"
#include "session/cluster_forms.h"

namespace timonier {

// "kubeadm" of "kubeadm remove-host h3": who makes the cluster that such a run is about.
std::string makerOf(std::string_view provider);

// The spec of the newest run of that target, without hosts that were removed since, in the version it was last brought to. Errors: NotFound (no such run), the journal's, Invalid.
Result<std::string> hostsSpecNow(plan::Journal &journal, const std::string &target);

// Without the host that is called so; likewise of what a form was filled in with.
form::Values withoutHost(form::Values values, const std::string &host);

} // namespace timonier
