#include "kube/kubeconfig_file.h"

#include "base/paths.h"
#include "base/say.h"
#include "kube/yaml_fields.h"

#include <QFile>

#include <algorithm>

namespace timonier {

namespace {

constexpr std::size_t maxFile = 4u << 20;

class FileParser
{
public:
    explicit FileParser(const std::string &path)
        : m_yaml(path), m_folder(std::filesystem::absolute(toPath(path)).parent_path())
    {
        m_file.path = path;
    }

    Result<KubeconfigFile> parse(const YAML::Node &root)
    {
        if (!root.IsDefined() || root.IsNull())
            return std::move(m_file); // an empty file is a kubeconfig without contexts
        const auto notOne = [&](std::string message) {
            return std::unexpected(
                m_yaml.error(root, std::move(message), say("Core", "See whether KUBECONFIG names the right file")));
        };
        if (!root.IsMap())
            return notOne(say("Core", "the file is not a kubeconfig: it is not a map of fields"));
        if (const std::string kind = TRY(m_yaml.text(root, "kind")); !kind.empty() && kind != "Config")
            return notOne(say("Core", "the file is not a kubeconfig: its kind is {}", kind));
        if (const std::string version = TRY(m_yaml.text(root, "apiVersion")); !version.empty() && version != "v1")
            return notOne(say("Core", "the file is a kubeconfig of version {}, and only v1 is known", version));
        m_file.currentContext = TRY(m_yaml.text(root, "current-context"));
        entries(root, "clusters", "cluster", m_file.clusters, &FileParser::cluster);
        entries(root, "users", "user", m_file.users, &FileParser::user);
        entries(root, "contexts", "context", m_file.contexts, &FileParser::context);
        return std::move(m_file);
    }

private:
    template <class T>
    void entries(const YAML::Node &root, const char *list, const char *field, std::vector<Named<T>> &into,
                 Result<T> (FileParser::*read)(const YAML::Node &) const)
    {
        const auto nodes = m_yaml.guarded([&] { return m_yaml.list(root, list); });
        if (!nodes)
            m_file.problems.push_back(nodes.error());
        if (!nodes || !nodes->IsDefined())
            return;
        for (const YAML::Node &node : *nodes) {
            const auto name = m_yaml.guarded([&]() -> Result<std::string> {
                std::string text = node.IsMap() ? TRY(m_yaml.text(node, "name")) : std::string();
                if (text.empty())
                    return std::unexpected(m_yaml.error(node, say("Core", "an entry of {} has no name", list)));
                return text;
            });
            if (!name) {
                m_file.problems.push_back(name.error());
                continue;
            }
            if (std::ranges::any_of(into, [&](const Named<T> &other) { return other.name == *name; })) {
                m_file.problems.push_back(m_yaml.error(
                    node, say("Core", "{} has two entries named {}: the first one is used", list, *name),
                    say("Core", "Remove one of them: kubectl refuses the whole file")));
                continue;
            }
            Named<T> entry{.name = *name};
            auto value = m_yaml.guarded([&]() -> Result<T> {
                const YAML::Node body = TRY(m_yaml.map(node, field));
                return (this->*read)(body.IsDefined() ? body : YAML::Node(YAML::NodeType::Map));
            });
            if (value)
                entry.value = std::move(*value);
            else
                entry.problem = std::move(value).error().because(say("Core", "the {} {} cannot be used", field, *name));
            into.push_back(std::move(entry));
        }
    }

    // The file a field names, absolute; relative names start from the kubeconfig's own folder.
    Result<std::string> fileName(const YAML::Node &map, const char *field) const
    {
        const std::string text = TRY(m_yaml.text(map, field));
        return text.empty() ? text : absolute(text);
    }
    std::string absolute(const std::string &text) const { return toUtf8((m_folder / toPath(text)).lexically_normal()); }

    // The PEM in base64.
    Result<std::string> pem(const YAML::Node &map, const char *field) const
    {
        std::string text = TRY(m_yaml.data(map, field));
        if (!text.empty() && text.find("-----BEGIN ") == text.npos)
            return std::unexpected(m_yaml.error(map[field], say("Core", "{} holds no PEM", field),
                                                say("Core", "It must be the base64 of a file with a BEGIN line")));
        return text;
    }

