// The clusters of the kubeconfig: which are open, which could not be opened and since when, what kinds each one has. Several
// are open at once; what happens to one holds up no other. GUI thread.
#pragma once

#include "ui/models/cluster_watch.h"

#include <QDateTime>
#include <QObject>
#include <QStringList>

#include <map>

namespace timonier {

enum class ContextState { Closed, Opening, Open, Failed };

struct FleetEntry {
    QString name;                            // of the context
    ContextState state = ContextState::Closed;
    QDateTime since{};                       // when it got into this state
    std::optional<Error> error{};            // why it failed
    std::size_t fingerprint = 0;             // of the context as it was opened
    std::shared_ptr<OpenCluster> cluster{};
    std::unique_ptr<ClusterWatch> watch{};
    std::vector<KindSpec> kinds{};           // in the order of the rail; at first those known by heart
    QStringList missing{};                   // groups whose kinds could not be read, in words
    int opening = 0;                         // counts tries, so that a late answer to an old one is known
};

class Fleet final : public QObject
{
    Q_OBJECT
public:
    // `opener` lives longer. `kinds`: those known without asking a server.
    Fleet(ClusterOpener &opener, std::vector<KindSpec> kinds, QObject *parent = nullptr);
    ~Fleet() override;

    // The kubeconfig has been read (again). What is open stays open, unless the file now says something else of it.
    void setContexts(const ContextList &list);
    const ContextList &contexts() const { return m_contexts; }
    const ContextChoice *info(const QString &context) const;

    // Opens it, or tries again. Nothing happens to what is open or being opened.
    void open(const QString &context);
    void close(const QString &context);
    // null: it was never opened.
    const FleetEntry *entry(const QString &context) const;
    std::vector<const FleetEntry *> entries() const;
    // The kind of an object that another one names; null: this cluster has none such.
    const KindSpec *kindOf(const QString &context, const std::string &group, const std::string &kind) const;
    // What a person may type: "pods", "po", "deployment", "certificates.cert-manager.io".
    const KindSpec *kindNamed(const QString &context, const QString &name) const;
    // Of those known by heart; null: none of them.
    const KindSpec *knownNamed(std::string_view plural) const;
    // Asks what kinds it has beside those known by heart.
    void discover(const QString &context);

signals:
    void stateChanged(const QString &context);
    void kindsChanged(const QString &context);
    void watchChanged(const QString &context);
    void happened(const QString &context, const std::vector<timonier::Incident> &incidents);

private:
    void opened(const QString &context, int opening, Result<std::shared_ptr<OpenCluster>> result);
    void discovered(const QString &context, int opening, Result<Discovery> discovery);
    void set(FleetEntry &entry, ContextState state);

    ClusterOpener &m_opener;
    const std::vector<KindSpec> m_known;
    ContextList m_contexts;
    std::map<QString, FleetEntry> m_entries;
};

} // namespace timonier
