#include "provision/kubeadm/package_source.h"

#include "base/say.h"
#include "net/download.h"

#include <QFile>

namespace timonier::kubeadm {

namespace {

Result<std::string> keyText(const std::string &key, std::stop_token stop)
{
    if (isUrl(key)) {
        auto text = downloadText(key, {.limit = 1u << 20}, std::move(stop));
        if (!text)
            return std::unexpected(std::move(text).error().because(say("Core", "the key of the package source cannot be fetched"), say("Core", "Without a way out, name a package mirror and its key in the spec (packages.url, packages.key)")));
        return text->text;
    }
    QFile file(QString::fromStdString(key));
    if (!file.open(QIODevice::ReadOnly))
        return std::unexpected(Error{.kind = ErrorKind::Io, .message = say("Core", "the key of the package source cannot be read"), .context = {{"file", key}, {"reason", file.errorString().toStdString()}}});
    return file.read(1 << 20).toStdString();
}

} // namespace

Result<PackageSource> packageSource(const Spec &spec, std::stop_token stop)
{
    const std::string base = spec.packages.url.empty() ? "https://pkgs.k8s.io/core:/stable:/v" + spec.minor() + "/deb/" : spec.packages.url;
    const std::string where = base.find(' ') == base.npos ? base + " /" : base;
    const std::string key = !spec.packages.key.empty() ? spec.packages.key : spec.packages.url.empty() ? base + "Release.key" : std::string();
    if (key.empty())
        return PackageSource{.line = "deb [trusted=yes] " + where, .keyFile = "-"};
    const std::string text = TRY(keyText(key, std::move(stop)));
    const bool armored = text.find("-----BEGIN PGP PUBLIC KEY BLOCK-----") != text.npos; // RFC 9580, 6.2
    // A binary one begins with a packet's tag, whose top bit is set.
    if (!armored && (text.empty() || !(static_cast<unsigned char>(text.front()) & 0x80)))
        return std::unexpected(Error{.kind = ErrorKind::Invalid, .message = say("Core", "this is no public key (OpenPGP)"), .context = {{"key", isUrl(key) ? shownUrl(key) : key}}});
    const std::string file = std::string("/etc/apt/keyrings/timonier-kubernetes.") + (armored ? "asc" : "gpg"); // apt goes by the ending
    return PackageSource{.line = "deb [signed-by=" + file + "] " + where, .keyFile = file, .key = text};
}

} // namespace timonier::kubeadm
