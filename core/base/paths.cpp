#include "base/paths.h"

#include <QDir>
#include <QStandardPaths>

namespace timonier {

namespace {

// The generic locations: those of the application depend on names that only a QCoreApplication sets.
std::filesystem::path below(QStandardPaths::StandardLocation location)
{
    return toPath(QStandardPaths::writableLocation(location).toStdString()) / "timonier";
}

} // namespace

std::filesystem::path toPath(std::string_view utf8) { return std::u8string(utf8.begin(), utf8.end()); }

std::string toUtf8(const std::filesystem::path &path)
{
    const std::u8string text = path.u8string();
    return {text.begin(), text.end()};
}

std::filesystem::path homeDir() { return toPath(QDir::homePath().toStdString()); }
std::filesystem::path configDir() { return below(QStandardPaths::GenericConfigLocation); }
std::filesystem::path cacheDir() { return below(QStandardPaths::GenericCacheLocation); }
std::filesystem::path dataDir() { return below(QStandardPaths::GenericDataLocation); }

} // namespace timonier
