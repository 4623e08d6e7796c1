// The values of an application from the command line: --set, --set-file, -f.
#pragma once

#include "catalog/entry.h"
#include "ctl/command.h"

namespace timonier::ctl {

// Errors: Invalid (no KEY=VALUE; a secret where others could read it; a values file that is no map), Io. A key that is no parameter is
// kept: the catalogue says so, with the nearest name. Files and folders become absolute: a run is resumed from anywhere.
Result<form::Values> valuesOf(const catalog::Entry &entry, const QCommandLineParser &options);

// As a values file has them: `id: value` lines, without secrets.
std::string valuesText(const catalog::Entry &entry, const form::Values &values);

} // namespace timonier::ctl
