#include "manifest/yaml_reader.h"

#include "base/say.h"
#include "manifest/yaml_scalar.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <map>
#include <optional>
#include <streambuf>

namespace timonier {

namespace {

using Json = nlohmann::json;

// A stream over bytes that are there: std::istringstream would copy them.
struct Bytes final : std::streambuf {
    explicit Bytes(const std::string &text)
    {
        char *begin = const_cast<char *>(text.data()); // only read
        setg(begin, begin, begin + text.size());
    }
};

struct Stop { // leaves yaml-cpp's parser; goes no further than this file
    ErrorKind kind = ErrorKind::Invalid;
    YAML::Mark mark{};
    std::string message{}, hint{};
};

class Builder final : public YAML::EventHandler
{
public:
    explicit Builder(YamlLimits limits) : m_limits(limits) {}

    Json root{};
    YAML::Mark begin{};
    std::vector<int> itemMarks{};

    // Where in the document the reader is: "spec.containers[1].image".
    std::string field() const
    {
        std::string path;
        for (const Frame &frame : m_open) {
            if (frame.value.is_array())
                path += "[" + std::to_string(frame.value.size()) + "]";
            else if (frame.hasKey)
                path += (path.empty() ? "" : ".") + frame.key;
        }
        return path;
    }

    void OnDocumentStart(const YAML::Mark &) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) override { leaf(mark, anchor, Json()); }
    void OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor, const std::string &text) override
    {
        const bool bare = tag == "?" || (tag.size() > 1 && tag != "tag:yaml.org,2002:str");
        if (wantsKey() && bare && text == "<<") {
            m_open.back().hasKey = m_open.back().merges = true;
            m_open.back().key = text;
            return;
        }
        leaf(mark, anchor, bare ? yamlScalar(text) : Json(text));
    }
    void OnAlias(const YAML::Mark &mark, YAML::anchor_t anchor) override
    {
        const auto found = m_anchors.find(anchor);
        if (found == m_anchors.end())
            throw Stop{.mark = mark, .message = say("Core", "this alias stands within what it repeats")};
        spend(mark, found->second.nodes);
        place(mark, found->second.value);
    }
    void OnSequenceStart(const YAML::Mark &mark, const std::string &, YAML::anchor_t anchor, YAML::EmitterStyle::value) override
    {
        open(mark, anchor, Json::array());
    }
    void OnMapStart(const YAML::Mark &mark, const std::string &, YAML::anchor_t anchor, YAML::EmitterStyle::value) override
    {
        open(mark, anchor, Json::object());
    }
    void OnSequenceEnd() override { close(); }
    void OnMapEnd() override { close(); }

private:
    struct Frame {
        Json value{};
        std::string key{};
        bool hasKey = false;
        bool merges = false;            // the key is <<
        YAML::anchor_t anchor = 0;
        YAML::Mark mark{};
        std::size_t nodesBefore = 0;
        std::vector<Json> merged{};
    };
    struct Anchored {
        Json value{};
        std::size_t nodes = 0;
    };

    bool wantsKey() const { return !m_open.empty() && m_open.back().value.is_object() && !m_open.back().hasKey; }

    void spend(const YAML::Mark &mark, std::size_t nodes)
    {
        m_nodes += nodes;
        if (m_nodes > m_limits.nodes)
            throw Stop{ErrorKind::TooLarge, mark, say("Core", "the document has more than {} values, counting what its aliases repeat", m_limits.nodes), {}};
    }

    void open(const YAML::Mark &mark, YAML::anchor_t anchor, Json empty)
    {
        if (wantsKey())
            throw Stop{.mark = mark, .message = say("Core", "a key must be a text, not a list or a map")};
        if (static_cast<int>(m_open.size()) >= m_limits.depth)
            throw Stop{ErrorKind::TooLarge, mark, say("Core", "it is nested deeper than {} levels", m_limits.depth), {}};
        spend(mark, 1);
        noteItem(mark);
        m_open.push_back({.value = std::move(empty), .anchor = anchor, .mark = mark, .nodesBefore = m_nodes - 1});
        if (m_open.size() == 1)
            begin = mark;
    }

    void close()
    {
        Frame done = std::move(m_open.back());
        m_open.pop_back();
        for (Json &map : done.merged) // what the map itself says goes before; of several, the first
            for (auto &[key, value] : map.items())
                if (!done.value.contains(key))
                    done.value[key] = std::move(value);
        if (done.anchor)
            m_anchors[done.anchor] = {done.value, m_nodes - done.nodesBefore};
        put(done.mark, std::move(done.value));
    }

    void leaf(const YAML::Mark &mark, YAML::anchor_t anchor, Json value)
    {
        spend(mark, 1);
        if (anchor)
            m_anchors[anchor] = {value, 1};
        place(mark, std::move(value));
    }

    void place(const YAML::Mark &mark, Json value)
    {
        if (wantsKey())
            return takeKey(mark, std::move(value));
        noteItem(mark);
        put(mark, std::move(value));
    }

