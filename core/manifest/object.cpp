#include "manifest/object.h"

#include "base/say.h"
#include "kube/utf8.h"

#include <nlohmann/json.hpp>

namespace timonier {

namespace {

using Json = nlohmann::ordered_json; // the server's order of keys is the one people know

// Whoever walks the tree does so by calling itself, and a thread's stack is small (1 MiB on Windows). API servers accept
// 10,000 levels; what people write has a dozen.
constexpr int deepest = 1'000;

bool isTooDeep(std::string_view json)
{
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (quoted) {
            i += c == '\\' ? 1 : 0;
            quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            if (++depth > deepest)
                return true;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

bool isSecret(const Json &object, std::string_view kind)
{
    const auto it = object.find("kind");
    return it != object.end() && it->is_string() ? it->get_ref<const std::string &>() == "Secret" : kind == "Secret";
}

} // namespace

Result<Json> readObject(std::string_view json, std::string_view kind)
{
    if (isTooDeep(json))
        return fail(ErrorKind::TooLarge, say("Core", "The object is nested too deeply to be shown"));
    Json object = Json::parse(json.begin(), json.end(), nullptr, false);
    if (object.is_discarded()) // bytes that are no UTF-8, perhaps: shown as U+FFFD, as in the rows
        object = Json::parse(mendedUtf8(json), nullptr, false);
    if (object.is_discarded() || !object.is_object())
        return fail(ErrorKind::Protocol, say("Core", "The server sent an object that is not JSON"));
    const auto metadata = object.find("metadata");
    if (metadata == object.end() || !metadata->is_object())
        return object;
    metadata->erase("managedFields");
    // Whoever asks for a Secret gets its data, once: not a second copy in the annotation that `kubectl apply` leaves.
    if (isSecret(object, kind))
        if (const auto annotations = metadata->find("annotations"); annotations != metadata->end() && annotations->is_object())
            if (const auto applied = annotations->find("kubectl.kubernetes.io/last-applied-configuration"); applied != annotations->end())
                *applied = "[redacted]";
    return object;
}

} // namespace timonier
