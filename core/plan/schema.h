// The tables of the journal, and what becomes of a file that is older, newer or damaged.
#pragma once

#include "plan/database.h"

#include <array>
#include <string_view>

namespace timonier::plan {

// A file of a higher version is another Timonier's: it is not touched.
inline constexpr int schemaVersion = 2;

struct TableShape {
    const char *name;
    const char *columns; // all of them, in one order
};
inline constexpr std::array tables = {
    TableShape{"run", "id, provider, target, title, spec, direction, state, begun, ended, error, hint"},
    TableShape{"step", "run, id, place, title, state, attempt, begun, ended, error, hint"},
    TableShape{"part", "n, run, step, id, title, state, reason, begun, ended"},
    TableShape{"output", "n, run, step, line"},
    TableShape{"resource", "n, target, kind, name, step, token, outside_id, state, run, at"},
    TableShape{"estimate", "provider, measure, ms, times"},
};

struct OpenedDatabase {
    std::unique_ptr<Database> database{};
    std::string notice{}; // it was damaged: what could be read, and where the damaged file is kept
};

// Opens the file and sees to its tables. Damaged: it is kept beside itself, and all that can be read of it goes to a new one.
// Errors: Unsupported (of a newer version; untouched), Io.
Result<OpenedDatabase> openJournal(const std::filesystem::path &file);

} // namespace timonier::plan
