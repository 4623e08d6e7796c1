// From the words of a command line to what is asked of the server: a kind, a scope. Shared by get, watch and the rest.
#pragma once

#include "ctl/command.h"

#include "kube/kind.h"
#include "kube/scope.h"

#include <vector>

namespace timonier::ctl {

struct Target {
    OpenContext connection;
    KindSpec kind;
    Scope scope;
    std::vector<std::string> names;
};

// KIND [NAME…] or KIND/NAME, with -n, -A, -l. Asks discovery only for kinds that are not known by heart.
// Errors: those of Session::connect and discover; NotFound for a kind the server does not have, with the nearest one.
std::expected<Target, std::variant<Error, UsageError>> target(Invocation &invocation);

} // namespace timonier::ctl
