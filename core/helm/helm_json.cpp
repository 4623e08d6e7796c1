#include "helm/helm_json.h"

#include "base/say.h"

#include <nlohmann/json.hpp>

#include <charconv>

namespace timonier::helm {

namespace {

using Json = nlohmann::json;

std::unexpected<Error> junk() { return fail(ErrorKind::Protocol, say("Core", "helm printed something that cannot be understood"), say("Core", "A plugin or a wrapper of helm may print more than its JSON.")); }

std::string textOf(const Json &object, const char *key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// `helm list` has revisions as texts, `helm history` as numbers.
int numberOf(const Json &object, const char *key)
{
    const auto found = object.find(key);
    if (found == object.end())
        return 0;
    if (found->is_number_integer())
        return found->get<int>();
    int number = 0;
    const std::string text = textOf(object, key);
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// "my-2-app-1.0.0-rc.1": the version begins at the first dash before digits and a dot.
void splitChart(const std::string &both, Release &into)
{
    into.chart = both;
    for (std::size_t dash = both.find('-'); dash != std::string::npos; dash = both.find('-', dash + 1)) {
        std::size_t end = dash + 1 + (both.substr(dash + 1, 1) == "v" ? 1 : 0);
        const std::size_t digits = end;
        while (end < both.size() && both[end] >= '0' && both[end] <= '9')
            ++end;
        if (end > digits && end < both.size() && both[end] == '.') {
            into.chart = both.substr(0, dash);
            into.chartVersion = both.substr(dash + 1);
            return;
        }
    }
}

Release rowOf(const Json &json)
{
    Release release{.name = {textOf(json, "namespace"), textOf(json, "name")}, .revision = numberOf(json, "revision"), .status = textOf(json, "status"),
                    .appVersion = textOf(json, "app_version"), .updated = textOf(json, "updated"), .description = textOf(json, "description")};
    splitChart(textOf(json, "chart"), release);
    return release;
}

} // namespace

Result<std::vector<Release>> readReleases(const std::string &json)
{
    const Json root = Json::parse(json, nullptr, false);
    if (!root.is_array())
        return junk();
    std::vector<Release> releases;
    for (const Json &one : root) {
        if (!one.is_object() || textOf(one, "name").empty())
            return junk();
        releases.push_back(rowOf(one));
    }
    return releases;
}

Result<std::vector<Release>> readHistory(const ReleaseName &release, const std::string &json)
{
    const Json root = Json::parse(json, nullptr, false);
    if (!root.is_array())
        return junk();
    std::vector<Release> revisions;
    for (const Json &one : root) {
        if (!one.is_object() || numberOf(one, "revision") == 0)
            return junk();
        revisions.push_back(rowOf(one));
        revisions.back().name = release;
    }
    std::ranges::sort(revisions, {}, &Release::revision);
    return revisions;
}

Result<Release> readInstalled(const std::string &json)
{
    const Json root = Json::parse(json, nullptr, false);
    if (!root.is_object() || textOf(root, "name").empty() || !root.contains("info") || !root["info"].is_object())
        return junk();
    const Json &info = root["info"];
    Release release{.name = {textOf(root, "namespace"), textOf(root, "name")}, .revision = numberOf(root, "version"), .status = textOf(info, "status"), .updated = textOf(info, "last_deployed"),
                    .description = textOf(info, "description"), .notes = textOf(info, "notes")};
    if (root.contains("chart") && root["chart"].is_object() && root["chart"].contains("metadata") && root["chart"]["metadata"].is_object()) {
        const Json &metadata = root["chart"]["metadata"];
        release.chart = textOf(metadata, "name");
        release.chartVersion = textOf(metadata, "version");
        release.appVersion = textOf(metadata, "appVersion");
    }
    return release;
}

std::vector<std::string> readKept(const std::string &text)
{
    std::vector<std::string> kept;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        if (text[begin] == '[')
            kept.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return kept;
}

} // namespace timonier::helm
