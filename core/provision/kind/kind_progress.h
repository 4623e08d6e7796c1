// How far a `kind create cluster` is, by the lines it prints off a terminal (kind, pkg/internal/cli/logger.go, status.go): pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace timonier::kind {

class Progress
{
public:
    // 0 to 1, where the line says something new; it never goes back.
    std::optional<double> line(std::string_view line);
    // What was being done, without ornaments: "Preparing nodes". Of a failure the step that failed.
    const std::string &step() const { return m_step; }

private:
    std::string m_step{};
    double m_done = 0;
};

} // namespace timonier::kind
