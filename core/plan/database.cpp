#include "plan/database.h"

#include "base/paths.h"
#include "base/say.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QSqlRecord>

namespace timonier::plan {

namespace {

// Result codes of sqlite3.h.
enum Code { Busy = 5, IoError = 10, Corrupt = 11, Full = 13, CannotOpen = 14, ReadOnly = 8, NotADatabase = 26 };

Error problem(const QSqlError &error, const std::string &file)
{
    const int code = error.nativeErrorCode().toInt() & 0xff; // without what SQLite adds to be more exact
    const std::string said = error.databaseText().isEmpty() ? error.driverText().toStdString() : error.databaseText().toStdString();
    switch (code) {
    case Full:
        return {.kind = ErrorKind::Io, .message = say("Core", "the disk is full: {} cannot be written", file),
                .hint = say("Core", "Make room, then resume: what was written before is there")};
    case Corrupt:
    case NotADatabase:
        return {.kind = ErrorKind::Protocol, .message = say("Core", "{} is damaged ({})", file, said)};
    case Busy:
        return {.kind = ErrorKind::Io, .message = say("Core", "{} is held by another program", file), .hint = say("Core", "End it, then try again")};
    case IoError:
    case CannotOpen:
    case ReadOnly:
        return {.kind = ErrorKind::Io, .message = say("Core", "{} cannot be read or written ({})", file, said),
                .hint = say("Core", "Is its folder writable, and the disk not full?")};
    default:
        return {.kind = ErrorKind::Internal, .message = say("Core", "{} does not take what was to be written ({})", file, said)};
    }
}

} // namespace

QVariant value(std::string_view text)
{
    if (text.empty())
        return QStringLiteral(""); // a null string would be bound as NULL
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

std::string text(const QVariant &value) { return value.toString().toStdString(); }

Result<std::vector<QVariantList>> Connection::rows(const char *sql, const QVariantList &values)
{
    QSqlQuery query(QSqlDatabase::database(m_name));
    query.setForwardOnly(true);
    if (!query.prepare(QString::fromLatin1(sql)))
        return std::unexpected(problem(query.lastError(), m_file));
    for (const QVariant &one : values)
        query.addBindValue(one);
    if (!query.exec())
        return std::unexpected(problem(query.lastError(), m_file));
    std::vector<QVariantList> rows;
    const int columns = int(query.record().count());
    while (query.next()) {
        QVariantList &row = rows.emplace_back();
        for (int i = 0; i < columns; ++i)
            row << query.value(i);
    }
    if (query.lastError().isValid()) // next() is false at the end, and in front of a damaged page
        return std::unexpected(problem(query.lastError(), m_file));
    return rows;
}

Result<std::int64_t> Connection::run(const char *sql, const QVariantList &values)
{
    QSqlQuery query(QSqlDatabase::database(m_name));
    if (!query.prepare(QString::fromLatin1(sql)))
        return std::unexpected(problem(query.lastError(), m_file));
    for (const QVariant &one : values)
        query.addBindValue(one);
    if (!query.exec())
        return std::unexpected(problem(query.lastError(), m_file));
    return query.lastInsertId().toLongLong();
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path &file)
{
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    std::unique_ptr<Database> database(new Database);
    TRY(database->onThread<void>([&](Connection &) { return database->connect(file); }));
    return database;
}

Result<> Database::connect(const std::filesystem::path &file)
{
    m_connection.m_file = toUtf8(file);
    m_connection.m_name = QStringLiteral("timonier-plan-%1").arg(reinterpret_cast<quintptr>(this), 0, 16);
    QSqlDatabase connection = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_connection.m_name);
    if (!connection.isValid())
        return fail(ErrorKind::Unsupported, say("Core", "Qt's driver for SQLite is not installed"), say("Core", "Install the package libqt6sql6-sqlite"));
    connection.setDatabaseName(QString::fromStdString(toUtf8(file)));
    connection.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=10000"));
    if (!connection.open())
        return std::unexpected(problem(connection.lastError(), m_connection.m_file));
    for (const char *pragma : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON"})
        TRY(m_connection.rows(pragma));
    const auto report = TRY(m_connection.rows("PRAGMA quick_check(1)"));
    if (report.empty() || report.front().front() != QLatin1String("ok"))
        return fail(ErrorKind::Protocol, say("Core", "{} is damaged ({})", toUtf8(file), report.empty() ? "" : text(report.front().front())));
    return {};
}

Database::~Database()
{
    (void)onThread<void>([](Connection &connection) -> Result<> {
        QSqlDatabase::removeDatabase(connection.m_name);
        return {};
    });
}

} // namespace timonier::plan
