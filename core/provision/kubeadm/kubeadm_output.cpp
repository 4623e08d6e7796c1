#include "provision/kubeadm/kubeadm_output.h"

#include "base/redact.h"
#include "base/say.h"
#include "provision/local/preflight.h"
#include "provision/local/spec_reader.h"

#include <QFile>

#include <algorithm>
#include <cctype>
#include <span>

namespace timonier::kubeadm {

namespace {

struct Stage {
    std::string_view phase;
    double begins; // of the whole, as measured with images that are there already
};

constexpr Stage initStages[] = {
    {"init", 0.01}, {"preflight", 0.03}, {"certs", 0.10}, {"kubeconfig", 0.25}, {"etcd", 0.32}, {"control-plane", 0.34}, {"kubelet-start", 0.38}, {"wait-control-plane", 0.42},
    {"kubelet-check", 0.45}, {"control-plane-check", 0.55}, {"apiclient", 0.80}, {"upload-config", 0.82}, {"kubelet", 0.84}, {"upload-certs", 0.86}, {"mark-control-plane", 0.88},
    {"bootstrap-token", 0.91}, {"kubelet-finalize", 0.94}, {"addons", 0.96},
};
constexpr Stage joinStages[] = {{"preflight", 0.05}, {"kubelet-start", 0.40}, {"kubelet-check", 0.60}, {"kubelet-wait", 0.70}};
constexpr Stage planeStages[] = {
    {"preflight", 0.03}, {"download-certs", 0.12}, {"certs", 0.15}, {"kubeconfig", 0.25}, {"control-plane", 0.30}, {"check-etcd", 0.33}, {"kubelet-start", 0.38}, {"kubelet-check", 0.45},
    {"etcd", 0.55}, {"kubelet-wait", 0.60}, {"mark-control-plane", 0.92}, {"control-plane-check", 0.95},
};
constexpr Stage upgradeStages[] = {{"upgrade/config", 0.03}, {"upgrade/preflight", 0.06}, {"preflight", 0.06}, {"upgrade/prepull", 0.15}, {"upgrade/etcd", 0.30}, {"upgrade/staticpods", 0.45}, {"upgrade/control-plane", 0.45},
                                   {"upgrade/kubelet-config", 0.85}, {"kubelet-start", 0.88}, {"upgrade/addon", 0.92}, {"addons", 0.95}};
constexpr Stage resetStages[] = {{"reset", 0.1}, {"preflight", 0.2}};

std::span<const Stage> stagesOf(Work work)
{
    switch (work) {
    case Work::Init: return initStages;
    case Work::Join: return joinStages;
    case Work::JoinControlPlane: return planeStages;
    case Work::Upgrade: return upgradeStages;
    case Work::Renew:
    case Work::Reset: break;
    }
    return resetStages;
}

std::string lower(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

// "error execution phase preflight: …" -> "preflight"
std::string failedPhase(std::string_view text)
{
    constexpr std::string_view begin = "error execution phase ";
    const std::size_t at = text.find(begin);
    if (at == text.npos)
        return {};
    text.remove_prefix(at + begin.size());
    return std::string(text.substr(0, text.find(':')));
}

constexpr std::size_t mostFindings = 200, mostOfOne = 4'000; // a tool that prints junk fills no memory

std::string workWords(Work work)
{
    switch (work) {
    case Work::Init: return say("Core", "kubeadm could not set the control plane up");
    case Work::Join:
    case Work::JoinControlPlane: return say("Core", "kubeadm could not let the host join");
    case Work::Upgrade: return say("Core", "kubeadm could not upgrade the host");
    case Work::Renew: return say("Core", "kubeadm could not renew the certificates");
    case Work::Reset: break;
    }
    return say("Core", "kubeadm could not reset the host");
}

} // namespace

std::optional<double> Output::line(std::string_view line)
{
    const bool indented = line.starts_with('\t') || line.starts_with("  ");
    std::string_view words = line;
    words.remove_prefix(std::min(words.find_first_not_of(" \t"), words.size()));
    for (const auto &[mark, isError] : {std::pair<std::string_view, bool>("[ERROR ", true), {"[WARNING ", false}})
        if (words.starts_with(mark)) {
            const std::size_t end = words.find(']');
            m_open = false;
            if (end == words.npos || m_findings.size() >= mostFindings)
                return {};
            std::string_view text = words.substr(end + 1);
            text.remove_prefix(std::min(text.find_first_not_of(": "), text.size()));
            m_findings.push_back({.error = isError, .id = std::string(words.substr(mark.size(), end - mark.size())), .text = std::string(text.substr(0, mostOfOne))});
            m_open = true;
            return {};
        }
    if (words.starts_with("error: ") || words.starts_with("error execution phase ")) {
        m_open = false;
        if (m_findings.size() < mostFindings && words.find("Some fatal errors occurred") == words.npos && (words.find("preflight checks failed") == words.npos || m_findings.empty())) {
            m_findings.push_back({.error = true, .id = failedPhase(words), .text = std::string(words.substr(0, mostOfOne))});
            m_open = true;
        }
        return {};
    }
    if (words.starts_with('[')) {
        m_open = false;
        const std::size_t end = words.find(']');
        const std::string_view phase = end == words.npos ? std::string_view() : words.substr(1, end - 1);
        if (phase.empty() || phase.find(' ') != phase.npos)
            return {};
        m_phase = phase;
        const auto stages = stagesOf(m_work);
        const auto stage = std::ranges::find(stages, phase, &Stage::phase);
        if (stage == stages.end() || stage->begins <= m_done)
            return {};
        return m_done = stage->begins;
    }
    // What an error says in several lines: output of a program that it ran.
    if (m_open && !words.empty() && (indented || !m_findings.back().error || m_findings.back().id != "preflight") && m_findings.back().text.size() + words.size() < mostOfOne)
        m_findings.back().text += "\n" + std::string(words);
    return {};
}

Result<std::vector<Known>> readKnown(std::string_view yaml)
{
    return local::readSpecText(yaml, "kubeadm-errors.yaml", [](const YAML::Node &root) {
        std::vector<Known> all;
        for (const YAML::Node &node : root["errors"]) {
            Known one;
            local::eachField(node, "errors", [&](const std::string &field, const YAML::Node &value, const YAML::Node &key) {
                if (field == "run")
                    for (const YAML::Node &command : value)
                        one.commands.push_back(local::as<std::string>(command, field));
                else if (field == "passes")
                    one.passes = local::as<bool>(value, field);
                else if (std::string *text = field == "id" ? &one.id : field == "signal" ? &one.signal : field == "from" ? &one.from : field == "cause" ? &one.cause : field == "why" ? &one.why : nullptr)
                    *text = local::as<std::string>(value, field);
                else
                    local::noSuchField(key, field);
            });
            if (one.cause.empty() || (one.id.empty() && one.signal.empty()))
                throw local::Wrong{node.Mark(), "an error needs cause, and id or signal"};
            all.push_back(std::move(one));
        }
        return all;
    });
}

const std::vector<Known> &known()
{
    static const std::vector<Known> all = [] {
        QFile file(QStringLiteral(":/provision/kubeadm-errors.yaml"));
        (void)file.open(QIODevice::ReadOnly);
        return readKnown(file.readAll().toStdString()).value_or(std::vector<Known>{}); // a test reads it
    }();
    return all;
}

const Known *meaningOf(const Finding &finding, const std::string &version, const std::vector<Known> &all)
{
    const std::string words = lower(finding.text);
    const auto found = std::ranges::find_if(all, [&](const Known &one) {
        const bool isIt = one.id.empty() || one.id == finding.id || (one.id.ends_with('*') && finding.id.starts_with(std::string_view(one.id).substr(0, one.id.size() - 1)));
        return isIt && (one.signal.empty() || words.find(lower(one.signal)) != words.npos) && (one.from.empty() || local::compareVersions(version, one.from) >= 0);
    });
    return found == all.end() ? nullptr : &*found;
}

Error errorOf(const Output &output, Work work, int exitCode, std::string_view lastWords, const std::string &host, const std::string &version)
{
    std::string own;
    std::vector<std::string> causes, hints;
    bool passes = true;
    for (const Finding &finding : output.findings()) {
        if (!finding.error)
            continue;
        own += (own.empty() ? "" : "\n") + (finding.id.empty() ? std::string() : "[" + finding.id + "] ") + finding.text;
        const Known *meaning = meaningOf(finding, version, known());
        passes &= meaning && meaning->passes;
        const std::string cause = meaning ? translated("Kubeadm", meaning->cause.c_str()) : finding.text.substr(0, std::min(finding.text.find('\n'), std::size_t{300}));
        if (std::ranges::find(causes, cause) != causes.end())
            continue;
        causes.push_back(cause);
        if (!meaning)
            continue;
        std::string hint = meaning->why.empty() ? std::string() : translated("Kubeadm", meaning->why.c_str());
        for (const std::string &command : meaning->commands)
            hint += (hint.empty() ? "→ " : " → ") + command;
        if (!hint.empty())
            hints.push_back(hint);
    }
    if (own.empty())
        own = lastWords.substr(lastWords.size() > 2'000 ? lastWords.size() - 2'000 : 0);
    Error error{.kind = ErrorKind::Process, .message = workWords(work), .context = {{"host", host}, {"phase", output.phase()}, {"exit code", std::to_string(exitCode)}, {"kubeadm", redact(own)}}};
    if (!causes.empty())
        error.message += ": " + redact(fmt::format("{}", fmt::join(causes, "; ")));
    error.hint = fmt::format("{}", fmt::join(hints, " "));
    if (passes && !causes.empty())
        error.kind = ErrorKind::Server;
    return error;
}

} // namespace timonier::kubeadm