    Result<ContextEntry> context(const YAML::Node &map) const
    {
        ContextEntry context;
        context.cluster = TRY(m_yaml.text(map, "cluster"));
        context.user = TRY(m_yaml.text(map, "user"));
        context.ns = TRY(m_yaml.text(map, "namespace"));
        return context;
    }

    Result<ClusterEntry> cluster(const YAML::Node &map) const
    {
        ClusterEntry cluster;
        Endpoint &endpoint = cluster.endpoint;
        endpoint.server = TRY(m_yaml.text(map, "server"));
        endpoint.caPem = TRY(pem(map, "certificate-authority-data"));
        if (endpoint.caPem.empty()) // inline data goes before a file
            cluster.caFile = TRY(fileName(map, "certificate-authority"));
        endpoint.insecureSkipTlsVerify = TRY(m_yaml.flag(map, "insecure-skip-tls-verify"));
        endpoint.tlsServerName = TRY(m_yaml.text(map, "tls-server-name"));
        endpoint.disableCompression = TRY(m_yaml.flag(map, "disable-compression"));
        endpoint.proxyUrl = TRY(m_yaml.text(map, "proxy-url"));
        const bool authorities = !endpoint.caPem.empty() || !cluster.caFile.empty();

        if (endpoint.server.empty())
            return std::unexpected(m_yaml.error(map, say("Core", "no server is given"),
                                                say("Core", "Add its address as server: https://HOST:6443")));
        if (endpoint.server.find("://") == std::string::npos) // as client-go's rest.DefaultServerURL
            endpoint.server.insert(0, authorities || endpoint.insecureSkipTlsVerify ? "https://" : "http://");
        if (!knownUrl(endpoint.server, {"https", "http"}))
            return std::unexpected(m_yaml.error(map["server"], say("Core", "the server's address cannot be used"),
                                                say("Core", "It must begin with https:// and a host")));
        while (endpoint.server.ends_with('/'))
            endpoint.server.pop_back();
        if (!endpoint.proxyUrl.empty() && !knownUrl(endpoint.proxyUrl, {"http", "https", "socks5"}))
            return std::unexpected(
                m_yaml.error(map["proxy-url"], say("Core", "the proxy's address cannot be used"),
                             say("Core", "It must begin with http://, https:// or socks5:// and a host")));
        if (authorities && endpoint.insecureSkipTlsVerify)
            return std::unexpected(m_yaml.error(
                map["insecure-skip-tls-verify"],
                say("Core", "insecure-skip-tls-verify and a certificate authority exclude each other"),
                say("Core", "Remove insecure-skip-tls-verify, so that the server's certificate is checked")));

        const YAML::Node extensions = TRY(m_yaml.list(map, "extensions"));
        if (extensions.IsDefined())
            for (const YAML::Node &extension : extensions)
                if (extension.IsMap() && TRY(m_yaml.text(extension, "name")) == "client.authentication.k8s.io/exec")
                    cluster.execConfig = TRY(m_yaml.json(extension["extension"]));
        return cluster;
    }

    // Without control characters or blanks, with one of these schemes and a host.
    static bool knownUrl(std::string_view url, std::initializer_list<std::string_view> schemes)
    {
        const std::size_t colon = url.find("://");
        if (colon == url.npos || std::ranges::find(schemes, url.substr(0, colon)) == schemes.end())
            return false;
        if (std::ranges::any_of(url, [](char c) { return static_cast<unsigned char>(c) <= 0x20; }))
            return false;
        const std::string_view rest = url.substr(colon + 3);
        const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
        return !authority.empty() && !authority.starts_with(':') && !authority.ends_with('@');
    }

