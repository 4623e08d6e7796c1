#include "names_only.h"

#include <simdjson.h>

std::size_t namesOnlyAvx2(std::string_view padded)
#include "names_only.inc"
