#include "plan/schema.h"

#include "plan/salvage.h"

#include "base/paths.h"
#include "base/say.h"

#include <span>

namespace timonier::plan {

namespace {

// What each version added to the one before it.
constexpr std::array versionOne = {
    "CREATE TABLE run (id INTEGER PRIMARY KEY AUTOINCREMENT, provider TEXT NOT NULL, target TEXT NOT NULL, title TEXT NOT NULL, spec TEXT NOT NULL, "
    "direction TEXT NOT NULL, state TEXT NOT NULL, begun INTEGER NOT NULL, ended INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '', "
    "hint TEXT NOT NULL DEFAULT '')",
    "CREATE TABLE step (run INTEGER NOT NULL, id TEXT NOT NULL, place INTEGER NOT NULL, title TEXT NOT NULL, state TEXT NOT NULL, "
    "attempt INTEGER NOT NULL DEFAULT 0, begun INTEGER NOT NULL DEFAULT 0, ended INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '', "
    "hint TEXT NOT NULL DEFAULT '', PRIMARY KEY (run, id))",
    "CREATE TABLE output (n INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL, step TEXT NOT NULL, line TEXT NOT NULL)",
    "CREATE INDEX output_of_step ON output (run, step, n)",
    "CREATE TABLE resource (n INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, step TEXT NOT NULL, "
    "token TEXT NOT NULL, outside_id TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, run INTEGER NOT NULL, at INTEGER NOT NULL)",
    // What is gone is history; of what may be there, there is one.
    "CREATE UNIQUE INDEX resource_there ON resource (target, kind, name) WHERE state <> 'gone'",
    "CREATE TABLE estimate (provider TEXT NOT NULL, measure TEXT NOT NULL, ms INTEGER NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (provider, measure))",
    "PRAGMA user_version=1",
};
constexpr std::array versionTwo = {
    "CREATE TABLE part (n INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL, step TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, "
    "state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', begun INTEGER NOT NULL DEFAULT 0, ended INTEGER NOT NULL DEFAULT 0, UNIQUE (run, step, id))",
    "PRAGMA user_version=2",
};

Result<> runAll(Connection &connection, std::span<const char *const> statements)
{
    for (const char *statement : statements)
        TRY(connection.run(statement));
    return {};
}

Result<int> versionOf(Connection &connection)
{
    const auto rows = TRY(connection.rows("PRAGMA user_version"));
    return rows.empty() ? 0 : rows.front().front().toInt();
}

Result<> prepare(Database &database, const std::filesystem::path &file)
{
    const int version = TRY(database.read<int>(versionOf));
    if (version == schemaVersion)
        return {};
    if (version > schemaVersion)
        return fail(ErrorKind::Unsupported, say("Core", "{} was written by a newer Timonier (format {}; this one knows {})", toUtf8(file), version, schemaVersion),
                    say("Core", "Use that Timonier; the file was not changed"));
    return database.write<void>([](Connection &connection) -> Result<> {
        const int now = TRY(versionOf(connection)); // another process may have been faster
        if (now < 1)
            TRY(runAll(connection, versionOne));
        if (now < 2)
            TRY(runAll(connection, versionTwo));
        return {};
    });
}

} // namespace

Result<OpenedDatabase> openJournal(const std::filesystem::path &file)
{
    OpenedDatabase opened;
    auto first = Database::open(file);
    if (first) {
        opened.database = std::move(*first);
        TRY(prepare(*opened.database, file));
        return opened;
    }
    if (first.error().kind != ErrorKind::Protocol)
        return std::unexpected(std::move(first).error());
    const std::filesystem::path kept = TRY(setAside(file));
    opened.database = TRY(Database::open(file));
    TRY(prepare(*opened.database, file));
    const std::size_t saved = TRY(salvage(kept, *opened.database));
    opened.notice = say("Core", "{} was damaged: {} of its rows could be read and were kept; the damaged file is {}", toUtf8(file), saved, toUtf8(kept));
    return opened;
}

} // namespace timonier::plan
