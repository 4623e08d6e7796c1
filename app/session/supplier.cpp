#include "session/supplier.h"

#include "base/paths.h"
#include "base/say.h"
#include "helm/helm.h"
#include "manifest/kustomize.h"
#include "manifest/parallel.h"
#include "net/archive.h"
#include "net/download.h"
#include "net/sha256.h"

#include <QFile>
#include <QTemporaryDir>

#include <system_error>

namespace timonier {

namespace {

namespace fs = std::filesystem;

Result<> writeTo(const fs::path &file, const ArchiveEntry &entry)
{
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    QFile out(QString::fromStdString(toUtf8(file)));
    if (!out.open(QIODevice::WriteOnly))
        return fail(ErrorKind::Io, say("Core", "{} cannot be written: {}", toUtf8(file), out.errorString().toStdString()));
    return entry.read([&](std::string_view bytes) -> Result<> {
        if (out.write(bytes.data(), static_cast<qint64>(bytes.size())) != static_cast<qint64>(bytes.size()))
            return fail(ErrorKind::Io, say("Core", "{} cannot be written: {}", toUtf8(file), out.errorString().toStdString()));
        return {};
    });
}

// The tree of an archive without the folder that all of it lies in; kept under a name made of where it came from. Whoever is first
// to finish gives it the name.
Result<std::string> unpacked(const std::string &from, std::stop_token stop)
{
    Sha256 sum;
    sum.add(from);
    const fs::path store = cacheDir() / "catalog", wanted = store / sum.hex().substr(0, 32);
    std::error_code error;
    const bool isAddress = isUrl(from);
    if (isAddress && fs::exists(wanted, error))
        return toUtf8(wanted);
    fs::create_directories(store, error);
    QTemporaryDir folder(QString::fromStdString(toUtf8(store / "part-XXXXXX")));
    if (!folder.isValid())
        return fail(ErrorKind::Io, say("Core", "{} cannot be written: {}", toUtf8(store), folder.errorString().toStdString()));
    const fs::path here = toPath(folder.path().toStdString());
    const auto take = [&](const ArchiveEntry &entry) -> Result<> {
        const std::size_t slash = entry.path().find('/');
        return entry.isFile() && slash != std::string::npos ? writeTo(here / "tree" / toPath(entry.path().substr(slash + 1)), entry) : Result<>();
    };
    if (isAddress) {
        const DownloadedText text = TRY(downloadText(from, {}, stop));
        TRY(readArchiveBytes(text.text, shownUrl(from), {}, take, stop));
    } else {
        TRY(readArchive(toPath(from), from, {}, take, stop));
        fs::remove_all(wanted, error); // a file may have changed
    }
    fs::rename(here / "tree", wanted, error);
    if (error && !fs::exists(wanted))
        return fail(ErrorKind::Io, say("Core", "{} cannot be written: {}", toUtf8(wanted), error.message()));
    return toUtf8(wanted);
}

class Suppliers
{
public:
    Suppliers(Session &session, std::shared_ptr<Transport> transport) : m_session(session), m_transport(std::move(transport)) {}

    Result<std::vector<ManifestText>> texts(const catalog::SourceOrder &order, std::stop_token stop) const
    {
        return order.source.kind == catalog::Source::Chart ? chart(order, stop) : overlays(order, stop);
    }

private:
    Result<std::vector<ManifestText>> overlays(const catalog::SourceOrder &order, std::stop_token stop) const
    {
        std::error_code error;
        std::string root = order.local;
        if (root.empty())
            root = TRY(unpacked(order.source.archive, stop));
        else if (!fs::is_directory(toPath(root), error))
            root = TRY(unpacked(root, stop));
        const Toolbox toolbox = TRY(m_session.toolbox());
        const ToolOptions options = TRY(m_session.toolOptions(stop));
        std::vector<std::string> folders = order.source.paths;
        if (order.source.kind != catalog::Source::Kustomize)
            folders = {order.source.inside.empty() ? "." : order.source.inside};
        // The tool first, so that not each of them fetches it.
        std::vector<Result<Kustomized>> built(folders.size(), Kustomized());
        const auto build = [&](std::size_t i) { built[i] = kustomized(root + "/" + folders[i], toolbox, *m_session.processes(), options, [](const std::string &, std::uint64_t, std::optional<std::uint64_t>) {}, stop); };
        build(0);
        if (built[0])
            inParallel(folders.size() - 1, 4, [&](std::size_t i) { build(i + 1); });
        std::vector<ManifestText> texts;
        for (Result<Kustomized> &one : built)
            texts.push_back(TRY(std::move(one)).text);
        return texts;
    }

    Result<std::vector<ManifestText>> chart(const catalog::SourceOrder &order, std::stop_token stop) const
    {
        const Toolbox toolbox = TRY(m_session.toolbox());
        const ToolOptions options = TRY(m_session.toolOptions(stop));
        Tool tool = TRY(toolbox.provide("helm", options, [](const std::string &, std::uint64_t, std::optional<std::uint64_t>) {}, stop));
        const helm::Helm program(std::move(tool), m_session.processes(), {}, options.environment);
        helm::Chart chart{.reference = order.source.chart, .repository = order.source.repository, .version = order.source.release, .values = order.source.values};
        if (!order.local.empty()) {
            std::error_code error;
            const std::string inside = order.local + "/" + order.source.inside;
            chart.reference = !order.source.inside.empty() && fs::exists(toPath(inside), error) ? inside : order.local;
            chart.repository.clear();
            chart.version.clear();
        }
        const helm::Capabilities cluster = TRY(helm::capabilitiesOf(*m_transport, stop));
        return std::vector{TRY(program.templated({order.ns, order.name}, chart, cluster, false, stop))};
    }

    Session &m_session;
    const std::shared_ptr<Transport> m_transport;
};

} // namespace

catalog::Supplier supplierOf(Session &session, std::shared_ptr<Transport> transport)
{
    return [suppliers = std::make_shared<const Suppliers>(session, std::move(transport))](const catalog::SourceOrder &order, std::stop_token stop) { return suppliers->texts(order, stop); };
}

} // namespace timonier
