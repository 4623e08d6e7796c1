// Any object, well-formed around its content, as a row of the kind that the first byte names: no crash, and
// each cell can be shown and compared.
#include "kube/compare.h"
#include "kube/decode.h"
#include "kube/format.h"
#include "kube/string_pool.h"

#include <cstdlib>

using namespace timonier;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 1)
        return 0;
    const KindSpec &kind = typedKinds()[data[0] % typedKinds().size()];
    const std::string object(reinterpret_cast<const char *>(data) + 1, size - 1);
    const auto now = std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));
    ListDecoder decoder(kind, std::make_shared<StringPool>(), [&](const RowPtr &row) {
        for (std::size_t i = 0; i < kind.columns.size(); ++i) {
            const CellType type = kind.columns[i].type;
            if (compare(*row, *row, i, type) != 0)
                std::abort();
            oneLine(cellText(type, row->cells.at(i), now));
        }
    });
    if (decoder.feed(R"({"items":[)" + object + "]}"))
        (void)decoder.finish();
    return 0;
}
