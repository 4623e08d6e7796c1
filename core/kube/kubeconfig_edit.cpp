#include "kube/kubeconfig_edit.h"

#include "base/paths.h"
#include "base/say.h"
#include "kube/yaml_fields.h"
#include "kube/yaml_text.h"

#include <algorithm>
#include <vector>

namespace timonier {

namespace {

constexpr const char *lists[] = {"clusters", "users", "contexts"};

std::string textOf(const YAML::Node &map, const char *field)
{
    if (!map.IsDefined() || !map.IsMap())
        return {};
    const YAML::Node node = map[field];
    return node.IsDefined() && node.IsScalar() ? node.Scalar() : std::string();
}

YAML::Node quoted(const std::string &text)
{
    YAML::Node node(text);
    node.SetTag("!"); // "yes" and "1" are names too
    return node;
}

// A kubeconfig as nodes, whose lists are there and are lists. Its members may throw YAML::Exception: called below guarded().
class Document
{
public:
    static Result<Document> read(const std::string &text, const std::string &file)
    {
        const YamlFields fields(file);
        const std::string utf8 = TRY(yamlText(text, file));
        return fields.guarded([&]() -> Result<Document> {
            std::vector<YAML::Node> all = YAML::LoadAll(utf8);
            if (all.size() > 1)
                return std::unexpected(fields.error(all[1], say("Core", "the file holds several documents, and kubectl reads only the first")));
            Document document{all.empty() ? YAML::Node() : all.front()};
            YAML::Node &root = document.m_root;
            if (root.IsNull())
                root = YAML::Node(YAML::NodeType::Map);
            if (!root.IsMap())
                return std::unexpected(fields.error(root, say("Core", "the file is not a kubeconfig: it is not a map of fields")));
            if (const std::string kind = TRY(fields.text(root, "kind")); !kind.empty() && kind != "Config")
                return std::unexpected(fields.error(root, say("Core", "the file is not a kubeconfig: its kind is {}", kind)));
            for (const char *list : lists) {
                const YAML::Node nodes = TRY(fields.list(root, list));
                if (nodes.IsDefined())
                    for (const YAML::Node &node : nodes)
                        if (!node.IsMap() || textOf(node, "name").empty())
                            return std::unexpected(fields.error(node, say("Core", "an entry of {} has no name", list)));
            }
            return document;
        });
    }

    YAML::Node find(const char *list, const std::string &name) const
    {
        const YAML::Node nodes = m_root[list];
        if (nodes.IsDefined() && nodes.IsSequence())
            for (const YAML::Node &node : nodes)
                if (textOf(node, "name") == name)
                    return node;
        return YAML::Node(YAML::NodeType::Undefined);
    }

    // Each of client-go's "one" is a field named as the list without its s.
    static YAML::Node body(const YAML::Node &entry, const char *list)
    {
        const std::string field(list, std::string_view(list).size() - 1);
        const YAML::Node node = entry.IsDefined() ? entry[field] : YAML::Node();
        return node.IsDefined() && node.IsMap() ? node : YAML::Node(YAML::NodeType::Map);
    }

    std::string of(const std::string &context, const char *field) const { return textOf(body(find("contexts", context), "contexts"), field); }
    std::string server(const std::string &context) const { return textOf(body(find("clusters", of(context, "cluster")), "clusters"), "server"); }

    // Contexts other than that one which use it.
    bool isShared(const char *field, const std::string &name, const std::string &butFor) const
    {
        const YAML::Node nodes = m_root["contexts"];
        if (nodes.IsDefined() && nodes.IsSequence())
            for (const YAML::Node &node : nodes)
                if (textOf(node, "name") != butFor && textOf(body(node, "contexts"), field) == name)
                    return true;
        return false;
    }

    void put(const char *list, const std::string &name, const YAML::Node &value)
    {
        const std::string field(list, std::string_view(list).size() - 1);
        YAML::Node entry = find(list, name);
        if (entry.IsDefined()) {
            entry[field] = value;
            return;
        }
        if (!m_root[list].IsDefined() || !m_root[list].IsSequence())
            m_root[list] = YAML::Node(YAML::NodeType::Sequence);
        m_root[list].SetStyle(YAML::EmitterStyle::Block);
        YAML::Node fresh;
        fresh["name"] = quoted(name);
        fresh[field] = value;
        m_root[list].push_back(fresh);
    }

