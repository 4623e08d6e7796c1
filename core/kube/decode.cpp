#include "kube/decode.h"

#include "base/say.h"
#include "kube/framer.h"
#include "kube/json.h"
#include "kube/project.h"
#include "kube/row_builder.h"
#include "kube/table.h"

#include <algorithm>

namespace timonier {

namespace {

// What both decoders do with one object: choose the reader, make the row.
class RowReader
{
public:
    RowReader(const KindSpec &kind, std::shared_ptr<StringPool> pool)
        : m_projection(projection(kind.projection)), m_builder(std::move(pool))
    {
        if (m_projection)
            m_columns = std::make_shared<const Columns>(kind.columns);
    }

    bool typed() const { return m_projection != nullptr; }
    bool ready() const { return m_columns != nullptr; }
    const std::shared_ptr<const Columns> &columns() const { return m_columns; }
    const ObjectMeta &meta() const { return m_meta; }

    void defineTable(Json &columnDefinitions)
    {
        m_table.define(columnDefinitions);
        m_columns = m_table.columns();
    }
    // A plain object where a Table was asked for.
    void defineNamed()
    {
        m_projection = projectNamed;
        m_table.defineNamed();
        m_columns = m_table.columns();
    }

    // The row of the object (or Table row) ahead; null if it does not have the shape of JSON.
    RowPtr read(Json &json)
    {
        m_meta.clear();
        m_builder.clear();
        if (m_projection)
            m_projection(json, m_meta, m_builder);
        else
            m_table.read(json, m_meta, m_builder);
        return json.failed() ? nullptr : m_builder.finish(m_columns->size());
    }

private:
    Projection m_projection;
    ServerTable m_table;
    std::shared_ptr<const Columns> m_columns;
    ObjectMeta m_meta;
    RowBuilder m_builder;
};

// What surrounds the elements, and a Status in their place.
struct Envelope {
    std::string_view kind;
    std::int64_t code = 0;
    bool namesElements = false;
    bool definesColumns = false;
    ListEnd end;
    Json::Place columnDefinitions = nullptr;

    void read(Json &json)
    {
        json.fields([&](std::string_view key) {
            if (key == "kind") {
                kind = json.text();
            } else if (key == "code") {
                code = json.integer();
            } else if (key == "items" || key == "rows") {
                namesElements = json.ahead() == 'n' || json.ahead() == '[';
            } else if (key == "columnDefinitions") {
                definesColumns = json.ahead() == '[';
                columnDefinitions = json.place();
            } else if (key == "metadata") {
                json.fields([&](std::string_view field) {
                    if (field == "resourceVersion")
                        end.resourceVersion = json.text();
                    else if (field == "remainingItemCount")
                        end.remaining = json.integer();
                    else if (field == "continue")
                        end.continueToken = json.text();
                });
            }
        });
    }
};

// What a slow moment has piled up is taken in pieces that stay in the cache, and the framer's buffer stays small.
template <class Take>
Result<> inPieces(std::string_view bytes, Take take)
{
    constexpr std::size_t piece = 64u << 10;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
        TRY(take(bytes.substr(0, piece)));
    return {};
}

std::string padded(std::string text)
{
    text.append(jsonPadding, ' ');
    return text;
}

} // namespace

struct ListDecoder::Impl {
    Impl(const KindSpec &kind, std::shared_ptr<StringPool> pool, std::function<void(RowPtr)> sink)
        : reader(kind, std::move(pool)), row(std::move(sink))
    {
    }

    // What stands before the first element decides how a kind without a projection is read.
    Result<> begin()
    {
        const std::string head = framer.rest() + "]}";
        const std::string text = padded(head);
        Json json = TRY(parser.parse(std::string_view(text).substr(0, head.size())));
        Envelope envelope;
        envelope.read(json);
        if (envelope.definesColumns) {
            json.go(envelope.columnDefinitions);
            reader.defineTable(json);
        } else if (head.ends_with("\"rows\":[]}")) {
            const std::string none = padded("[]");
            Json empty = TRY(parser.parse(std::string_view(none).substr(0, 2)));
            reader.defineTable(empty);
        } else {
            reader.defineNamed();
        }
        return {};
    }

