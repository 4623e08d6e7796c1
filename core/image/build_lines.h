// What docker and podman print while they build and push, read for what a person wants to know: how far it is. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace timonier::image {

// How much of the build is begun, 0 to 1: "#7 [stage 2/5] COPY . ." (BuildKit), "Step 2/5 : COPY . ." (docker's old builder), "STEP 2/5: COPY . ."
// (buildah). None: the line says nothing of it.
std::optional<double> buildProgress(std::string_view line);

// Of a push or pull, line by line: layers that are done among those that were named.
class LayerCount
{
public:
    // "5f70bf18a086: Pushed", "Copying blob sha256:… done". The fraction after it; none: the line is about no layer.
    std::optional<double> add(std::string_view line);

private:
    int m_named = 0, m_done = 0;
};

// The reason among the last lines: docker's and podman's errors begin with a word that says so. Empty: none was found.
std::string reasonIn(std::string_view errors);

} // namespace timonier::image
