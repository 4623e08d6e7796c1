#include "manifest/manifest_files.h"

#include "base/paths.h"
#include "base/say.h"
#include "manifest/kustomize.h"
#include "net/archive.h"
#include "net/download.h"

#include <QDirIterator>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace timonier {

namespace {

constexpr qint64 most = 256 << 20; // bytes, all together
constexpr std::size_t mostEntries = 10'000;

Error tooLarge(const std::string &name) { return {.kind = ErrorKind::TooLarge, .message = say("Core", "{}: with it the manifests are larger than 256 MB", name)}; }

bool isManifestName(std::string_view name) { return name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json"); }

// Folders whose names begin with a dot (.git) hold no manifests, nor do files (._a.yaml, which macOS puts into archives).
bool isHidden(std::string_view path) { return path.starts_with('.') || path.find("/.") != std::string_view::npos; }

QStringList filesBelow(const QString &folder)
{
    QStringList files;
    QDirIterator below(folder, {QStringLiteral("*.yaml"), QStringLiteral("*.yml"), QStringLiteral("*.json")}, QDir::Files, QDirIterator::Subdirectories);
    while (below.hasNext())
        if (const QString file = below.next(); !file.mid(folder.size()).contains(QLatin1String("/.")))
            files << file;
    files.sort();
    return files;
}

// What a browser shows and a cluster does not take: a sign-in page, GitHub's page around a file.
bool isWebPage(const DownloadedText &got)
{
    if (got.from.contentType.starts_with("text/html"))
        return true;
    std::string begin = got.text.substr(0, std::min<std::size_t>(got.text.size(), 200));
    begin.erase(0, begin.find_first_not_of(" \t\r\n\xEF\xBB\xBF"));
    std::ranges::transform(begin, begin.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return begin.starts_with("<!doctype html") || begin.starts_with("<html");
}

// A release behind a redirect may have a name that says nothing.
bool looksPacked(const DownloadedText &got)
{
    const std::string_view text = got.text;
    return isArchiveName(got.from.url) || text.starts_with("\x1f\x8b") || text.starts_with("PK\x03\x04") || (text.size() > 262 && text.substr(257, 5) == "ustar");
}

class Gatherer
{
public:
    Gatherer(std::stop_token stop, const Environment &environment) : m_stop(std::move(stop)), m_environment(environment) {}

    Result<> add(const std::string &path)
    {
        const QFileInfo info(QString::fromStdString(path));
        if (path == "-")
            return file(path);
        if (isUrl(path))
            return address(path);
        if (!info.exists())
            return fail(ErrorKind::NotFound, say("Core", "{} does not exist", path), say("Core", "Name a file, a folder, an archive or an https address with manifests, or - for the standard input."));
        if (info.isDir())
            return folder(path);
        if (!isArchiveName(path))
            return file(path);
        return archive(path, [&](const ArchiveVisitor &visit) { return readArchive(toPath(path), path, limits(), visit, m_stop); });
    }
    std::vector<ManifestText> take() { return std::move(m_texts); }

private:
    ArchiveLimits limits() const { return {.bytes = static_cast<std::uint64_t>(m_left), .entries = mostEntries}; }

    Result<> keep(std::string name, std::string text)
    {
        if (static_cast<qint64>(text.size()) > m_left)
            return std::unexpected(tooLarge(name));
        m_left -= static_cast<qint64>(text.size());
        m_texts.push_back({std::move(name), std::move(text)});
        return {};
    }

    Result<> file(const std::string &path)
    {
        QFile opened(QString::fromStdString(path));
        if (!(path == "-" ? opened.open(stdin, QIODevice::ReadOnly) : opened.open(QIODevice::ReadOnly)))
            return fail(ErrorKind::Io, say("Core", "{} cannot be read: {}", path, opened.errorString().toStdString()));
        const QByteArray bytes = opened.read(m_left + 1);
        if (opened.error() != QFileDevice::NoError)
            return fail(ErrorKind::Io, say("Core", "{} cannot be read: {}", path, opened.errorString().toStdString()));
        return keep(path, bytes.toStdString());
    }

    Result<> folder(const std::string &path)
    {
        if (!kustomizationIn(path).empty())
            return fail(ErrorKind::Invalid, say("Core", "{} is a kustomization: what it makes is not what lies in it", path), say("Core", "Apply it with -k."));
        const QStringList files = filesBelow(QString::fromStdString(path));
        if (files.isEmpty())
            return fail(ErrorKind::Invalid, say("Core", "{}: there is no manifest in this folder", path), say("Core", "Their names end in .yaml, .yml or .json."));
        for (const QString &one : files)
            TRY(file(one.toStdString()));
        return {};
    }

    template <class Read>
    Result<> archive(const std::string &name, const Read &read)
    {
        std::vector<ManifestText> found;
        TRY(read([&](const ArchiveEntry &entry) -> Result<> {
            if (!entry.isFile() || isHidden(entry.path()) || !isManifestName(entry.path()))
                return {};
            found.push_back({name + "/" + entry.path(), {}});
            return entry.read([&](std::string_view piece) -> Result<> {
                found.back().text += piece;
                return {};
            });
        }));
        if (found.empty())
            return fail(ErrorKind::Invalid, say("Core", "{}: there is no manifest in this archive", name), say("Core", "Their names end in .yaml, .yml or .json."));
        std::ranges::sort(found, {}, &ManifestText::name);
        for (ManifestText &text : found)
            TRY(keep(std::move(text.name), std::move(text.text)));
        return {};
    }

    Result<> address(const std::string &url)
    {
        const DownloadedText got = TRY(downloadText(url, {.limit = static_cast<std::uint64_t>(m_left), .environment = m_environment}, m_stop));
        const std::string name = shownUrl(url);
        if (isWebPage(got))
            return std::unexpected(Error{.kind = ErrorKind::Invalid, .message = say("Core", "{} gives a web page, not manifests", name),
                                         .hint = name.find("/blob/") != std::string::npos ? say("Core", "Take the address of the button “Raw” on that page.")
                                                                                          : say("Core", "Open it in a browser: it may be a page around the file, or want you to sign in.")}
                                       .with("url", got.from.url));
        if (looksPacked(got))
            return archive(name, [&](const ArchiveVisitor &visit) { return readArchiveBytes(got.text, name, limits(), visit, m_stop); });
        return keep(name, got.text);
    }

    const std::stop_token m_stop;
    const Environment &m_environment;
    qint64 m_left = most;
    std::vector<ManifestText> m_texts;
};

} // namespace

Result<std::vector<ManifestText>> manifestTexts(const std::vector<std::string> &paths, std::stop_token stop, const Environment &environment)
{
    Gatherer gatherer(std::move(stop), environment);
    for (const std::string &path : paths)
        TRY(gatherer.add(path));
    return gatherer.take();
}

} // namespace timonier
