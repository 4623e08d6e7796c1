#include "kube/scope.h"

#include <fmt/format.h>

namespace timonier {

namespace {

// "?a=b" for the first, "&a=b" for the others; nothing for an empty value.
void addQuery(std::string &path, std::string_view key, std::string_view value)
{
    if (value.empty())
        return;
    path += path.find('?') == std::string::npos ? '?' : '&';
    path.append(key).append("=").append(percentEncoded(value));
}

std::string base(const KindSpec &kind, const Scope &scope)
{
    std::string path = kind.resource.path(scope.ns);
    if (const std::string own = kind.query(); !own.empty())
        path += "?" + own;
    addQuery(path, "labelSelector", scope.labelSelector);
    addQuery(path, "fieldSelector", scope.fieldSelector);
    return path;
}

} // namespace

std::string percentEncoded(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '.' || c == '_' || c == '~';
        if (plain)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string listPath(const KindSpec &kind, const Scope &scope, const Freshness &freshness)
{
    std::string path = base(kind, scope);
    switch (freshness.match) {
    case Freshness::Any: addQuery(path, "resourceVersion", "0"); break;
    case Freshness::NotOlderThan:
        addQuery(path, "resourceVersion", freshness.resourceVersion);
        addQuery(path, "resourceVersionMatch", "NotOlderThan");
        break;
    case Freshness::MostRecent: break;
    }
    return path;
}

std::string watchPath(const KindSpec &kind, const Scope &scope, std::string_view resourceVersion,
                      std::chrono::seconds timeout)
{
    std::string path = base(kind, scope);
    addQuery(path, "watch", "1");
    addQuery(path, "allowWatchBookmarks", "true");
    addQuery(path, "resourceVersion", resourceVersion);
    addQuery(path, "timeoutSeconds", std::to_string(timeout.count()));
    return path;
}

} // namespace timonier
