#include "ui/models/palette_model.h"

#include <algorithm>

namespace timonier {

namespace {

constexpr std::size_t mostShown = 60;

QString typeWord(PaletteItem::Type type)
{
    switch (type) {
    case PaletteItem::Type::Action:
        return PaletteModel::tr("Action", "in the command palette");
    case PaletteItem::Type::Kind:
        return PaletteModel::tr("Kind", "in the command palette");
    case PaletteItem::Type::Context:
        return PaletteModel::tr("Context", "in the command palette");
    case PaletteItem::Type::Namespace:
        return PaletteModel::tr("Namespace", "in the command palette");
    case PaletteItem::Type::Object:
        break;
    }
    return {};
}

} // namespace

int paletteScore(QStringView text, QStringView typed)
{
    if (typed.isEmpty())
        return 1;
    const qsizetype at = text.indexOf(typed, 0, Qt::CaseInsensitive);
    if (at == 0)
        return text.size() == typed.size() ? 100 : 80;
    if (at > 0)
        return text[at - 1].isLetterOrNumber() ? 40 : 60;
    // Letters in order: "dpl" finds "deployments".
    qsizetype next = 0;
    for (const QChar c : text) {
        if (next < typed.size() && c.toCaseFolded() == typed[next].toCaseFolded())
            ++next;
    }
    return next == typed.size() && typed.size() > 1 ? 20 : 0;
}

void PaletteModel::setItems(std::vector<PaletteItem> items)
{
    m_items = std::move(items);
    m_objects.clear();
    refresh();
}

void PaletteModel::setTyped(const QString &text)
{
    m_typed = text.trimmed();
    refresh();
}

void PaletteModel::setObjects(std::vector<PaletteItem> objects)
{
    m_objects = std::move(objects);
    refresh();
}

void PaletteModel::refresh()
{
    struct Scored {
        int score;
        const PaletteItem *item;
    };
    std::vector<Scored> scored;
    for (const PaletteItem &item : m_items) {
        if (const int score = paletteScore(item.text, m_typed))
            scored.push_back({score, &item});
    }
    // The cluster has ranked the objects already; among equals, what the program can do stands first.
    for (const PaletteItem &object : m_objects) {
        if (const int score = paletteScore(object.text, m_typed))
            scored.push_back({score - 1, &object});
    }
    std::ranges::stable_sort(scored, std::greater(), &Scored::score);
    scored.resize(std::min(scored.size(), mostShown));
    beginResetModel();
    m_shown.clear();
    for (const Scored &one : scored)
        m_shown.push_back(one.item);
    endResetModel();
}

const PaletteItem *PaletteModel::itemAt(int row) const
{
    return row >= 0 && row < rowCount() ? m_shown[static_cast<std::size_t>(row)] : nullptr;
}

int PaletteModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

QVariant PaletteModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const PaletteItem &item = *m_shown[static_cast<std::size_t>(index.row())];
    const QString detail = item.disabledBecause.isEmpty() ? item.detail : item.disabledBecause;
    switch (role) {
    case Qt::DisplayRole:
        return item.text;
    case DetailRole:
        return detail.isEmpty() ? typeWord(item.type) : detail;
    case KeysRole:
        return item.keys;
    case TypeRole:
        return static_cast<int>(item.type);
    case Qt::ToolTipRole:
        return QString(item.text % u'\n' % detail).trimmed();
    case Qt::AccessibleTextRole: {
        QStringList all{item.text, detail.isEmpty() ? typeWord(item.type) : detail};
        if (!item.keys.isEmpty())
            all << item.keys;
        return all.join(QStringLiteral(", "));
    }
    default:
        return {};
    }
}

Qt::ItemFlags PaletteModel::flags(const QModelIndex &index) const
{
    const PaletteItem *item = itemAt(index.row());
    if (!item)
        return Qt::NoItemFlags;
    return item->disabledBecause.isEmpty() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren
                                           : Qt::ItemFlags(Qt::ItemNeverHasChildren);
}

} // namespace timonier
