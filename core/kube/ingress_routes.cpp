#include "kube/ingress_routes.h"

#include "base/say.h"
#include "kube/json.h"

namespace timonier {

namespace {

void readBackend(Json &json, IngressRoute &route)
{
    json.fields([&](std::string_view key) {
        if (key != "service")
            return;
        json.fields([&](std::string_view field) {
            if (field == "name") {
                route.service = json.text();
            } else if (field == "port") {
                json.fields([&](std::string_view part) {
                    if (part == "name" && json.ahead() == '"')
                        route.port = json.text();
                    else if (part == "number")
                        route.port = std::to_string(json.integer());
                });
            }
        });
    });
}

void readRule(Json &json, std::vector<IngressRoute> &out)
{
    std::string host;
    const std::size_t first = out.size();
    json.fields([&](std::string_view key) {
        if (key == "host") {
            host = json.text();
        } else if (key == "http") {
            json.fields([&](std::string_view field) {
                if (field != "paths")
                    return;
                json.elements([&] {
                    IngressRoute route;
                    json.fields([&](std::string_view part) {
                        if (part == "path")
                            route.path = json.text();
                        else if (part == "backend")
                            readBackend(json, route);
                    });
                    out.push_back(std::move(route));
                });
            });
        }
    });
    for (std::size_t i = first; i < out.size(); ++i)
        out[i].host = host;
}

void readIngress(Json &json, IngressRoutes &ingress)
{
    std::vector<IngressRoute> fallback;
    json.fields([&](std::string_view key) {
        if (key == "metadata") {
            json.fields([&](std::string_view field) {
                if (field == "name")
                    ingress.name = json.text();
            });
        } else if (key == "spec") {
            json.fields([&](std::string_view field) {
                if (field == "rules")
                    json.elements([&] { readRule(json, ingress.routes); });
                else if (field == "defaultBackend" && json.ahead() == '{')
                    readBackend(json, fallback.emplace_back());
            });
        }
    });
    ingress.routes.insert(ingress.routes.end(), fallback.begin(), fallback.end());
}

} // namespace

Result<std::vector<IngressRoutes>> readIngressRoutes(std::string_view text)
{
    JsonParser parser;
    Json json = TRY(parser.parseCopy(text));
    std::vector<IngressRoutes> all;
    const bool isObject = json.ahead() == '{';
    json.fields([&](std::string_view key) {
        if (key == "items")
            json.elements([&] { readIngress(json, all.emplace_back()); });
    });
    if (!isObject || json.failed())
        return fail(ErrorKind::Protocol, say("Core", "The server sent an object that is not JSON"));
    return all;
}

} // namespace timonier
