// `timonierctl watch`: what the window sees, as lines. With -o json each line is one event, and the events alone suffice
// to know the rows: ADDED, MODIFIED, DELETED, RESET, and STATE when the table becomes live, stale, forbidden.
#include "ctl/commands.h"
#include "ctl/kinds.h"
#include "ctl/table_printer.h"

#include "base/redact.h"
#include "base/say.h"
#include "kube/cluster.h"
#include "session/stats.h"

#include <QCoreApplication>

#include <nlohmann/json.hpp>

#include <condition_variable>
#include <unordered_map>

namespace timonier::ctl {

namespace {

// Where the worker's wake-ups meet the waiting main thread.
class Bell
{
public:
    void ring()
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_rung = true;
        }
        m_wake.notify_all();
    }
    // False when `until` came first, or the stop.
    bool wait(std::chrono::steady_clock::time_point until, std::stop_token stop)
    {
        std::unique_lock lock(m_mutex);
        const bool rung = m_wake.wait_until(lock, stop, until, [&] { return m_rung; });
        m_rung = false;
        return rung;
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    bool m_rung = false;
};

class Printer
{
public:
    explicit Printer(bool json) : m_json(json) {}

    void print(const Batch &batch)
    {
        const auto now = std::chrono::system_clock::now();
        if (batch.columns)
            m_columns = batch.columns;
        if (batch.reset) {
            m_rows.clear();
            if (m_json && std::exchange(m_begun, true))
                fmt::print("{}\n", nlohmann::json{{"type", "RESET"}}.dump());
        }
        for (const auto &[uid, row] : batch.changes) {
            const auto known = m_rows.find(uid);
            if (!row) {
                if (known == m_rows.end())
                    continue;
                print("DELETED", *known->second, now);
                m_rows.erase(known);
            } else {
                print(known == m_rows.end() ? "ADDED" : "MODIFIED", *row, now);
                m_rows[uid] = row;
            }
            ++m_changes;
        }
        if (batch.status)
            print(*batch.status);
        std::fflush(stdout);
    }
    std::size_t rows() const { return m_rows.size(); }
    std::uint64_t changes() const { return m_changes; }
    const TableStatus &status() const { return m_status; }

private:
    void print(const char *type, const Row &row, std::chrono::system_clock::time_point now) const
    {
        if (!m_json) {
            std::string line = fmt::format("{:<9}", type);
            if (!row.ns.empty())
                line += fmt::format("{:<20} ", row.ns);
            for (std::size_t i = 0; m_columns && i < m_columns->size(); ++i)
                if ((*m_columns)[i].priority == 0)
                    line += cellAt(row, *m_columns, i, now) + "   ";
            fmt::print("{}\n", line);
            return;
        }
        nlohmann::json cells = nlohmann::json::object();
        for (std::size_t i = 0; m_columns && i < m_columns->size(); ++i)
            cells[std::string((*m_columns)[i].id)] = cellAt(row, *m_columns, i, now);
        const nlohmann::json event = {{"type", type},
                                      {"namespace", row.ns},
                                      {"name", row.name},
                                      {"resourceVersion", std::to_string(row.revision)},
                                      {"cells", std::move(cells)}};
        fmt::print("{}\n", event.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    }
    void print(const TableStatus &status)
    {
        const bool same = status.state == m_status.state && status.complete == m_status.complete &&
                          status.error.has_value() == m_status.error.has_value();
        m_status = status;
        if (same)
            return;
        const std::string why = status.error ? redact(status.error->text()) : std::string();
        if (m_json)
            fmt::print("{}\n", nlohmann::json{{"type", "STATE"},
                                              {"state", std::string(name(status.state))},
                                              {"complete", status.complete},
                                              {"error", why}}
                                   .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        if (!why.empty())
            fmt::print(stderr, "timonierctl: {}: {}\n", name(status.state), why);
        if (status.state == ReflectorState::Watching)
            fmt::print(stderr, "timonierctl: {}\n", say("Ctl", "live: {} rows", m_rows.size()));
        if (status.error && !status.error->hint.empty())
            fmt::print(stderr, "  {}\n", redact(status.error->hint));
    }

    const bool m_json;
    bool m_begun = false;
    std::shared_ptr<const Columns> m_columns;
    std::unordered_map<Uid, RowPtr> m_rows;
    std::uint64_t m_changes = 0;
    TableStatus m_status;
};

} // namespace

void declareWatch(QCommandLineParser &parser)
{
    declareScope(parser);
    declareOutput(parser, QStringLiteral("table, json"));
    parser.addOption({QStringLiteral("for"), QCoreApplication::translate("Ctl", "End after this time, such as 10s or 5m."),
                      QStringLiteral("TIME")});
    declareStats(parser);
}

Outcome runWatch(Invocation &invocation)
{
    const QString format = invocation.options.value(QStringLiteral("output"));
    if (!format.isEmpty() && format != QLatin1String("table") && format != QLatin1String("json"))
        return misused(QCoreApplication::translate("Ctl", "changes cannot be printed as “%1”").arg(format));
    auto until = std::chrono::steady_clock::time_point::max();
    if (invocation.options.isSet(QStringLiteral("for"))) {
        const QString text = invocation.options.value(QStringLiteral("for"));
        const auto duration = parseDuration(text);
        if (!duration)
            return misused(QCoreApplication::translate("Ctl", "“%1” is no time: write 10s, 5m or 1h30m").arg(text));
        until = std::chrono::steady_clock::now() + *duration;
    }
    auto found = target(invocation);
    if (!found)
        return std::unexpected(std::move(found).error());
    const Target &what = *found;

    const auto bell = std::make_shared<Bell>();
    Printer printer(format == QLatin1String("json"));
    {
        Cluster cluster(what.connection.transport, std::make_shared<SystemClock>());
        const auto table = cluster.subscribe(what.kind, what.scope, false, [bell] { bell->ring(); });
        // A wait without an end would overflow on its way to the system's clock: an hour at a time.
        while (!invocation.stop.stop_requested() && std::chrono::steady_clock::now() < until) {
            const auto turn = std::min(until, std::chrono::steady_clock::now() + std::chrono::hours(1));
            if (bell->wait(turn, invocation.stop))
                printer.print(table->take());
        }
        printer.print(table->take());
    }
    if (invocation.options.isSet(QStringLiteral("stats"))) {
        const TransportStats stats = what.connection.transport->stats();
        const nlohmann::json line = {{"rows", printer.rows()},
                                     {"changes", printer.changes()},
                                     {"state", std::string(name(printer.status().state))},
                                     {"wire_bytes", stats.bytesReceived},
                                     {"connections", stats.connections},
                                     {"cpu_ms", cpuTime().count()},
                                     {"peak_rss_kib", peakResidentKib()}};
        fmt::print(stderr, "{}\n", line.dump());
    }
    if (invocation.stop.stop_requested())
        return Interrupted;
    if (!printer.status().complete)
        return failed(printer.status().error.value_or(
            Error{.kind = ErrorKind::Timeout, .message = say("Ctl", "The list was not complete in that time")}));
    return Success;
}

} // namespace timonier::ctl
