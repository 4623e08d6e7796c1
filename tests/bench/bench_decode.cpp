// From bytes to the live store, on one core: MB/s of frame + parse + row + store over a LIST of 10,000 pods, against a warm
// simdjson on-demand walk that reads names only on the same bytes. Prints one JSON line.
//
//   bench_decode [FILE]      FILE: a LIST of pods as a server sent it (curl -H 'Accept: application/json' …/api/v1/pods)
#include "kube/decode.h"
#include "kube/framer.h"
#include "kube/row_store.h"
#include "kube/string_pool.h"
#include "made_pods.h"
#include "names_only.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <malloc.h>
#include <time.h>

using namespace timonier;

namespace {

// One thing to measure. The runs of several take turns, and the best of each counts: on a shared machine the weather
// changes from second to second, and processor time of this thread is what the figure is about.
struct Measure {
    std::function<void()> run;
    std::function<void()> tidy = [] {};
    double best = 1e9; // seconds

    void once()
    {
        const double start = now();
        run();
        best = std::min(best, now() - start);
        tidy();
    }
    double megabytes(std::size_t bytes) const { return static_cast<double>(bytes) / 1e6 / best; }

private:
    static double now()
    {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
    }
};

} // namespace

int main(int argc, char **argv)
{
    std::string text;
    if (argc > 1) {
        std::ifstream file(argv[1], std::ios::binary);
        text.assign(std::istreambuf_iterator<char>(file), {});
    } else {
        text = madeList(10'000);
    }
    const std::size_t size = text.size();
    text.append(64, ' ');
    const std::string_view body(text.data(), size);
    const KindSpec &kind = *typedKind("pods");
    constexpr std::size_t chunk = 16u << 10; // what curl hands out

    // Memory that is given back is not fetched again from the system within the measurement.
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_MMAP_THRESHOLD, 1 << 30);

    std::size_t names = 0;
    Measure walk{[&] { names = namesOnly(body); }};
    Measure walkBaseline{[&] { names = namesOnlyBaseline(body); }};
    Measure frame{[&] {
        ListFramer framer;
        for (std::size_t i = 0; i < size; i += chunk) {
            framer.append(body.substr(i, chunk));
            while (*framer.next())
                ;
        }
    }};
    const auto decode = [&](std::function<void(RowPtr)> take) {
        ListDecoder decoder(kind, std::make_shared<StringPool>(), std::move(take));
        for (std::size_t i = 0; i < size; i += chunk) {
            if (!decoder.feed(body.substr(i, chunk)))
                std::abort();
        }
        if (!decoder.finish())
            std::abort();
    };
    std::vector<RowPtr> kept;
    std::size_t count = 0;
    Measure rows{[&] { decode([&](RowPtr row) { kept.push_back(std::move(row)); }); },
                 [&] {
                     count = kept.size();
                     kept.clear();
                 }};
    // The whole: every row goes into the store as it is made, with its indexes, as a live table does it. What the rows and
    // the store cost when they go is not part of it.
    std::optional<RowStore> store;
    Measure stored{[&] {
                       store.emplace(true);
                       store->beginList();
                       decode([&](RowPtr row) { store->put(std::move(row), true); });
                       store->endList();
                   },
                   [&] { store.reset(); }};
    for (int i = 0; i < 15; ++i) {
        walk.once();
        walkBaseline.once();
        frame.once();
        rows.once();
        stored.once();
    }
    // Memory: of the rows alone, and of the store with its indexes around them.
    const std::size_t before = mallinfo2().uordblks;
    decode([&](RowPtr row) { kept.push_back(std::move(row)); });
    const std::size_t withRows = mallinfo2().uordblks;
    store.emplace(true);
    for (const RowPtr &row : kept)
        store->put(row, true);
    const std::size_t withStore = mallinfo2().uordblks;
    const std::size_t made = std::max<std::size_t>(kept.size(), 1);
    fmt::print(R"({{"bytes":{},"pods":{},"names":{},"names_only_mb_s":{:.0f},"names_only_baseline_mb_s":{:.0f},"frame_mb_s":{:.0f},)"
               R"("rows_mb_s":{:.0f},"store_mb_s":{:.0f},"rows_ratio":{:.3f},"ratio":{:.3f},"bytes_per_row":{},"bytes_per_stored":{}}})"
               "\n",
               size, count, names, walk.megabytes(size), walkBaseline.megabytes(size), frame.megabytes(size),
               rows.megabytes(size), stored.megabytes(size), walk.best / rows.best, walk.best / stored.best,
               (withRows - before) / made, (withStore - withRows) / made);
    return 0;
}
