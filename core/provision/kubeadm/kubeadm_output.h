// What kubeadm prints while it runs, read as it comes: pure. It has no machine-readable form for init, join and reset, so only what its sources
// have printed for years is relied on: "[phase] …" at the start of a line, "[ERROR Name]: …", "[WARNING Name]: …", "error: …".
#pragma once

#include "base/result.h"
#include "form/check.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace timonier::kubeadm {

enum class Work { Init, Join, JoinControlPlane, Upgrade, Renew, Reset };

struct Finding {
    bool error = false;      // else a warning
    std::string id{};        // "NumCPU"; of a failure that is no check: the phase
    std::string text{};
};

class Output
{
public:
    explicit Output(Work work) : m_work(work) {}
    // One line, without its end. How much is done, 0 to 1, where the line says something new; it never goes back.
    std::optional<double> line(std::string_view line);
    const std::string &phase() const { return m_phase; } // "control-plane"; empty: none yet
    const std::vector<Finding> &findings() const { return m_findings; }

private:
    Work m_work;
    std::string m_phase{};
    std::vector<Finding> m_findings{};
    double m_done = 0;
    bool m_open = false;     // the last finding goes on in the next line
};

// A known failure, from resources/provision/kubeadm-errors.yaml.
struct Known {
    std::string id{};        // of the check, "NumCPU"; empty: any
    std::string signal{};    // in the words, without regard to case; empty: whatever they are
    std::string from{};      // Kubernetes from which it can be so; empty: ever
    std::string cause{}, why{};
    bool passes = false;     // by itself: worth another attempt
    std::vector<std::string> commands{}; // what gets out of it, typed on the host
};
Result<std::vector<Known>> readKnown(std::string_view yaml); // Invalid, with the place
const std::vector<Known> &known();                           // those that come with Timonier

// The first of them that is meant; null: it is none that we know. `version`: "v1.36.3".
const Known *meaningOf(const Finding &finding, const std::string &version, const std::vector<Known> &all);

// A run that ended badly: the error findings, the first first, in our words where they are known; kubeadm's own are in the context. Process; Server where all
// that is known of it passes by itself.
Error errorOf(const Output &output, Work work, int exitCode, std::string_view lastWords, const std::string &host, const std::string &version);

} // namespace timonier::kubeadm
