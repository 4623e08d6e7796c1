// A person's sign-in to Azure with a device's code, for tst_aks.py: the code is printed, waited for, kept in memory, renewed, and used. Here is no store of
// passwords, which timonierctl needs for it.
#include "cloud/azure/arm.h"
#include "cloud/azure/resource_calls.h"

#include <QCoreApplication>

#include <cstdio>

#include <fmt/format.h>

using namespace timonier;
using namespace timonier::azure;

namespace {

Result<> signIn(const std::string &tenant)
{
    Machine machine = systemMachine();
    machine.store = std::make_shared<MemorySecretStore>();
    const Cloud cloud = TRY(cloudOf("", machine.environment));
    const Entra entra{.http = machine.http, .clock = machine.clock, .cloud = cloud, .tenant = tenant};
    const DeviceCode code = TRY(entra.askDeviceCode({}));
    fmt::print("{} {}\n", code.page, code.code);
    std::fflush(stdout);
    const Tokens tokens = TRY(entra.awaitDeviceCode(code, {}));
    TRY(storeAccount(*machine.store, "", tenant, tokens.refresh));
    const auto arm = TRY(armFor({}, "", machine));
    const Secret first = TRY(arm->settings().tokens->token(false, {})), second = TRY(arm->settings().tokens->token(true, {}));
    fmt::print("{}\n", first == second ? "the same" : "renewed");
    for (const Subscription &one : TRY(subscriptions(*arm, {})))
        fmt::print("{}\n", one.name);
    return {};
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const auto done = signIn(argc > 1 ? argv[1] : "");
    if (!done)
        fmt::print("{}\n", done.error().text());
    return done ? 0 : 1;
}
