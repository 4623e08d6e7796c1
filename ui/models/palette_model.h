// What the command palette offers for the text typed so far: actions, kinds, contexts, namespaces, and objects of the open
// cluster by name, the best first. GUI thread.
#pragma once

#include <QAbstractListModel>
#include <QString>

#include <functional>
#include <vector>

namespace timonier {

struct PaletteItem {
    enum class Type { Action, Kind, Context, Namespace, Object } type = Type::Action;
    QString text;
    QString detail{};                    // dim, behind it: "Pod in recognition"
    QString keys{};                      // its shortcut, as text
    QString disabledBecause{};           // it cannot be chosen now, and why
    std::function<void()> run{};
};

// How well a text answers what was typed; 0: not at all. Whole, beginning, beginning of a word, anywhere, letters in order.
int paletteScore(QStringView text, QStringView typed);

class PaletteModel final : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role { TypeRole = Qt::UserRole + 1, DetailRole, KeysRole };

    using QAbstractListModel::QAbstractListModel;

    // Everything but the objects.
    void setItems(std::vector<PaletteItem> items);
    void setTyped(const QString &text);
    // Found for what is typed now.
    void setObjects(std::vector<PaletteItem> objects);
    const PaletteItem *itemAt(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

private:
    void refresh();

    std::vector<PaletteItem> m_items, m_objects;
    QString m_typed;
    std::vector<const PaletteItem *> m_shown;
};

} // namespace timonier
