// From a log line as the container wrote it to text that can be shown: the stamp before it, escape sequences and control
// characters, which must do nothing to a window. Pure.
#pragma once

#include <QDate>
#include <QString>

#include <compare>
#include <cstdint>
#include <string_view>

namespace timonier {

// "2026-11-22T07:30:00.123456789Z text", as readLog() gives it with timestamps; without a stamp all of it is text.
struct StampedLine {
    std::string_view stamp;
    std::string_view text;
};
StampedLine splitStamp(std::string_view line);

// A stamp that can be ordered: fractions have no trailing zeros, so that their text cannot.
struct LogMoment {
    std::int64_t seconds = 0; // Unix
    std::int32_t nanos = 0;
    auto operator<=>(const LogMoment &) const = default;
};
LogMoment momentOf(std::string_view stamp);

// Local time: "07:30:00.123" today, "11-21 07:30:00" else.
QString shortTime(std::string_view stamp, QDate today);
// Local time with its date, for a tool tip.
QString wholeTime(std::string_view stamp);

// Characters of a line that are shown; the note says how many are not.
constexpr qsizetype mostShown = 4000;

// Without ANSI escape sequences; control characters as their pictures ("␀"), those that turn the writing direction as "·";
// cut after mostShown.
QString shownText(std::string_view text);

} // namespace timonier
