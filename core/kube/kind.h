// The kinds that Timonier knows by heart: their columns and the projection from JSON to a row. Every other kind the
// server has is shown through the server's own Table columns (printer columns of custom resources included).
#pragma once

#include "kube/resource.h"
#include "kube/row.h"

#include <span>
#include <string>
#include <string_view>

namespace timonier {

// The number of a pod's cell "node" once its phase is Succeeded or Failed: it takes no place on the node any more. 0 before.
constexpr std::int64_t podEnded = 1;

// How the rows of a resource are asked for and read.
struct KindSpec {
    Resource resource;
    Columns columns;               // empty: the server's Table names them
    int projection = 0;            // which typed projection reads it (project.cpp); 0: the server's Table

    bool typed() const { return projection != 0; }
    // The Accept header for LIST and WATCH.
    std::string accept() const;
    // The query to add to LIST and WATCH: "includeObject=Metadata" for Tables; empty otherwise.
    std::string query() const;
};

// Nodes, pods, services … with typed rows. Known without asking the server, so `get pods` needs no discovery.
std::span<const KindSpec> typedKinds();
// The typed kind of that plural, singular, short name or full name ("po", "deployment", "deployments.apps");
// nullptr: ask discovery.
const KindSpec *typedKind(std::string_view name);
// The spec for what discovery found: the typed one when group, version and name agree, else one read as a Table.
KindSpec kindFor(const Resource &resource);

// Rows are read by position: the index of the column with this id; columns.size() when there is none.
std::size_t cellOf(const Columns &columns, std::string_view id);
// The row's cell there; an empty one where it has none.
const Cell &cellAt(const Row &row, std::size_t index);

} // namespace timonier