    void takeKey(const YAML::Mark &mark, Json value)
    {
        if (value.is_structured())
            throw Stop{.mark = mark, .message = say("Core", "a key must be a text, not a list or a map")};
        Frame &frame = m_open.back();
        frame.key = value.is_string() ? std::move(value.get_ref<std::string &>()) : value.dump();
        if (frame.value.contains(frame.key))
            throw Stop{.mark = mark, .message = say("Core", "the key “{}” stands here a second time", frame.key),
                       .hint = say("Core", "Only one of the two would count; take one of them out.")};
        frame.hasKey = true;
    }

    void put(const YAML::Mark &mark, Json value)
    {
        if (m_open.empty()) {
            root = std::move(value);
            return;
        }
        Frame &frame = m_open.back();
        if (frame.value.is_array()) {
            frame.value.push_back(std::move(value));
        } else if (frame.merges) {
            for (Json &one : value.is_array() ? value : Json::array({value})) {
                if (!one.is_object())
                    throw Stop{.mark = mark, .message = say("Core", "<< takes a map, or a list of maps")};
                frame.merged.push_back(one);
            }
            frame.hasKey = frame.merges = false;
        } else {
            frame.value[frame.key] = std::move(value);
            frame.hasKey = false;
        }
    }

    void noteItem(const YAML::Mark &mark)
    {
        if (m_open.size() == 2 && m_open[1].value.is_array() && m_open[0].key == "items")
            itemMarks.push_back(mark.line);
    }

    const YamlLimits m_limits;
    std::vector<Frame> m_open{};
    std::map<YAML::anchor_t, Anchored> m_anchors{};
    std::size_t m_nodes = 0;
};

// yaml-cpp's own words for a tab are about its scanner.
std::string hintAt(const std::string &text, const YAML::Mark &mark)
{
    std::size_t begin = 0;
    for (int line = 0; line < mark.line && begin != text.npos; ++line)
        begin = text.find('\n', begin) == text.npos ? text.npos : text.find('\n', begin) + 1;
    if (begin == text.npos)
        return {};
    const std::size_t end = std::min(text.find_first_not_of(" \t-", begin), text.size());
    return text.substr(begin, end - begin).find('\t') != std::string::npos ? say("Core", "The line is indented with a tab; YAML takes blanks only.") : std::string();
}

} // namespace

Result<YamlDocument> readYamlDocument(const std::string &text, const std::string &file, int firstLine, YamlLimits limits)
{
    Builder builder(limits);
    const auto wrong = [&](ErrorKind kind, const YAML::Mark &mark, const std::string &message, std::string hint) {
        const std::string field = builder.field();
        Error error{.kind = kind, .message = field.empty() ? message : field + ": " + message, .hint = hint.empty() ? hintAt(text, mark) : std::move(hint),
                    .context = {{"file", file}}};
        if (!mark.is_null()) {
            error.context.emplace_back("line", std::to_string(mark.line + firstLine));
            error.context.emplace_back("column", std::to_string(mark.column + 1));
        }
        if (!field.empty())
            error.context.emplace_back("field", field);
        return std::unexpected(std::move(error));
    };
    try {
        Bytes bytes(text);
        std::istream stream(&bytes);
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(builder))
            return YamlDocument{.line = firstLine};
    } catch (const Stop &stop) {
        return wrong(stop.kind, stop.mark, stop.message, stop.hint);
    } catch (const YAML::Exception &problem) {
        return wrong(ErrorKind::Invalid, problem.mark, problem.msg, {});
    }
    YamlDocument document{.value = std::move(builder.root), .line = builder.begin.is_null() ? firstLine : builder.begin.line + firstLine};
    for (const int line : builder.itemMarks)
        document.itemLines.push_back(line + firstLine);
    return document;
}

std::vector<YamlPiece> yamlPieces(std::string_view text)
{
    std::vector<YamlPiece> pieces;
    const auto separates = [&](std::size_t at) { // "---" alone, or with a comment, a tag or a value behind it
        return text.substr(at, 3) == "---" && (at + 3 >= text.size() || std::string_view(" \t\r\n").find(text[at + 3]) != std::string_view::npos);
    };
    const auto keep = [&](std::string_view piece, int line) {
        for (std::string_view rest = piece; !rest.empty();) { // comments and separators are no content
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            const std::string_view one = rest.substr(0, end);
            const std::size_t first = one.find_first_not_of(" \t\r");
            if (first != one.npos && one[first] != '#' && one.substr(0, one.find_last_not_of(" \t\r") + 1) != "---" && !one.starts_with("--- #")) {
                pieces.push_back({piece, line});
                return;
            }
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    };
    std::size_t begin = 0;
    int line = 1, beginLine = 1;
    for (std::size_t at = 0; at < text.size(); ++line) {
        if (at > begin && separates(at)) {
            keep(text.substr(begin, at - begin), beginLine);
            begin = at, beginLine = line;
        }
        const std::size_t end = text.find('\n', at);
        at = end == text.npos ? text.size() : end + 1;
    }
    keep(text.substr(begin), beginLine);
    return pieces;
}

} // namespace timonier