    Result<> drain()
    {
        for (;;) {
            const auto element = TRY(framer.next());
            if (!element)
                return {};
            if (!reader.ready())
                TRY(begin());
            auto json = parser.parse(*element);
            RowPtr made = json && json->ahead() == '{' ? reader.read(*json) : nullptr;
            if (made && json->atEnd())
                row(std::move(made));
            else if (unreadable++ == 0)
                firstUnreadable = framer.elements();
        }
    }

    // One broken object must not hide thousands of good ones, for ever.
    std::optional<Error> loss() const
    {
        if (unreadable == 0)
            return {};
        return Error{.kind = ErrorKind::Protocol,
                     .message = say("Core", "objects of the list that are not well-formed JSON, and are missing: {}", unreadable),
                     .hint = say("Core", "All others are shown. Ask who runs the API server, or the proxy before it."),
                     .context = {{"first", std::to_string(firstUnreadable)}}};
    }

    ListFramer framer;
    JsonParser parser;
    RowReader reader;
    std::function<void(RowPtr)> row;
    std::uint64_t unreadable = 0;
    std::uint64_t firstUnreadable = 0;
};

ListDecoder::ListDecoder(const KindSpec &kind, std::shared_ptr<StringPool> pool, std::function<void(RowPtr)> row)
    : m_impl(std::make_unique<Impl>(kind, std::move(pool), std::move(row)))
{
}
ListDecoder::~ListDecoder() = default;

Result<> ListDecoder::feed(std::string_view bytes)
{
    return inPieces(bytes, [this](std::string_view piece) {
        m_impl->framer.append(piece);
        return m_impl->drain();
    });
}

Result<ListEnd> ListDecoder::finish()
{
    ListFramer &framer = m_impl->framer;
    framer.close();
    TRY(m_impl->drain());
    const std::string &rest = framer.rest();
    const std::string text = padded(rest);
    Json json = TRY(m_impl->parser.parse(std::string_view(text).substr(0, rest.size())));
    Envelope envelope;
    envelope.read(json);
    if (!json.atEnd())
        return fail(ErrorKind::Protocol, say("Core", "the answer is not well-formed JSON"));
    if (envelope.kind == "Status")
        return std::unexpected(statusError(static_cast<int>(envelope.code), rest));
    if (!framer.sawElements() && !envelope.namesElements && !envelope.kind.ends_with("List") && envelope.kind != "Table")
        return fail(ErrorKind::Protocol, say("Core", "the answer is not a list"));
    if (!m_impl->reader.ready() && envelope.definesColumns) {
        json.go(envelope.columnDefinitions);
        m_impl->reader.defineTable(json);
    }
    if (!m_impl->reader.ready())
        m_impl->reader.defineNamed();
    envelope.end.unreadable = m_impl->loss();
    return std::move(envelope.end);
}

std::shared_ptr<const Columns> ListDecoder::columns() const
{
    return m_impl->reader.columns();
}

std::uint64_t ListDecoder::bytes() const
{
    return m_impl->framer.bytes();
}

struct WatchDecoder::Impl {
    Impl(const KindSpec &kind, std::shared_ptr<StringPool> pool, Sink events)
        : reader(kind, std::move(pool)), sink(std::move(events))
    {
    }

    static std::unexpected<Error> broken()
    {
        return fail(ErrorKind::Protocol, say("Core", "an event of the watch is not well-formed JSON"));
    }

    Result<> line(std::string_view text)
    {
        Json json = TRY(parser.parse(text));
        std::string_view type, kind;
        std::int64_t code = 0;
        Json::Place object = nullptr;
        json.fields([&](std::string_view key) {
            if (key == "type")
                type = json.text();
            else if (key == "object")
                object = json.place();
            else if (key == "kind")
                kind = json.text();
            else if (key == "code")
                code = json.integer();
        });
        if (!json.atEnd())
            return broken();
        if (type.empty() && kind == "Status") // a refusal in place of the stream
            return std::unexpected(statusError(static_cast<int>(code), text));
        if (!object)
            return broken();
        json.go(object);
        return event(json, type, object);
    }

