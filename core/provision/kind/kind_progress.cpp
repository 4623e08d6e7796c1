#include "provision/kind/kind_progress.h"

#include <algorithm>
#include <array>

namespace timonier::kind {

namespace {

struct Stage {
    std::string_view words;
    double ends; // of the whole, as measured with an image that is there already
};

constexpr std::array stages{
    Stage{"Ensuring node image", 0.20},    Stage{"Preparing nodes", 0.40},         Stage{"Configuring the external load balancer", 0.42}, Stage{"Writing configuration", 0.45},
    Stage{"Starting control-plane", 0.70}, Stage{"Installing CNI", 0.74},          Stage{"Installing StorageClass", 0.77},               Stage{"Joining more control-plane nodes", 0.82},
    Stage{"Joining worker nodes", 0.90},   Stage{"Waiting", 1.00},
};

// "Preparing nodes 📦 📦" without what is no text, and without the dots of one that has begun.
std::string plain(std::string_view text)
{
    std::string out;
    for (const char c : text)
        if (static_cast<unsigned char>(c) < 0x80)
            out += c;
    while (out.ends_with(' ') || out.ends_with('.'))
        out.pop_back();
    return out;
}

} // namespace

std::optional<double> Progress::line(std::string_view line)
{
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    const bool begins = line.starts_with("•"), ends = line.starts_with("✓"), fails = line.starts_with("✗");
    if (!begins && !ends && !fails)
        return {};
    m_step = plain(line.substr(std::string_view("•").size()));
    m_step.erase(0, m_step.find_first_not_of(' '));
    if (fails)
        return {};
    const auto stage = std::ranges::find_if(stages, [&](const Stage &one) { return m_step.starts_with(one.words); });
    if (stage == stages.end())
        return {};
    const double done = ends ? stage->ends : stage == stages.begin() ? 0.01 : std::prev(stage)->ends;
    if (done <= m_done)
        return {};
    return m_done = done;
}

} // namespace timonier::kind
