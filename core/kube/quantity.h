// Quantities as Kubernetes writes them (k8s.io/apimachinery/pkg/api/resource): "250m", "8Gi", "1e3", "12345n".
#pragma once

#include <cstdint>
#include <string_view>

namespace timonier {

// The value x 1000, rounded up; 0 for what is no quantity.
std::int64_t milliQuantity(std::string_view text);

} // namespace timonier
