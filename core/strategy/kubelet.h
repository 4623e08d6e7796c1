// What a kubelet makes of one container's life: when it is ready, how long it waits before it starts it again, when a pod that
// was deleted is gone (pkg/kubelet/prober/worker.go, kuberuntime). Pure; any thread.
#pragma once

#include "strategy/spec.h"

namespace timonier::strategy {

// From "the container runs" to "the pod is ready"; `never` if that does not come. A probe is made at the start, then each
// period; none counts while less than initialDelay (in whole seconds) has passed.
Time untilReady(const Version &version);
// From "the container ended" to "it runs again", at its n-th end (1, 2, …): at once, then after 10 s, doubled up to 5 min.
// `sinceLastBackOff`: since the last back-off began; beyond 10 min everything is forgotten. Updates `backOff`.
Time restartDelay(Time &backOff, Time sinceLastBackOff);
// From the deletion to SIGTERM, and to the end of the pod. preStop uses up the grace; SIGTERM gets at least 2 s.
Time untilSigterm(const Version &version);
Time untilGone(const Version &version);

} // namespace timonier::strategy
