// A server-side Table (meta.k8s.io/v1, Accept …;as=Table): its columns, and its rows with the server's own cells. What
// every kind without a projection of its own is shown through, custom resources included.
#pragma once

#include "kube/json.h"
#include "kube/project.h"

#include <memory>
#include <vector>

namespace timonier {

class ServerTable
{
public:
    // Reads columnDefinitions, ahead. The texts of the columns live as long as columns() of them is held.
    void define(Json &json);
    // Name and age: for a server that answers with plain objects, or names no columns.
    void defineNamed();
    // Null before a define.
    const std::shared_ptr<const Columns> &columns() const { return m_columns; }
    // Reads one of `rows`: {"cells":[…],"object":{"metadata":{…}}}.
    void read(Json &json, ObjectMeta &meta, RowBuilder &row) const;

private:
    enum class Source { Text, Integer, Real, Created, Since };
    struct Owner;
    void cell(Json &json, Source source, RowBuilder &row) const;

    std::shared_ptr<const Columns> m_columns;
    std::vector<Source> m_sources;
    bool m_named = false;
};

} // namespace timonier
