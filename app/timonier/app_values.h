// An application's parameters, and the file, the request and the command line that say the same. Pure.
#pragma once

#include "catalog/app_plan.h"
#include "form/parameter.h"

#include <QString>

namespace timonier {

namespace app_values {

// Name and namespace (where the entry leaves that open) first, then the entry's own.
std::vector<form::Parameter> parametersOf(const catalog::Entry &entry);
catalog::AppRequest requestOf(const catalog::Entry &entry, const std::vector<form::Parameter> &parameters, const form::Values &values);
// The values file; never a secret in it.
std::string textOf(const catalog::Entry &entry, const std::vector<form::Parameter> &parameters, const form::Values &values);
// Errors: Invalid, with file and line: no YAML, no such parameter, a secret.
Result<form::Values> valuesOf(const catalog::Entry &entry, const std::vector<form::Parameter> &parameters, const std::string &text, const std::string &file);
QString commandLine(const catalog::AppRequest &wanted, const std::string &text, const form::Values &values, const QString &context, const QString &file);

} // namespace app_values

} // namespace timonier