    Result<UserEntry> user(const YAML::Node &map) const
    {
        UserEntry entry;
        UserSpec &user = entry.user;
        user.certificatePem = TRY(pem(map, "client-certificate-data"));
        if (user.certificatePem.empty())
            user.certificateFile = TRY(fileName(map, "client-certificate"));
        user.keyPem = Secret(TRY(pem(map, "client-key-data")));
        if (user.keyPem.empty())
            user.keyFile = TRY(fileName(map, "client-key"));
        user.token = Secret(TRY(m_yaml.text(map, "token")));
        user.tokenFile = TRY(fileName(map, "tokenFile"));
        user.username = TRY(m_yaml.text(map, "username"));
        user.password = Secret(TRY(m_yaml.text(map, "password")));
        user.exec = TRY(exec(map));
        entry.impersonate = TRY(impersonation(map));
        TRY(noAuthProvider(map));
        // They become header lines.
        if (!fitsHeader(user.token.reveal()) || user.token.reveal().find(' ') != std::string::npos)
            return std::unexpected(m_yaml.error(map["token"], say("Core", "the token holds blanks or line ends")));

        const bool certificate = !user.certificatePem.empty() || !user.certificateFile.empty();
        if (certificate && user.keyPem.empty() && user.keyFile.empty())
            return std::unexpected(m_yaml.error(map, say("Core", "a client certificate is given without its key"),
                                                say("Core", "Add client-key or client-key-data")));
        if ((!user.token.empty() || !user.tokenFile.empty()) && !user.username.empty())
            return std::unexpected(m_yaml.error(map, say("Core", "both a token and a password are given"),
                                                say("Core", "Remove one of them")));
        return entry;
    }

    static bool fitsHeader(std::string_view text)
    {
        return std::ranges::none_of(text, [](char c) { return c == '\n' || c == '\r'; });
    }

    Result<Impersonation> impersonation(const YAML::Node &map) const
    {
        Impersonation as;
        as.user = TRY(m_yaml.text(map, "as"));
        as.uid = TRY(m_yaml.text(map, "as-uid"));
        as.groups = TRY(m_yaml.texts(map, "as-groups"));
        const YAML::Node extra = TRY(m_yaml.map(map, "as-user-extra"));
        if (extra.IsDefined())
            for (const auto &pair : extra) {
                const YAML::Node &key = pair.first;
                if (!key.IsScalar())
                    return std::unexpected(m_yaml.error(key, say("Core", "a key of as-user-extra must be a text")));
                as.extra.emplace_back(key.Scalar(), TRY(m_yaml.texts(extra, key.Scalar().c_str())));
            }
        if (as.user.empty() && (!as.uid.empty() || !as.groups.empty() || !as.extra.empty()))
            return std::unexpected(m_yaml.error(
                map, say("Core", "as-uid, as-groups or as-user-extra is given without as"),
                say("Core", "Add as: with the name of the user to act for")));
        std::vector<std::string> headers = as.groups;
        headers.insert(headers.end(), {as.user, as.uid});
        for (const auto &[key, values] : as.extra) {
            headers.push_back(key);
            headers.insert(headers.end(), values.begin(), values.end());
        }
        if (!std::ranges::all_of(headers, fitsHeader))
            return std::unexpected(m_yaml.error(map, say("Core", "a field of the impersonated user holds a line end")));
        return as;
    }

    Result<> noAuthProvider(const YAML::Node &map) const
    {
        const YAML::Node provider = TRY(m_yaml.map(map, "auth-provider"));
        if (!provider.IsDefined())
            return {};
        const std::string kind = TRY(m_yaml.text(provider, "name"));
        std::string hint = say("Core", "Use an exec credential plugin instead, for example kubectl oidc-login");
        if (kind == "gcp")
            hint = say("Core", "Install gke-gcloud-auth-plugin, then run \"gcloud container clusters get-credentials\"");
        else if (kind == "azure")
            hint = say("Core", "Install kubelogin, then run \"kubelogin convert-kubeconfig\"");
        Error refused = m_yaml.error(
            provider,
            kind == "oidc" ? say("Core", "the auth-provider oidc is not supported")
                           : say("Core", "the auth-provider {} was removed in Kubernetes 1.26", kind),
            std::move(hint));
        refused.kind = ErrorKind::Unsupported;
        return std::unexpected(std::move(refused));
    }

