// Any bytes as the stream of a watch, cut in two ways: no crash, and both ways say the same.
#include "kube/decode.h"
#include "kube/string_pool.h"

#include <cstdlib>

using namespace timonier;

namespace {

struct Outcome {
    std::size_t changes = 0, revisions = 0;
    bool failed = false;
    bool operator==(const Outcome &) const = default;
};

Outcome decode(const KindSpec &kind, std::string_view text, std::size_t step)
{
    Outcome out;
    WatchDecoder decoder(kind, std::make_shared<StringPool>(),
                         {[&](const Change &change) {
                              if (!change.row)
                                  std::abort();
                              ++out.changes;
                          },
                          [&](std::string_view) { ++out.revisions; }});
    while (!text.empty() && !out.failed) {
        const std::string chunk(text.substr(0, step));
        text.remove_prefix(chunk.size());
        out.failed = !decoder.feed(chunk);
    }
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 2)
        return 0;
    const auto kinds = typedKinds();
    static const KindSpec table;
    const std::size_t choice = data[0] % (kinds.size() + 1);
    const KindSpec &kind = choice == kinds.size() ? table : kinds[choice];
    const std::string_view text(reinterpret_cast<const char *>(data) + 2, size - 2);
    if (decode(kind, text, SIZE_MAX) != decode(kind, text, data[1] + 1u))
        std::abort();
    return 0;
}
