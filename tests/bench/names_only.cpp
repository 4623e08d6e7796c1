#include "names_only.h"

#include <simdjson.h>

std::size_t namesOnlyBaseline(std::string_view padded)
#include "names_only.inc"

std::size_t namesOnly(std::string_view padded)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        return namesOnlyAvx2(padded);
#endif
    return namesOnlyBaseline(padded);
}
