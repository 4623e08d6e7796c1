// What the forms of clusters share: their checks, and what mends them.
#pragma once

#include "form/flat_spec.h"
#include "session/cluster_forms.h"

namespace timonier::local_form {

form::Parameter more(); // what is not asked for
// Of those that are made: where they are entered, and whether they become current.
std::vector<form::Parameter> kubeconfigParameters();
// The same, and `more`, with their fields.
void addCommon(std::vector<form::Parameter> &parameters, std::vector<form::SpecField> &fields);

void check(const std::string &spec, ProcessRunner &runner, std::stop_token stop, const ClusterForm::Tell &tell);

// Of a cloud's: the first check is the sign-in, and nothing else is looked at before that is over.
void checkCloud(const std::string &spec, const std::string &signIn, ProcessRunner &runner, std::stop_token stop, const ClusterForm::Tell &tell);

// A fix of the id "field=value" changes a value, "fetch-tool" fetches the tool, one with commands runs them.
Result<form::Values> fix(form::Values values, const std::string &tool, const form::Fix &fix, ProcessRunner &runner, std::stop_token stop);

} // namespace timonier::local_form
