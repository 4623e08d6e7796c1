// The containers of a pod, or of a pod template, in words. Pure.
#pragma once

#include "describe/describe.h"
#include "describe/fields.h"

namespace timonier::describing {

// Init containers first, as they run; `status` is null for a template.
std::vector<ContainerFacts> containersOf(const Json &podSpec, const Json &podStatus);
// "250m CPU, 64Mi memory" of a map of quantities.
std::string resourcesText(const Json &quantities);
// "OOMKilled, exit code 137" of a terminated state.
std::string exitText(const Json &terminated);
// What the containers ask for, added up as the scheduler does it (the largest init container, or the sum of the others and
// of the sidecars); "requests" or "limits".
std::string summedResources(const Json &podSpec, std::string_view which);
// "500m", "1.5", "2".
std::string cpuText(std::int64_t milli);
// "1.5 GiB"
std::string bytesText(std::int64_t bytes);

} // namespace timonier::describing
