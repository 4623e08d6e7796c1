// Rows of the typed kinds from JSON, as the live store would hold them, and what a look at one of them is.
#pragma once

#include "fake_cluster.h"
#include "kube/decode.h"
#include "kube/string_pool.h"
#include "ui/models/subject.h"

namespace timonier {

inline RowPtr typedRow(const char *kind, const std::string &object)
{
    RowPtr row;
    ListDecoder decoder(*typedKind(kind), std::make_shared<StringPool>(), [&](RowPtr made) { row = std::move(made); });
    return decoder.feed("{\"items\":[" + object + "]}") && decoder.finish() ? row : nullptr;
}

// "metadata":{…} with a uid of its own for each name.
inline std::string typedMeta(const std::string &name, const std::string &labels = {})
{
    return fmt::format("\"metadata\":{{\"name\":\"{}\",\"namespace\":\"team-a\",\"uid\":\"{:08x}-0000-4000-8000-000000000000\",\"labels\":{{{}}}}}",
                       name, std::hash<std::string>{}(name) & 0xffffffff, labels);
}

inline RowPtr typedPod(const std::string &name, const std::string &labels = {}, bool ready = true)
{
    return typedRow("pods", fmt::format("{{{},\"spec\":{{\"nodeName\":\"node-1\",\"containers\":[{{\"name\":\"app\"}}]}},\"status\":{{\"phase\":"
                                        "\"Running\",\"containerStatuses\":[{{\"name\":\"app\",\"ready\":{},\"state\":{{\"running\":{{}}}}}}]}}}}",
                                        typedMeta(name, labels), ready));
}

inline RowPtr typedDeployment(const std::string &name, const std::string &labels)
{
    return typedRow("deployments", fmt::format("{{{},\"spec\":{{\"selector\":{{\"matchLabels\":{{{}}}}}}}}}", typedMeta(name), labels));
}

inline RowPtr typedService(const std::string &name, const std::string &labels)
{
    return typedRow("services", fmt::format("{{{},\"spec\":{{\"type\":\"ClusterIP\",\"clusterIP\":\"10.0.0.1\",\"selector\":{{{}}},\"ports\":"
                                            "[{{\"port\":80,\"protocol\":\"TCP\"}}]}}}}",
                                            typedMeta(name), labels));
}

inline Batch batchOf(const std::vector<RowPtr> &rows)
{
    Batch batch;
    for (const RowPtr &row : rows)
        batch.changes[row->uid] = row;
    return batch;
}

} // namespace timonier
