// The object that a person looks at: where it lives, what it is, and the row it was chosen by. Plain value.
#pragma once

#include "kube/object_ref.h"
#include "ui/models/cluster_opener.h"
#include "ui/models/supplement.h"

#include <memory>
#include <optional>

namespace timonier {

struct Subject {
    std::shared_ptr<OpenCluster> cluster;
    KindSpec kind;
    RowPtr row;              // the newest that is known; null: nothing is chosen
    bool gone = false;       // it was deleted while it was looked at
    std::optional<Remark> remark{};

    explicit operator bool() const { return cluster && row; }
    bool sameObject(const Subject &other) const
    {
        return cluster == other.cluster && kind.resource == other.kind.resource && row && other.row && row->uid == other.row->uid;
    }
    ObjectRef ref() const { return {kind.resource.group, kind.resource.kind, std::string(row->ns), std::string(row->name)}; }
};

} // namespace timonier
