// Fields that all specs of AWS have, read with their line. Included by .cpp files only, as spec_reader.h is.
#pragma once

#include "cloud/aws/service.h"
#include "provision/local/cidr.h"
#include "provision/local/spec_reader.h"

#include <map>
#include <regex>
#include <string>

namespace timonier::amazon {

[[noreturn]] inline void wrong(const YAML::Node &node, std::string words) { throw local::Wrong{node.Mark(), std::move(words)}; }

inline bool matches(const std::string &text, const char *pattern) { return std::regex_match(text, std::regex(pattern)); }

// Tags, or labels: not those that are AWS' or Timonier's own.
inline std::map<std::string, std::string> pairs(const YAML::Node &node, const std::string &field, std::size_t most)
{
    std::map<std::string, std::string> all;
    local::eachField(node, field, [&](const std::string &name, const YAML::Node &value, const YAML::Node &key) {
        const std::string words = local::text(value, field);
        if (name.empty() || name.size() > 128 || words.size() > 256 || name.starts_with("aws:") || name.starts_with("timonier.dev/"))
            wrong(key, say("Core", "{} may not hold {}", field, name));
        all[name] = words;
    });
    if (all.size() > most)
        wrong(node, say("Core", "{} may hold {} at most", field, most));
    return all;
}

inline std::string region(const YAML::Node &value)
{
    std::string region = local::text(value, "region");
    if (const auto found = aws::partitionOf(region); !found)
        wrong(value, found.error().message + ". " + found.error().hint);
    return region;
}

// AWS makes no VPC of these (docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html).
inline void mayBeVpc(const YAML::Node &value, const std::string &field, const std::string &cidr)
{
    for (const char *taken : {"0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4"})
        if (local::overlap(cidr, taken))
            wrong(value, say("Core", "{} overlaps {}, of which AWS makes no network", field, taken));
}

inline std::string instanceTypeName(const YAML::Node &value, const std::string &field)
{
    std::string type = local::text(value, field);
    if (!matches(type, "[a-z][a-z0-9-]*\\.[a-z0-9-]+"))
        wrong(value, say("Core", "{} is no type of an instance; they are called t3.large", type));
    return type;
}

} // namespace timonier::amazon
