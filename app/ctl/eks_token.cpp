// timonierctl eks-token: what a kubeconfig that Timonier wrote runs for each sign-in to an EKS cluster (client.authentication.k8s.io/v1).
#include "ctl/commands.h"

#include "base/say.h"
#include "cloud/aws/credentials.h"
#include "cloud/aws/eks_token.h"

#include <QCoreApplication>
#include <QDateTime>

#include <nlohmann/json.hpp>

namespace timonier::ctl {

void declareEksToken(QCommandLineParser &parser)
{
    parser.addOption({QStringLiteral("region"), QCoreApplication::translate("Ctl", "Where the cluster is."), QStringLiteral("REGION")});
    parser.addOption({QStringLiteral("profile"), QCoreApplication::translate("Ctl", "The profile of ~/.aws to sign in with."), QStringLiteral("PROFILE")});
    parser.addOption({QStringLiteral("keys"), QCoreApplication::translate("Ctl", "The name of keys that were typed in."), QStringLiteral("NAME")});
}

Outcome runEksToken(Invocation &invocation)
{
    if (invocation.arguments.size() != 1)
        return misused(QCoreApplication::translate("Ctl", "say eks-token CLUSTER"));
    const auto given = [&](const char *name) { return invocation.options.value(QLatin1String(name)).toStdString(); };
    const auto client = TRY_OUTCOME(aws::clientFor({.profile = given("profile"), .stored = given("keys"), .region = given("region")}, aws::systemMachine()));
    const aws::Keys keys = TRY_OUTCOME(client->settings().keys->keys(false, invocation.stop));
    const auto now = client->now();
    const Secret token = TRY_OUTCOME(aws::eksToken(keys, client->region(), invocation.arguments.front().toStdString(), now));
    auto expires = now + aws::tokenLife;
    if (keys.expires) // the cluster asks STS, which then knows them no more
        expires = std::min(expires, *keys.expires);
    const auto stamp = QDateTime::fromSecsSinceEpoch(std::chrono::system_clock::to_time_t(expires), Qt::UTC).toString(Qt::ISODate).toStdString();
    const nlohmann::ordered_json credential{{"apiVersion", "client.authentication.k8s.io/v1"}, {"kind", "ExecCredential"}, {"status", {{"expirationTimestamp", stamp}, {"token", token.reveal()}}}};
    fmt::print("{}\n", credential.dump());
    return Success;
}

} // namespace timonier::ctl