    Result<std::optional<ExecSpec>> exec(const YAML::Node &map) const
    {
        const YAML::Node node = TRY(m_yaml.map(map, "exec"));
        if (!node.IsDefined())
            return std::nullopt;
        ExecSpec exec;
        exec.apiVersion = TRY(m_yaml.text(node, "apiVersion"));
        exec.command = TRY(m_yaml.text(node, "command"));
        exec.arguments = TRY(m_yaml.texts(node, "args"));
        exec.installHint = TRY(m_yaml.text(node, "installHint"));
        exec.provideClusterInfo = TRY(m_yaml.flag(node, "provideClusterInfo"));
        const YAML::Node environment = TRY(m_yaml.list(node, "env"));
        if (environment.IsDefined())
            for (const YAML::Node &variable : environment) {
                std::string name = variable.IsMap() ? TRY(m_yaml.text(variable, "name")) : std::string();
                if (name.empty() || name.find('=') != name.npos)
                    return std::unexpected(m_yaml.error(variable, say("Core", "a variable of exec.env has no usable name")));
                exec.environment.emplace_back(std::move(name), TRY(m_yaml.text(variable, "value")));
            }

        if (exec.command.empty())
            return std::unexpected(m_yaml.error(node, say("Core", "exec names no command")));
        if (exec.command.find('/') != std::string::npos)
            exec.command = absolute(exec.command);
        if (exec.apiVersion.ends_with("/v1alpha1")) {
            Error old = m_yaml.error(node["apiVersion"], say("Core", "exec credential plugins of v1alpha1 were removed in "
                                                                     "Kubernetes 1.24"),
                                     say("Core", "Update the plugin, and write client.authentication.k8s.io/v1"));
            old.kind = ErrorKind::Unsupported;
            return std::unexpected(std::move(old));
        }
        if (exec.apiVersion != "client.authentication.k8s.io/v1" && exec.apiVersion != "client.authentication.k8s.io/v1beta1")
            return std::unexpected(m_yaml.error(node, say("Core", "the apiVersion of exec is missing or not known"),
                                                say("Core", "Write client.authentication.k8s.io/v1 or v1beta1")));
        // client-go wants the mode with v1; without it we do as with v1beta1, where it was optional.
        const std::string mode = TRY(m_yaml.text(node, "interactiveMode"));
        if (mode == "Never")
            exec.interactiveMode = InteractiveMode::Never;
        else if (mode == "Always")
            exec.interactiveMode = InteractiveMode::Always;
        else if (!mode.empty() && mode != "IfAvailable")
            return std::unexpected(m_yaml.error(node["interactiveMode"], say("Core", "interactiveMode {} is not known", mode),
                                                say("Core", "Write Never, IfAvailable or Always")));
        return std::optional(std::move(exec));
    }

    YamlFields m_yaml;
    std::filesystem::path m_folder;
    KubeconfigFile m_file;
};

} // namespace

Result<std::string> readSmallFile(const std::string &path, std::size_t limit)
{
    QFile file(QString::fromStdString(path));
    const auto refuse = [&](ErrorKind kind, std::string message, std::string hint = {}) {
        return std::unexpected(Error{.kind = kind,
                                     .message = std::move(message),
                                     .hint = std::move(hint),
                                     .context = {{"file", path}}});
    };
    if (!file.exists())
        return refuse(ErrorKind::NotFound, say("Core", "the file {} does not exist", path));
    if (!file.open(QIODevice::ReadOnly))
        return refuse(ErrorKind::Io, say("Core", "the file {} cannot be read: {}", path, file.errorString().toStdString()),
                      say("Core", "See who owns it and who may read it"));
    const QByteArray bytes = file.read(static_cast<qint64>(limit) + 1);
    if (file.error() != QFileDevice::NoError)
        return refuse(ErrorKind::Io, say("Core", "the file {} cannot be read: {}", path, file.errorString().toStdString()));
    if (static_cast<std::size_t>(bytes.size()) > limit)
        return refuse(ErrorKind::TooLarge, say("Core", "the file {} is larger than {} KB", path, limit >> 10),
                      say("Core", "See whether it is the right file"));
    return bytes.toStdString();
}

Result<KubeconfigFile> parseKubeconfigFile(std::string_view text, const std::string &path)
{
    const std::string utf8 = TRY(yamlText(text, path));
    const YAML::Node root = TRY(loadYaml(utf8, path));
    return YamlFields(path).guarded([&] { return FileParser(path).parse(root); });
}

Result<KubeconfigFile> readKubeconfigFile(const std::string &path)
{
    const std::string bytes = TRY(readSmallFile(path, maxFile));
    return parseKubeconfigFile(bytes, path);
}

} // namespace timonier
