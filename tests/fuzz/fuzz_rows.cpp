// Any object, well-formed around its content, as a row of every kind: no crash, every row shown and compared.
#include "kube/compare.h"
#include "kube/decode.h"
#include "kube/format.h"
#include "kube/string_pool.h"

#include <cstdlib>

using namespace timonier;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string object(reinterpret_cast<const char *>(data), size);
    const std::string text = R"({"items":[)" + object + "]}";
    const auto now = std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));
    for (const KindSpec &kind : typedKinds()) {
        ListDecoder decoder(kind, std::make_shared<StringPool>(), [&](const RowPtr &row) {
            for (std::size_t i = 0; i < kind.columns.size(); ++i) {
                const CellType type = kind.columns[i].type;
                if (compare(*row, *row, i, type) != 0)
                    std::abort();
                oneLine(cellText(type, row->cells.at(i), now));
            }
        });
        if (decoder.feed(text))
            (void)decoder.finish();
    }
    return 0;
}
