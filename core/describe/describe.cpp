#include "describe/describe.h"

#include "base/say.h"

#include <nlohmann/json.hpp>

namespace timonier {

Result<Description> describe(std::string_view json, const DescribeOptions &)
{
    const auto object = nlohmann::ordered_json::parse(json, nullptr, false);
    if (!object.is_object())
        return fail(ErrorKind::Protocol, say("Core", "The server sent an object that is not JSON"));
    Description description;
    description.object.kind = object.value("kind", "");
    return description;
}

} // namespace timonier
