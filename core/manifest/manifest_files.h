// Where manifests come from: files, folders with all below them, archives, web addresses, the standard input.
#pragma once

#include "base/environment.h"
#include "base/result.h"
#include "manifest/manifest_reader.h"

#include <stop_token>
#include <string>
#include <vector>

namespace timonier {

// Each of `paths`: a file; a folder, or an archive (archive.h says which), of which every *.yaml, *.yml and *.json is read, sorted by path,
// but nothing in folders that begin with a dot; an https address of a file or an archive; "-": the standard input. What lies in
// the archive a.zip is called "a.zip/PATH". `environment`: the proxies. Blocks.
// Errors: NotFound, Io; TooLarge beyond 256 MB or 10,000 files in an archive; Invalid for a folder or an archive without manifests, for a
// folder that is a kustomization, for an address that gives a web page; those of download() and readArchive().
Result<std::vector<ManifestText>> manifestTexts(const std::vector<std::string> &paths, std::stop_token stop = {}, const Environment &environment = processEnvironment());

} // namespace timonier
