// Quantities as Kubernetes writes them (k8s.io/apimachinery/pkg/api/resource): "250m", "8Gi", "1e3", "12345n".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace timonier {

// The value x 1000, rounded up; 0 for what is no quantity.
std::int64_t milliQuantity(std::string_view text);
// The value / 1000 as Quantity.String() writes it: with the largest unit that leaves no fraction; 1024 or 1000 to the
// next unit, or, for a fraction, thousandths ("250m").
std::string quantityText(std::int64_t milli, bool binary);
// Its unit is a power of 1024 ("8Gi"), so a sum that begins with it is written so.
inline bool binaryQuantity(std::string_view text) { return text.ends_with('i'); }

} // namespace timonier
