// From bytes to rows: the first half of the one road in. Bytes of a LIST or of a watch go in as they arrive, rows come
// out one by one; no whole body is ever held. Used on one thread at a time.
#pragma once

#include "base/result.h"
#include "kube/kind.h"
#include "kube/row.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace timonier {

// What a LIST said besides its items.
struct ListEnd {
    std::string resourceVersion;
    std::int64_t remaining = 0;    // metadata.remainingItemCount
    std::string continueToken;
    // Objects whose JSON is broken have no row; all others do. Protocol: how many they are, and what is wrong with the first.
    std::optional<Error> unreadable;
};

// Decodes the body of one LIST (of objects, or of a server-side Table when the kind has no columns of its own).
class ListDecoder
{
public:
    // `kind` decides the projection. Rows are handed to `row` in the order of the server.
    ListDecoder(const KindSpec &kind, std::shared_ptr<StringPool> pool, std::function<void(RowPtr)> row);
    ~ListDecoder();

    // Errors: Protocol (not a list; cut; not JSON at all), TooLarge (one object over the limit), or what a Status in
    // place of a list says (Gone, Forbidden …). An object that is not valid UTF-8 is shown with U+FFFD, not lost.
    Result<> feed(std::string_view bytes);
    // The body is complete. Protocol if it was cut in the middle.
    Result<ListEnd> finish();
    // The columns of the rows: the kind's own, or those the server's Table named. Complete before the first row.
    std::shared_ptr<const Columns> columns() const;
    std::uint64_t bytes() const;       // JSON read so far

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

enum class ChangeKind : std::uint8_t { Upserted, Removed };

struct Change {
    ChangeKind kind = ChangeKind::Upserted;
    RowPtr row;                        // also of a removed object: its last state
};

// Decodes the stream of one watch: newline-separated events.
class WatchDecoder
{
public:
    struct Sink {
        std::function<void(Change)> change;
        // The resourceVersion of every event and bookmark (never of a Status): where the next watch may begin.
        std::function<void(std::string_view resourceVersion)> revision;
        // BOOKMARK with the annotation k8s.io/initial-events-end is not asked for and so not told.
    };
    WatchDecoder(const KindSpec &kind, std::shared_ptr<StringPool> pool, Sink sink);
    ~WatchDecoder();

    // Errors: as of ListDecoder; an ERROR event is the error its Status says (410: Gone, 429: Throttled …).
    Result<> feed(std::string_view bytes);
    // The columns of the rows: the kind's own, or those the server's Table named (null before its first event).
    std::shared_ptr<const Columns> columns() const;
    // The stream has ended; a half line is dropped, and is not an error: the next watch begins before it.
    std::size_t unfinishedBytes() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

// What a Status object (the body of a refused request) says, as an error of the fitting kind.
Error statusError(int httpStatus, std::string_view body);

} // namespace timonier
