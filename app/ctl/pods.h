// What the commands that open streams to pods share: the words of the command line that name a pod, where to look.
#pragma once

#include "ctl/command.h"

namespace timonier::ctl {

void declareNamespace(QCommandLineParser &parser);  // -n
void declareContainer(QCommandLineParser &parser);  // -c
// -n, the context's own, or "default".
std::string namespaceOf(const Invocation &invocation, const OpenContext &connection);
// -c, or the container that kubectl takes when none is named. Errors: fetch's, Protocol.
Result<std::string> containerOf(const Invocation &invocation, const OpenContext &connection, const std::string &ns, const std::string &pod);
// "web", "pod/web", "pods/web" -> "web".
QString podName(QString text);

} // namespace timonier::ctl
