#include "plan/ledger.h"

#include "plan/journal.h"

#include <QUuid>

namespace timonier::plan::ledger {

namespace {

Resource resource(const QVariantList &row)
{
    return {.kind = text(row[0]), .name = text(row[1]), .step = text(row[2]), .token = text(row[3]), .outsideId = text(row[4]),
            .state = resourceState(text(row[5])), .run = row[6].toLongLong()};
}

std::vector<Resource> resources(const std::vector<QVariantList> &rows)
{
    std::vector<Resource> all;
    for (const QVariantList &row : rows)
        all.push_back(resource(row));
    return all;
}

} // namespace

Result<Resource> intend(Connection &connection, const Entry &entry, std::string_view kind, std::string_view name)
{
    const auto rows = TRY(connection.rows("SELECT kind, name, step, token, outside_id, state, run FROM resource WHERE target = ? AND kind = ? AND name = ? "
                                          "AND state <> 'gone'",
                                          {value(entry.target), value(kind), value(name)}));
    if (!rows.empty())
        return resource(rows.front());
    const Resource made{.kind = std::string(kind), .name = std::string(name), .step = entry.step,
                        .token = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString(), .run = entry.run};
    TRY(connection.run("INSERT INTO resource (target, kind, name, step, token, state, run, at) VALUES (?, ?, ?, ?, ?, 'intended', ?, ?)",
                       {value(entry.target), value(kind), value(name), value(entry.step), value(made.token), qint64(entry.run), qint64(entry.now)}));
    return made;
}

Result<> mark(Connection &connection, const Entry &entry, std::string_view kind, std::string_view name, ResourceState state, std::string_view outsideId)
{
    TRY(connection.run("UPDATE resource SET state = ?, at = ?, outside_id = coalesce(nullif(?, ''), outside_id) "
                       "WHERE target = ? AND kind = ? AND name = ? AND state <> 'gone'",
                       {value(plan::name(state)), qint64(entry.now), value(outsideId), value(entry.target), value(kind), value(name)}));
    return {};
}

Result<std::vector<Resource>> settle(Connection &connection, const Entry &entry, ResourceState state)
{
    const auto rows = TRY(connection.rows("SELECT kind, name, step, token, outside_id, ?, run FROM resource WHERE target = ? AND step = ? AND state <> 'gone' "
                                          "AND state <> ? ORDER BY n",
                                          {value(plan::name(state)), value(entry.target), value(entry.step), value(plan::name(state))}));
    for (const QVariantList &row : rows)
        TRY(mark(connection, entry, text(row[0]), text(row[1]), state, {}));
    return resources(rows);
}

Result<std::vector<Resource>> there(Journal &journal, const std::string &target)
{
    return resources(TRY(journal.database().read<std::vector<QVariantList>>([&](Connection &connection) {
        return connection.rows("SELECT kind, name, step, token, outside_id, state, run FROM resource WHERE target = ? AND state <> 'gone' ORDER BY n", {value(target)});
    })));
}

Result<std::vector<Resource>> ofRun(Journal &journal, RunId run)
{
    return resources(TRY(journal.database().read<std::vector<QVariantList>>([&](Connection &connection) {
        return connection.rows("SELECT kind, name, step, token, outside_id, state, run FROM resource WHERE target = (SELECT target FROM run WHERE id = ?) ORDER BY n",
                               {qint64(run)});
    })));
}

} // namespace timonier::plan::ledger