    Result<> event(Json &json, std::string_view type, Json::Place object)
    {
        if (type == "ERROR") {
            std::int64_t code = 0;
            json.fields([&](std::string_view key) {
                if (key == "code")
                    code = json.integer();
            });
            json.go(object);
            return std::unexpected(statusError(static_cast<int>(code), std::string(json.raw())));
        }
        if (type == "BOOKMARK")
            return bookmark(json);
        if (type != "ADDED" && type != "MODIFIED" && type != "DELETED")
            return fail(ErrorKind::Protocol, say("Core", "the watch sent an event of an unknown type"));
        const ChangeKind change = type == "DELETED" ? ChangeKind::Removed : ChangeKind::Upserted;
        if (reader.typed())
            return changed(json, change);
        return table(json, object, change);
    }

    Result<> changed(Json &json, ChangeKind change)
    {
        RowPtr row = json.ahead() == '{' ? reader.read(json) : nullptr;
        if (!row)
            return broken();
        told(reader.meta().resourceVersion);
        sink.change({change, std::move(row)});
        return {};
    }

    // The object is a Table of one row; only the first says what its columns are.
    Result<> table(Json &json, Json::Place object, ChangeKind change)
    {
        Envelope envelope;
        Json::Place rows = nullptr;
        json.fields([&](std::string_view key) {
            if (key == "kind")
                envelope.kind = json.text();
            else if (key == "rows")
                rows = json.place();
            else if (key == "columnDefinitions" && json.ahead() == '[')
                envelope.columnDefinitions = json.place();
        });
        if (envelope.kind != "Table") {
            reader.defineNamed();
            json.go(object);
            return changed(json, change);
        }
        if (envelope.columnDefinitions) {
            json.go(envelope.columnDefinitions);
            reader.defineTable(json);
        }
        if (!reader.ready() || !rows)
            return broken();
        json.go(rows);
        Result<> result;
        json.elements([&] {
            if (result)
                result = changed(json, change);
        });
        return json.failed() ? broken() : std::move(result);
    }

    // An object with nothing but a resourceVersion; as a Table, in its own metadata or in that of its row's object.
    Result<> bookmark(Json &json)
    {
        std::string_view outer, inner;
        const auto version = [&](std::string_view &out) {
            json.fields([&](std::string_view field) {
                if (field == "resourceVersion")
                    out = json.text();
            });
        };
        json.fields([&](std::string_view key) {
            if (key == "metadata") {
                version(outer);
            } else if (key == "rows") {
                json.elements([&] {
                    json.fields([&](std::string_view field) {
                        if (field != "object")
                            return;
                        json.fields([&](std::string_view part) {
                            if (part == "metadata")
                                version(inner);
                        });
                    });
                });
            }
        });
        told(orElse(outer, inner));
        return {};
    }

    void told(std::string_view resourceVersion)
    {
        if (!resourceVersion.empty())
            sink.revision(resourceVersion);
    }

    LineFramer framer;
    JsonParser parser;
    RowReader reader;
    Sink sink;
};

WatchDecoder::WatchDecoder(const KindSpec &kind, std::shared_ptr<StringPool> pool, Sink sink)
    : m_impl(std::make_unique<Impl>(kind, std::move(pool), std::move(sink)))
{
}
WatchDecoder::~WatchDecoder() = default;

Result<> WatchDecoder::feed(std::string_view bytes)
{
    return inPieces(bytes, [this](std::string_view piece) -> Result<> {
        m_impl->framer.append(piece);
        while (const auto line = TRY(m_impl->framer.next()))
            TRY(m_impl->line(*line));
        return {};
    });
}

std::shared_ptr<const Columns> WatchDecoder::columns() const
{
    return m_impl->reader.columns();
}

std::size_t WatchDecoder::unfinishedBytes() const
{
    return m_impl->framer.unfinished();
}

} // namespace timonier
