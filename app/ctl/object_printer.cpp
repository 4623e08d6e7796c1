#include "ctl/object_printer.h"

#include "kube/fetch.h"
#include "kube/framer.h"
#include "manifest/object.h"
#include "manifest/yaml_writer.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace timonier::ctl {

namespace {

using Json = nlohmann::ordered_json; // the server's order of keys is the one people know

std::string asJson(const Json &object) { return object.dump(4, ' ', false, Json::error_handler_t::replace); }

void write(std::FILE *out, std::string_view text) { std::fwrite(text.data(), 1, text.size(), out); }

// Text with each line but the first moved to the right.
std::string indented(std::string_view text, std::string_view by)
{
    std::string out;
    for (std::size_t end = 0; (end = text.find('\n')) != std::string_view::npos; text.remove_prefix(end + 1))
        out.append(text.substr(0, end + 1)).append(by);
    return out.append(text);
}

} // namespace

Result<> printObject(std::FILE *out, std::string_view json, ObjectFormat format)
{
    const Json object = TRY(readObject(json));
    write(out, format == ObjectFormat::Json ? asJson(object) + "\n" : yamlText(object));
    return {};
}

Result<> printObjects(std::FILE *out, const Target &target, ObjectFormat format, std::stop_token stop)
{
    const bool json = format == ObjectFormat::Json;
    ListFramer framer;
    bool first = true;
    std::optional<Error> unreadable; // does not keep the others from being printed
    const auto item = [&](std::string_view bytes) {
        Result<Json> read = readObject(bytes, target.kind.resource.kind);
        if (!read) {
            unreadable = std::move(read).error().with("object", std::to_string(framer.elements()));
            return;
        }
        const Json &object = *read;
        if (!target.names.empty() && object.contains("metadata") &&
            std::ranges::find(target.names, object["metadata"].value("name", std::string())) == target.names.end())
            return;
        // The items of a list do not say what they are; on their own they must.
        Json whole = {{"apiVersion", target.kind.resource.apiVersion()}, {"kind", target.kind.resource.kind}};
        whole.update(object);
        if (first)
            write(out, json ? "{\n    \"apiVersion\": \"v1\",\n    \"items\": [\n        " : "apiVersion: v1\nitems:\n- ");
        else
            write(out, json ? ",\n        " : "- ");
        first = false;
        write(out, json ? indented(asJson(whole), "        ") : yamlText(whole, 2));
    };
    const auto drain = [&]() -> Result<> {
        while (const std::optional<std::string_view> next = TRY(framer.next()))
            item(*next);
        return {};
    };
    TRY(stream(*target.connection.transport, {.path = listPath(target.kind, target.scope, {Freshness::MostRecent, {}})},
               stop, [&](std::string_view bytes) -> Result<> {
                   framer.append(bytes);
                   return drain();
               }));
    framer.close();
    TRY(drain());
    if (first)
        write(out, json ? "{\n    \"apiVersion\": \"v1\",\n    \"items\": [" : "apiVersion: v1\nitems: []\n");
    write(out, json ? "\n    ],\n    \"kind\": \"List\"\n}\n" : "kind: List\n");
    if (unreadable)
        return std::unexpected(std::move(*unreadable));
    return {};
}

} // namespace timonier::ctl
