// The commands, each in its own file: what options it takes, and what it does.
#pragma once

#include "ctl/command.h"

namespace timonier::ctl {

void declareContexts(QCommandLineParser &parser);
Outcome runContexts(Invocation &invocation);
void declareGet(QCommandLineParser &parser);
Outcome runGet(Invocation &invocation);
void declareWatch(QCommandLineParser &parser);
Outcome runWatch(Invocation &invocation);
void declareLogs(QCommandLineParser &parser);
Outcome runLogs(Invocation &invocation);
void declareExec(QCommandLineParser &parser);
Outcome runExec(Invocation &invocation);
void declareCp(QCommandLineParser &parser);
Outcome runCp(Invocation &invocation);
void declarePortForward(QCommandLineParser &parser);
Outcome runPortForward(Invocation &invocation);
void declarePreview(QCommandLineParser &parser);
Outcome runPreview(Invocation &invocation);
void declareRollout(QCommandLineParser &parser);
Outcome runRollout(Invocation &invocation);
void declareCluster(QCommandLineParser &parser);
Outcome runCluster(Invocation &invocation);
void declareEksToken(QCommandLineParser &parser);
Outcome runEksToken(Invocation &invocation);
void declareAzure(QCommandLineParser &parser);
Outcome runAzure(Invocation &invocation);
void declareImage(QCommandLineParser &parser);
Outcome runImage(Invocation &invocation);
void declareRuns(QCommandLineParser &parser);
Outcome runRuns(Invocation &invocation);
void declareApply(QCommandLineParser &parser);
Outcome runApply(Invocation &invocation);
void declareSets(QCommandLineParser &parser);
Outcome runSets(Invocation &invocation);
void declareRemove(QCommandLineParser &parser);
Outcome runRemove(Invocation &invocation);
void declareHelm(QCommandLineParser &parser);
Outcome runHelm(Invocation &invocation);
void declareApp(QCommandLineParser &parser);
Outcome runApp(Invocation &invocation);
void declareCompletion(QCommandLineParser &parser);
Outcome runCompletion(Invocation &invocation);

} // namespace timonier::ctl
