// Only functions of this file, none of a header, are compiled for AVX2: a weak inline function that is could replace its
// baseline twin at link time, and crash an older machine.
#include "kube/json_scan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace timonier {

namespace {

struct Masks {
    std::uint64_t quote = 0;
    std::uint64_t backslash = 0;
    std::uint64_t open = 0;
    std::uint64_t close = 0;
};

using ScanState = JsonScan::State;
using Walk = const char *(*)(const char *, const char *, ScanState &, std::int64_t &, JsonScan::Brackets &, bool &);

#if defined(__x86_64__)

namespace baseline {
#define TARGET
// '{' and '[', and '}' and ']', differ in one bit only.
inline Masks masksOf(const char *bytes)
{
    Masks masks;
    for (int part = 0; part < 4; ++part) {
        const __m128i data = _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes + 16 * part));
        const __m128i folded = _mm_or_si128(data, _mm_set1_epi8(0x20));
        const auto bits = [part](__m128i equal) {
            return std::uint64_t{static_cast<std::uint32_t>(_mm_movemask_epi8(equal))} << 16 * part;
        };
        masks.quote |= bits(_mm_cmpeq_epi8(data, _mm_set1_epi8('"')));
        masks.backslash |= bits(_mm_cmpeq_epi8(data, _mm_set1_epi8('\\')));
        masks.open |= bits(_mm_cmpeq_epi8(folded, _mm_set1_epi8('{')));
        masks.close |= bits(_mm_cmpeq_epi8(folded, _mm_set1_epi8('}')));
    }
    return masks;
}
#include "kube/json_scan_walk.inc"
#undef TARGET
} // namespace baseline

namespace avx2 {
#define TARGET __attribute__((target("avx2,bmi,popcnt")))
TARGET inline std::uint64_t equalBits(__m256i low, __m256i high, char wanted)
{
    const __m256i all = _mm256_set1_epi8(wanted);
    const auto first = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, all)));
    const auto second = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, all)));
    return first | std::uint64_t{second} << 32;
}
TARGET inline Masks masksOf(const char *bytes)
{
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(bytes));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(bytes + 32));
    const __m256i fold = _mm256_set1_epi8(0x20);
    const __m256i lowFolded = _mm256_or_si256(low, fold);
    const __m256i highFolded = _mm256_or_si256(high, fold);
    return {equalBits(low, high, '"'), equalBits(low, high, '\\'), equalBits(lowFolded, highFolded, '{'),
            equalBits(lowFolded, highFolded, '}')};
}
#include "kube/json_scan_walk.inc"
#undef TARGET
} // namespace avx2

Walk bestWalk()
{
    const bool fast = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
    return fast ? avx2::walk : baseline::walk;
}

#else

namespace portable {
#define TARGET
inline Masks masksOf(const char *bytes)
{
    Masks masks;
    for (std::size_t i = 0; i < JsonScan::block; ++i) {
        const std::uint64_t bit = std::uint64_t{1} << i;
        const char c = bytes[i];
        masks.quote |= c == '"' ? bit : 0;
        masks.backslash |= c == '\\' ? bit : 0;
        masks.open |= c == '{' || c == '[' ? bit : 0;
        masks.close |= c == '}' || c == ']' ? bit : 0;
    }
    return masks;
}
#include "kube/json_scan_walk.inc"
#undef TARGET
} // namespace portable

Walk bestWalk()
{
    return portable::walk;
}

#endif

} // namespace

const char *JsonScan::pass(const char *from, const char *to, std::int64_t &depth, Brackets &brackets, bool &found)
{
    static const Walk walk = bestWalk();
    return walk(from, to, m_state, depth, brackets, found);
}

} // namespace timonier
