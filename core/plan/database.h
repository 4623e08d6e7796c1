// The SQLite file, on one thread of its own (QSqlDatabase is bound to a thread). Any thread may call; each call waits until its work is
// on the disk (WAL, synchronous=FULL).
#pragma once

#include "base/result.h"
#include "base/worker.h"

#include <QVariantList>

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace timonier::plan {

// Only inside Database::read() and write().
class Connection
{
public:
    // Io: the disk is full, the file cannot be read or written, another process holds it for too long. Protocol: the file is damaged.
    Result<std::vector<QVariantList>> rows(const char *sql, const QVariantList &values = {});
    Result<std::int64_t> run(const char *sql, const QVariantList &values = {}); // the id of the row that was inserted last

private:
    friend class Database;
    QString m_name;
    std::string m_file;
};

QVariant value(std::string_view text);
std::string text(const QVariant &value);

class Database
{
public:
    // Opens or makes the file; nothing of its content is looked at but that it is whole. Protocol: it is damaged, or no SQLite file; Io.
    static Result<std::unique_ptr<Database>> open(const std::filesystem::path &file);
    ~Database();

    template <class T>
    Result<T> read(std::move_only_function<Result<T>(Connection &)> work)
    {
        return onThread<T>(std::move(work));
    }
    // All of it or nothing.
    template <class T>
    Result<T> write(std::move_only_function<Result<T>(Connection &)> work)
    {
        return onThread<T>([work = std::move(work)](Connection &connection) mutable -> Result<T> {
            TRY(connection.run("BEGIN IMMEDIATE"));
            Result<T> done = work(connection);
            if (done) {
                auto committed = connection.run("COMMIT");
                if (committed)
                    return done;
                done = std::unexpected(std::move(committed).error());
            }
            (void)connection.run("ROLLBACK"); // SQLite may have done so itself
            return done;
        });
    }

private:
    Database() : m_worker("journal") {}
    Result<> connect(const std::filesystem::path &file);

    template <class T>
    Result<T> onThread(std::move_only_function<Result<T>(Connection &)> work)
    {
        std::mutex mutex;
        std::condition_variable ready;
        std::optional<Result<T>> answer;
        m_worker.post([&] {
            auto result = work(m_connection);
            const std::scoped_lock lock(mutex);
            answer.emplace(std::move(result));
            ready.notify_one(); // under the lock: the waiter's stack goes once it has the answer
        });
        std::unique_lock lock(mutex);
        ready.wait(lock, [&] { return answer.has_value(); });
        return std::move(*answer);
    }

    Connection m_connection; // the journal thread's
    Worker m_worker;
};

} // namespace timonier::plan
