// Signing in, once keys are exchanged and the host is known to be the right one (RFC 4252, 4256): what the host offers, in this order: keys of files, the agent's,
// password, questions of its own (keyboard-interactive). Several in a row where the host wants that (AuthenticationMethods).
#pragma once

#include "remote/asker.h"
#include "remote/ssh_config.h"

struct ssh_session_struct;

namespace timonier::remote {

// Blocks, on the session's thread; a person may be asked. Errors: Unauthorized, with what was tried and what the host offers; the key file's own (key_file.h) where one was
// named and nothing else helped; Unreachable (the host ended it), Timeout, Cancelled.
Result<> signIn(ssh_session_struct *session, const Destination &to, Asker &asker, std::stop_token stop);

} // namespace timonier::remote
