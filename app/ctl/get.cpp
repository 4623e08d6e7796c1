#include "ctl/commands.h"
#include "ctl/kinds.h"
#include "ctl/object_printer.h"
#include "ctl/table_printer.h"

#include "base/nearest_name.h"
#include "base/say.h"
#include "kube/decode.h"
#include "kube/fetch.h"
#include "kube/string_pool.h"
#include "session/stats.h"

#include <QCoreApplication>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace timonier::ctl {

namespace {

struct Listing {
    std::vector<RowPtr> rows;
    std::shared_ptr<const Columns> columns;
    std::optional<Error> unreadable; // what is missing from the rows
    std::uint64_t bytes = 0;
    std::chrono::milliseconds firstRow{0};
};

// One un-paged LIST, decoded while it arrives.
Result<Listing> readRows(const Target &target, std::stop_token stop)
{
    Listing listing;
    const auto pool = std::make_shared<StringPool>();
    ListDecoder decoder(target.kind, pool, [&](RowPtr row) {
        if (listing.rows.empty())
            listing.firstRow = sinceStart();
        listing.rows.push_back(std::move(row));
    });
    const ResponseHead head =
        TRY(stream(*target.connection.transport,
                   {.path = listPath(target.kind, target.scope, {Freshness::MostRecent, {}}), .accept = target.kind.accept()},
                   stop, [&](std::string_view bytes) { return decoder.feed(bytes); }));
    for (const std::string &warning : head.warnings) // deprecations, for the most part: the server's own words
        fmt::print(stderr, "timonierctl: {}\n", say("Ctl", "the server warns: {}", warning));
    listing.unreadable = TRY(decoder.finish()).unreadable;
    listing.columns = decoder.columns();
    listing.bytes = decoder.bytes();
    return listing;
}

// A name that is not there: with the names that are, one of which was probably meant.
Error notFound(const Target &target, const std::string &missing, std::stop_token stop)
{
    Error error{.kind = ErrorKind::NotFound,
                .message = target.scope.ns.empty()
                               ? say("Ctl", "{} “{}” does not exist", target.kind.resource.fullName(), missing)
                               : say("Ctl", "{} “{}” does not exist in namespace {}", target.kind.resource.fullName(), missing,
                                     target.scope.ns)};
    Target all = target;
    all.scope.fieldSelector.clear();
    std::vector<std::string> names;
    if (const auto listing = readRows(all, stop))
        for (const RowPtr &row : listing->rows)
            names.emplace_back(row->name);
    if (const std::string near = nearestName(missing, names); !near.empty())
        error.hint = say("Ctl", "Did you mean “{}”?", near);
    return error;
}

void printStats(const Target &target, const Listing &listing)
{
    const TransportStats stats = target.connection.transport->stats();
    const nlohmann::json line = {{"rows", listing.rows.size()},
                                 {"json_bytes", listing.bytes},
                                 {"wire_bytes", stats.bytesReceived},
                                 {"connections", stats.connections},
                                 {"first_row_ms", listing.firstRow.count()},
                                 {"complete_ms", sinceStart().count()},
                                 {"cpu_ms", cpuTime().count()},
                                 {"peak_rss_kib", peakResidentKib()}};
    fmt::print(stderr, "{}\n", line.dump());
}

} // namespace

void declareGet(QCommandLineParser &parser)
{
    declareScope(parser);
    declareOutput(parser, QStringLiteral("table, wide, json, yaml, name"));
    parser.addOption({QStringLiteral("no-headers"), QCoreApplication::translate("Ctl", "Leave out the line of titles.")});
    declareStats(parser);
}

Outcome runGet(Invocation &invocation)
{
    const QString format = invocation.options.value(QStringLiteral("output"));
    const QStringList formats = {{}, QStringLiteral("table"), QStringLiteral("wide"), QStringLiteral("json"),
                                 QStringLiteral("yaml"), QStringLiteral("name")};
    if (!formats.contains(format))
        return misused(QCoreApplication::translate("Ctl", "objects cannot be printed as “%1”").arg(format));
    auto found = target(invocation);
    if (!found)
        return std::unexpected(std::move(found).error());
    const Target &what = *found;

    if (format == QLatin1String("json") || format == QLatin1String("yaml")) {
        const ObjectFormat objects = format == QLatin1String("json") ? ObjectFormat::Json : ObjectFormat::Yaml;
        if (what.names.size() == 1) {
            // One object is asked for as itself: no list around it.
            std::string path = what.kind.resource.path(what.scope.ns) + "/" + percentEncoded(what.names.front());
            auto response = fetch(*what.connection.transport, {.path = path}, invocation.stop);
            if (!response && response.error().kind == ErrorKind::NotFound)
                return failed(notFound(what, what.names.front(), invocation.stop));
            const Response body = TRY_OUTCOME(std::move(response));
            TRY_OUTCOME(printObject(stdout, body.body, objects));
            return Success;
        }
        TRY_OUTCOME(printObjects(stdout, what, objects, invocation.stop));
        return Success;
    }

    Listing listing = TRY_OUTCOME(readRows(what, invocation.stop));
    if (!what.names.empty()) {
        std::erase_if(listing.rows, [&](const RowPtr &row) {
            return std::ranges::find(what.names, row->name) == what.names.end();
        });
        for (const std::string &name : what.names)
            if (std::ranges::none_of(listing.rows, [&](const RowPtr &row) { return row->name == name; }))
                return failed(notFound(what, name, invocation.stop));
    }
    sortByName(listing.rows);
    if (format == QLatin1String("name")) {
        // As kubectl names one: "pod/web-1", "deployment.apps/web".
        const Resource &resource = what.kind.resource;
        const std::string kind = resource.group.empty() ? resource.singular : resource.singular + "." + resource.group;
        for (const RowPtr &row : listing.rows)
            fmt::print("{}/{}\n", kind, row->name);
    } else if (listing.rows.empty()) {
        fmt::print(stderr, "{}\n", what.scope.ns.empty() ? say("Ctl", "No {} found", what.kind.resource.name)
                                                       : say("Ctl", "No {} found in namespace {}", what.kind.resource.name,
                                                             what.scope.ns));
    } else {
        printTable(stdout, *listing.columns, listing.rows,
                   {.withNamespace = what.kind.resource.namespaced && what.scope.ns.empty(),
                    .priority = format == QLatin1String("wide") ? 1 : 0,
                    .header = !invocation.options.isSet(QStringLiteral("no-headers"))},
                   std::chrono::system_clock::now());
    }
    std::fflush(stdout);
    if (invocation.options.isSet(QStringLiteral("stats")))
        printStats(what, listing);
    if (listing.unreadable)
        return failed(std::move(*listing.unreadable));
    return Success;
}

} // namespace timonier::ctl
