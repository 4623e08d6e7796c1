// What the window remembers from one time to the next: the namespaces that each context was left in, the groups of the rail
// that are folded in. Whatever the file says, what is read from it is harmless. GUI thread.
#pragma once

#include <QStringList>

#include <optional>

namespace timonier {

class WindowSettings
{
public:
    // For the whole program. Before it is called nothing is read or written.
    static void setFile(const QString &file);
    // Nothing: it was never chosen. An empty list: all of them were.
    static std::optional<QStringList> namespaces(const QString &context);
    static void rememberNamespaces(const QString &context, const QStringList &namespaces);
    static std::optional<QStringList> folded();
    static void rememberFolded(const QStringList &groups);
};

} // namespace timonier
