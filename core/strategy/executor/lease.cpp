#include "strategy/executor/lease.h"

#include "base/pause.h"
#include "base/say.h"

#include <QString>
#include <QSysInfo>

#include <random>

#ifdef _WIN32
#include <process.h>
#else
#include <unistd.h>
#endif

namespace timonier::rollout {

namespace {

constexpr std::chrono::seconds lifeTime{10}; // without a sign of life
constexpr std::chrono::milliseconds lookEvery{1'000};

} // namespace

std::int64_t wallNow()
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Self whoIAm()
{
    std::random_device random;
    const char *user = std::getenv("USER") ? std::getenv("USER") : std::getenv("USERNAME");
    return {fmt::format("{}@{}/{}-{:08x}", user ? user : "somebody", QSysInfo::machineHostName().toStdString(), ::getpid(), random())};
}

Result<Record> takeLease(const Api &api, const std::string &ns, const std::string &deployment, const Self &self)
{
    Record record = TRY(readRecord(api, ns, deployment));
    const auto begun = std::chrono::steady_clock::now();
    const std::string holder = record.state.holder;
    const std::int64_t renewed = record.state.renewed;
    while (!record.state.holder.empty() && record.state.holder != self.name && !self.takeOver) {
        if (record.state.holder != holder || record.state.renewed != renewed)
            return fail(ErrorKind::Conflict, say("Core", "{} drives this roll-out", record.state.holder),
                        say("Core", "Leave it to them, or give them an order: pause, promote, abort."));
        if (std::chrono::steady_clock::now() - begun >= lifeTime)
            break;
        if (!pause(lookEvery, api.stop()))
            return fail(ErrorKind::Cancelled, say("Core", "the request was cancelled"));
        record = TRY(readRecord(api, ns, deployment));
    }
    record.state.holder = self.name;
    record.state.renewed = wallNow();
    TRY(writeRecord(api, record)); // Conflict: another one was quicker
    return record;
}

Result<bool> give(Transport &transport, const std::string &ns, const std::string &deployment, Order order, std::stop_token stop)
{
    const Api api(transport, stop);
    for (int attempt = 0;; ++attempt) { // the driver writes as well
        Record record = TRY(readRecord(api, ns, deployment));
        record.state.order = key(order);
        const auto written = writeRecord(api, record);
        if (written && record.state.holder.empty())
            return false; // whoever takes it next finds the order
        if (written)
            break;
        if (written.error().kind != ErrorKind::Conflict || attempt == 10)
            return std::unexpected(written.error());
    }
    const auto begun = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - begun < lifeTime) {
        if (!pause(std::chrono::milliseconds(300), stop))
            return fail(ErrorKind::Cancelled, say("Core", "the request was cancelled"));
        const auto record = readRecord(api, ns, deployment);
        if (!record && record.error().kind == ErrorKind::NotFound)
            return true; // carried out to its end
        if (!record)
            return std::unexpected(record.error());
        if (record->state.order.empty())
            return true;
        if (record->state.holder.empty())
            return false;
    }
    return false;
}

} // namespace timonier::rollout