    void drop(const char *list, const std::string &name)
    {
        YAML::Node kept(YAML::NodeType::Sequence);
        for (const YAML::Node &node : m_root[list])
            if (textOf(node, "name") != name)
                kept.push_back(node);
        m_root[list] = kept;
    }

    std::string current() const { return textOf(m_root, "current-context"); }
    void setCurrent(const std::string &name) { m_root["current-context"] = quoted(name); }

    Result<std::string> text() const
    {
        YAML::Node root = m_root;
        if (!root["apiVersion"].IsDefined())
            root["apiVersion"] = "v1";
        if (!root["kind"].IsDefined())
            root["kind"] = "Config";
        return yamlTextOf(root);
    }

    std::string theOnlyContext() const
    {
        const YAML::Node nodes = m_root["contexts"];
        return nodes.IsDefined() && nodes.IsSequence() && nodes.size() == 1 ? textOf(nodes[0], "name") : std::string();
    }

private:
    explicit Document(YAML::Node root) : m_root(std::move(root)) {}
    YAML::Node m_root;
};

// Whether they say the same, however it is written. Only of maps whose keys are texts, as all here are.
bool same(const YAML::Node &left, const YAML::Node &right, int depth = 0)
{
    if (left.Type() != right.Type() || depth > 32)
        return false;
    if (left.IsScalar())
        return left.Scalar() == right.Scalar();
    if (left.size() != right.size())
        return false;
    if (left.IsSequence()) {
        for (std::size_t i = 0; i < left.size(); ++i)
            if (!same(left[i], right[i], depth + 1))
                return false;
    } else if (left.IsMap()) {
        for (const auto &pair : left) {
            const YAML::Node other = pair.first.IsScalar() ? right[pair.first.Scalar()] : YAML::Node(YAML::NodeType::Undefined);
            if (!other.IsDefined() || !same(pair.second, other, depth + 1))
                return false;
        }
    }
    return true;
}

// The files that an entry names, wherever the entry goes.
void anchorFiles(YAML::Node body, const std::filesystem::path &folder)
{
    if (folder.empty())
        return;
    const auto anchor = [&](YAML::Node map, const char *field, bool onlyPaths) {
        const std::string text = textOf(map, field);
        if (!text.empty() && (!onlyPaths || text.find('/') != text.npos) && toPath(text).is_relative())
            map[field] = quoted(toUtf8((folder / toPath(text)).lexically_normal()));
    };
    for (const char *field : {"certificate-authority", "client-certificate", "client-key", "tokenFile"})
        anchor(body, field, false);
    if (body["exec"].IsDefined() && body["exec"].IsMap())
        anchor(body["exec"], "command", true);
}

Error noContext(const std::string &name, const std::string &file)
{
    return {.kind = ErrorKind::NotFound, .message = say("Core", "there is no context {}", name), .context = {{"file", file}}};
}

// What the cluster or the user shall be called in `target`: its own name, unless that is somebody else's.
Result<std::string> freeName(const Document &target, const char *list, const char *field, const std::string &own, const YAML::Node &value, const std::string &context)
{
    for (const std::string &name : {own, context, context + "-" + field}) {
        const YAML::Node there = target.find(list, name);
        if (!there.IsDefined() || !target.isShared(field, name, context) || same(Document::body(there, list), value))
            return name;
    }
    return fail(ErrorKind::Conflict, say("Core", "the names {} and {} belong to other contexts", own, context), say("Core", "Choose another name for the context"));
}

} // namespace

Result<std::string> withContext(const std::string &text, const AddContext &what, const std::string &file)
{
    Document source = TRY(Document::read(what.from, {}));
    Document target = TRY(Document::read(text, file));
    return YamlFields(file).guarded([&]() -> Result<std::string> {
        std::string from = what.context.empty() ? source.current() : what.context;
        if (from.empty())
            from = source.theOnlyContext();
        const YAML::Node entry = source.find("contexts", from);
        if (!entry.IsDefined())
            return std::unexpected(noContext(from, {}));
        const std::string name = what.name.empty() ? from : what.name;
        const std::string itsCluster = source.of(from, "cluster"), itsUser = source.of(from, "user");
        const YAML::Node cluster = Document::body(source.find("clusters", itsCluster), "clusters");
        const YAML::Node user = Document::body(source.find("users", itsUser), "users");
        const std::string server = textOf(cluster, "server");
        if (server.empty())
            return fail(ErrorKind::Invalid, say("Core", "no server is given"));
        anchorFiles(cluster, what.folder);
        anchorFiles(user, what.folder);

        if (target.find("contexts", name).IsDefined() && !what.replace && target.server(name) != server)
            return std::unexpected(Error{.kind = ErrorKind::Conflict,
                                         .message = say("Core", "there is a context {} already, for {}", name, target.server(name)),
                                         .hint = say("Core", "Give the new one another name, or remove that one"), .context = {{"file", file}}});
        const std::string clusterName = TRY(freeName(target, "clusters", "cluster", itsCluster, cluster, name));
        const std::string userName = itsUser.empty() ? itsUser : TRY(freeName(target, "users", "user", itsUser, user, name));
        YAML::Node body = YAML::Clone(Document::body(target.find("contexts", name), "contexts")); // with the namespace chosen there
        for (const auto &pair : Document::body(entry, "contexts"))
            body[pair.first.Scalar()] = pair.second;
        body["cluster"] = quoted(clusterName);
        if (!userName.empty())
            body["user"] = quoted(userName);

        const bool isThere = same(Document::body(target.find("contexts", name), "contexts"), body) &&
                             same(Document::body(target.find("clusters", clusterName), "clusters"), cluster) &&
                             (userName.empty() || same(Document::body(target.find("users", userName), "users"), user));
        if (isThere && (!what.makeCurrent || target.current() == name))
            return text;
        target.put("clusters", clusterName, cluster);
        if (!userName.empty())
            target.put("users", userName, user);
        target.put("contexts", name, body);
        if (what.makeCurrent)
            target.setCurrent(name);
        return target.text();
    });
}

Result<std::string> withoutContext(const std::string &text, const std::string &context, const std::string &file)
{
    Document target = TRY(Document::read(text, file));
    return YamlFields(file).guarded([&]() -> Result<std::string> {
        if (!target.find("contexts", context).IsDefined())
            return text;
        const std::string cluster = target.of(context, "cluster"), user = target.of(context, "user");
        target.drop("contexts", context);
        if (!target.isShared("cluster", cluster, {}) && target.find("clusters", cluster).IsDefined())
            target.drop("clusters", cluster);
        if (!target.isShared("user", user, {}) && target.find("users", user).IsDefined())
            target.drop("users", user);
        if (target.current() == context)
            target.setCurrent({}); // kubectl would name one that is not there in every error
        return target.text();
    });
}

Result<std::string> withRenamedContext(const std::string &text, const std::string &from, const std::string &to, const std::string &file)
{
    Document target = TRY(Document::read(text, file));
    return YamlFields(file).guarded([&]() -> Result<std::string> {
        YAML::Node entry = target.find("contexts", from);
        if (!entry.IsDefined())
            return std::unexpected(noContext(from, file));
        if (from == to)
            return text;
        if (to.empty() || target.find("contexts", to).IsDefined())
            return std::unexpected(Error{.kind = ErrorKind::Conflict, .message = say("Core", "there is a context {} already", to), .context = {{"file", file}}});
        YAML::Node body = Document::body(entry, "contexts");
        for (const auto &[list, field] : {std::pair{"clusters", "cluster"}, std::pair{"users", "user"}}) {
            YAML::Node other = target.find(list, from);
            if (!other.IsDefined() || textOf(body, field) != from || target.isShared(field, from, from) || target.find(list, to).IsDefined())
                continue;
            other["name"] = quoted(to);
            body[field] = quoted(to);
        }
        entry["name"] = quoted(to);
        if (target.current() == from)
            target.setCurrent(to);
        return target.text();
    });
}

Result<bool> hasContext(const std::string &text, const std::string &context, const std::string &server, const std::string &file)
{
    const Document document = TRY(Document::read(text, file));
    return YamlFields(file).guarded([&]() -> Result<bool> {
        return document.find("contexts", context).IsDefined() && (server.empty() || document.server(context) == server);
    });
}

Result<std::string> serverOf(const std::string &text, const std::string &context, const std::string &file)
{
    const Document document = TRY(Document::read(text, file));
    return YamlFields(file).guarded([&]() -> Result<std::string> {
        const std::string name = context.empty() ? document.current() : context;
        if (!document.find("contexts", name).IsDefined())
            return std::unexpected(noContext(name, file));
        return document.server(name);
    });
}

} // namespace timonier
