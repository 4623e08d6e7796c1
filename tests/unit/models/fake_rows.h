// Rows made up for tests of the models: pods with the columns that matter.
#pragma once

#include "kube/row.h"

#include <fmt/format.h>

#include <cstring>
#include <string>

namespace timonier {

inline const Columns &podColumns()
{
    static const Columns columns{{"ready", "READY", CellType::Fraction, 0},
                                 {"status", "STATUS", CellType::Text, 0},
                                 {"restarts", "RESTARTS", CellType::Number, 0},
                                 {"node", "NODE", CellType::Text, 1},
                                 {"age", "AGE", CellType::Time, 0}};
    return columns;
}

struct FakePod {
    std::string name;
    std::string ns = "default";
    std::string status = "Running";
    std::string node = "worker-1";
    std::string labels{};
    std::int64_t restarts = 0;
    std::int64_t created = 1'700'000'000;
    int ready = 1;
    int containers = 1;
};

// The row owns all of its text, in one block.
inline RowPtr makeRow(const Uid &uid, const FakePod &pod)
{
    auto row = std::make_shared<Row>();
    const std::string ready = fmt::format("{}/{}", pod.ready, pod.containers);
    const std::string *texts[] = {&pod.name, &pod.ns, &pod.status, &pod.node, &pod.labels, &ready};
    std::size_t size = 0;
    for (const std::string *text : texts)
        size += text->size();
    row->text = std::make_unique<char[]>(size);
    std::string_view views[6];
    char *at = row->text.get();
    for (int i = 0; i < 6; ++i) {
        std::memcpy(at, texts[i]->data(), texts[i]->size());
        views[i] = {at, texts[i]->size()};
        at += texts[i]->size();
    }
    row->uid = uid;
    row->name = views[0];
    row->ns = views[1];
    row->labels = views[4];
    row->created = pod.created;
    row->cells = {{views[5], pod.containers ? pod.ready * 1'000'000 / pod.containers : 0},
                  {views[2], 0},
                  {{}, pod.restarts},
                  {views[3], 0},
                  {{}, pod.created}};
    return row;
}

} // namespace timonier
