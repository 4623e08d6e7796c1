#include "provision/kubeadm/containerd_config.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace timonier::kubeadm {

namespace {

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \t\r");
    return begin == text.npos ? std::string_view() : text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

// A table's name however it is quoted: [plugins."io.containerd.grpc.v1.cri".cni], [plugins.'…'.cni].
std::string tableName(std::string_view line)
{
    std::string name;
    for (const char c : line.substr(1, line.find(']') == line.npos ? line.size() - 1 : line.rfind(']') - 1))
        if (c != '"' && c != '\'' && c != ' ')
            name += c;
    return name;
}

std::string keyOf(std::string_view line)
{
    const std::size_t equals = line.find('=');
    return equals == line.npos || line.starts_with('#') ? std::string() : std::string(trimmed(line.substr(0, equals)));
}

struct Lines {
    std::vector<std::string> all{};

    explicit Lines(std::string_view text)
    {
        while (!text.empty()) {
            const std::size_t end = text.find('\n');
            all.emplace_back(text.substr(0, end));
            text.remove_prefix(end == text.npos ? text.size() : end + 1);
        }
    }
    std::string text() const
    {
        std::string out;
        for (const std::string &line : all)
            out += line + "\n";
        return out;
    }
    // The lines of a table, without its head: [first, last). `table` empty: the root. None: first is npos.
    std::pair<std::size_t, std::size_t> range(const std::string &table) const
    {
        std::size_t first = table.empty() ? 0 : std::string::npos;
        for (std::size_t i = 0; i < all.size(); ++i) {
            const std::string_view line = trimmed(all[i]);
            if (!line.starts_with('['))
                continue;
            if (first != std::string::npos)
                return {first, i};
            if (tableName(line) == table)
                first = i + 1;
        }
        return {first, all.size()};
    }
    std::size_t find(const std::string &table, const std::string &key) const
    {
        const auto [first, last] = range(table);
        for (std::size_t i = first; first != std::string::npos && i < last; ++i)
            if (keyOf(trimmed(all[i])) == key)
                return i;
        return std::string::npos;
    }
    // `head`: the table as it is to be written where it is not there.
    void set(const std::string &head, const std::string &key, const std::string &value)
    {
        const std::string table = head.empty() ? std::string() : tableName(head);
        if (const std::size_t at = find(table, key); at != std::string::npos) {
            const std::string indent = all[at].substr(0, std::min(all[at].find_first_not_of(" \t"), all[at].size()));
            std::size_t end = at; // an array over several lines
            if (const std::string_view was = trimmed(all[at]); was.find('[') != was.npos && was.find(']') == was.npos)
                while (end + 1 < all.size() && all[end].find(']') == std::string::npos)
                    ++end;
            all.erase(all.begin() + static_cast<std::ptrdiff_t>(at) + 1, all.begin() + static_cast<std::ptrdiff_t>(end) + 1);
            all[at] = indent + key + " = " + value;
            return;
        }
        const auto [first, last] = range(table);
        const std::string line = (table.empty() ? "" : "  ") + key + " = " + value;
        if (first != std::string::npos) {
            const std::size_t at = table.empty() ? last : first;
            all.insert(all.begin() + static_cast<std::ptrdiff_t>(at), line);
            return;
        }
        all.insert(all.end(), {"", head, line});
    }
};

// disabled_plugins without what disables the CRI.
std::string enabled(std::string_view value)
{
    std::string out;
    for (std::string_view rest = value; !rest.empty();) {
        const std::size_t open = rest.find_first_of("\"'");
        if (open == rest.npos)
            break;
        const std::size_t close = rest.find(rest[open], open + 1);
        if (close == rest.npos)
            break;
        const std::string_view plugin = rest.substr(open + 1, close - open - 1);
        if (plugin != "cri" && plugin != "io.containerd.grpc.v1.cri" && !plugin.starts_with("io.containerd.cri.v1"))
            out += (out.empty() ? "\"" : ", \"") + std::string(plugin) + "\"";
        rest.remove_prefix(close + 1);
    }
    return "[" + out + "]";
}

} // namespace

int configVersion(std::string_view toml)
{
    const Lines lines(toml);
    const std::size_t at = lines.find({}, "version");
    int version = 1;
    if (at != std::string::npos) {
        const std::string_view value = trimmed(std::string_view(lines.all[at]).substr(lines.all[at].find('=') + 1));
        std::from_chars(value.data(), value.data() + value.size(), version);
    }
    return version;
}

std::string withKubernetes(std::string_view toml, const ContainerdWish &wish)
{
    Lines lines(toml);
    const bool third = configVersion(toml) >= 3;
    if (const std::size_t at = lines.find({}, "disabled_plugins"); at != std::string::npos) {
        std::string value = lines.all[at].substr(lines.all[at].find('=') + 1);
        for (std::size_t i = at + 1; value.find(']') == std::string::npos && i < lines.all.size(); ++i)
            value += lines.all[i];
        lines.set({}, "disabled_plugins", enabled(value));
    }
    const std::string runtime = third ? "plugins.'io.containerd.cri.v1.runtime'" : "plugins.\"io.containerd.grpc.v1.cri\"";
    // Without it a table of our own would stand for the whole of runc's.
    lines.set("[" + runtime + ".containerd.runtimes.runc]", "runtime_type", third ? "'io.containerd.runc.v2'" : "\"io.containerd.runc.v2\"");
    lines.set("[" + runtime + ".containerd.runtimes.runc.options]", "SystemdCgroup", "true");
    if (!wish.pluginFolder.empty()) {
        if (third && lines.find(tableName("[" + runtime + ".cni]"), "bin_dirs") != std::string::npos)
            lines.set("[" + runtime + ".cni]", "bin_dirs", "['" + wish.pluginFolder + "']");
        else
            lines.set("[" + runtime + ".cni]", "bin_dir", "\"" + wish.pluginFolder + "\"");
    }
    if (!wish.pause.empty()) {
        if (third)
            lines.set("[plugins.'io.containerd.cri.v1.images'.pinned_images]", "sandbox", "'" + wish.pause + "'");
        else
            lines.set("[plugins.\"io.containerd.grpc.v1.cri\"]", "sandbox_image", "\"" + wish.pause + "\"");
    }
    return lines.text();
}

} // namespace timonier::kubeadm
