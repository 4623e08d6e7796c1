#include "plan/salvage.h"

#include "plan/schema.h"

#include "base/paths.h"
#include "base/say.h"

#include <QDateTime>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QSqlRecord>

#include <set>

namespace timonier::plan {

namespace {

// SQLite stops at the first damaged page, so each table is read from both of its ends.
std::vector<QVariantList> readable(const QSqlDatabase &database, const TableShape &table)
{
    std::vector<QVariantList> rows;
    std::set<qint64> known;
    for (const char *order : {"ASC", "DESC"}) {
        QSqlQuery query(database);
        query.setForwardOnly(true);
        query.exec(QStringLiteral("SELECT rowid, %1 FROM %2 NOT INDEXED ORDER BY rowid %3")
                       .arg(QLatin1String(table.columns), QLatin1String(table.name), QLatin1String(order)));
        while (query.next()) {
            if (!known.insert(query.value(0).toLongLong()).second)
                continue;
            QVariantList &row = rows.emplace_back();
            for (int i = 1; i < query.record().count(); ++i)
                row << query.value(i);
        }
    }
    return rows;
}

} // namespace

Result<std::filesystem::path> setAside(const std::filesystem::path &file)
{
    const std::string when = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd'T'HHmmsszzz")).toStdString();
    const std::filesystem::path kept = file.parent_path() / (file.stem().string() + "-damaged-" + when + file.extension().string());
    std::error_code error;
    for (const char *suffix : {"-wal", "-shm"}) // the latest rows may be in the first of them
        if (std::filesystem::exists(toPath(toUtf8(file) + suffix), error))
            std::filesystem::rename(toPath(toUtf8(file) + suffix), toPath(toUtf8(kept) + suffix), error);
    std::filesystem::rename(file, kept, error);
    if (error)
        return fail(ErrorKind::Io, say("Core", "{} is damaged, and cannot be moved out of the way: {}", toUtf8(file), error.message()));
    return kept;
}

Result<std::size_t> salvage(const std::filesystem::path &damaged, Database &into)
{
    return into.write<std::size_t>([&](Connection &connection) -> Result<std::size_t> {
        std::size_t saved = 0;
        const QString name = QStringLiteral("timonier-salvage");
        Result<> written;
        {
            QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name);
            database.setDatabaseName(QString::fromStdString(toUtf8(damaged)));
            database.open(); // what fails to open has no rows either
            for (const TableShape &table : tables) {
                for (const QVariantList &row : readable(database, table)) {
                    QString marks = QStringLiteral("?");
                    marks += QStringLiteral(", ?").repeated(row.size() - 1);
                    const QString sql = QStringLiteral("INSERT OR IGNORE INTO %1 (%2) VALUES (%3)").arg(QLatin1String(table.name), QLatin1String(table.columns), marks);
                    if (const auto done = connection.run(sql.toLatin1().constData(), row); !done)
                        written = std::unexpected(done.error());
                    else
                        ++saved;
                }
            }
        }
        QSqlDatabase::removeDatabase(name);
        TRY(std::move(written));
        return saved;
    });
}

} // namespace timonier::plan
