// Kustomizations -> manifests, by `kustomize build` or `kubectl kustomize`, as a child process. Blocks; worker threads.
#pragma once

#include "base/process.h"
#include "base/result.h"
#include "manifest/manifest_reader.h"
#include "tools/toolbox.h"

#include <stop_token>
#include <string>
#include <vector>

namespace timonier {

// The kustomization file of that folder ("kustomization.yaml", ".yml", "Kustomization"); empty: it is none.
std::string kustomizationIn(const std::string &folder);

struct Kustomized {
    ManifestText text{};                     // "kustomize TARGET"; lines are those of what was built
    std::vector<std::string> warnings{};     // fields that will go
};

// `target`: a folder, or what kustomize takes for a remote one (https://github.com/ORG/REPO//PATH?ref=TAG; needs git). kustomize is taken if
// it is there, else kubectl, else kustomize is fetched, as `options` allow.
// Errors: NotFound (no such folder, no kustomization in it, a file it names), Invalid (what is wrong in it; a password in the
// address: every process can read it), Unreachable (a remote one), TooLarge (256 MB), Process, Timeout (10 min), Cancelled; those of provide().
Result<Kustomized> kustomized(const std::string &target, const Toolbox &toolbox, ProcessRunner &runner, const ToolOptions &options, const ToolProgress &progress,
                              std::stop_token stop);

// What kustomize prints when it fails, as an error for people; its own words are the cause. `target`: as above.
Error kustomizeError(const std::string &target, const std::string &printed);

} // namespace timonier
