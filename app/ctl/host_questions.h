// What ssh must ask a person, asked at the terminal.
#pragma once

#include "ctl/command.h"
#include "remote/questions.h"

namespace timonier::ctl {

// `--host-key SHA256:…`: keys that may be trusted without asking.
void declareHostKeys(QCommandLineParser &parser);

// Whether a person sits before the standard input; what they answer to a question that can be answered by yes.
bool isTerminal();
bool saysYes();

// An unknown host key is shown and asked for, where a person can answer; else it must be named by --host-key. Passwords: askPassword().
remote::Questions hostQuestions(const Invocation &invocation);

} // namespace timonier::ctl
