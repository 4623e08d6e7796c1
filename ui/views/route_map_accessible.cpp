#include "ui/views/route_map_accessible.h"

#include "ui/views/route_map_view.h"

#include <QAccessibleWidget>
#include <QPointer>

namespace timonier {

namespace {

// Each box to a screen reader: a child of the map with a name and an action.
class BoxAccessible final : public QAccessibleInterface, public QAccessibleActionInterface
{
public:
    BoxAccessible(RouteMapView *view, int box) : m_view(view), m_box(box) {}
    bool isValid() const override { return m_view && m_box < static_cast<int>(m_view->map().boxes.size()); }
    QObject *object() const override { return nullptr; }
    QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    QAccessibleInterface *parent() const override { return QAccessible::queryAccessibleInterface(m_view); }
    QAccessibleInterface *child(int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface *) const override { return -1; }
    QString text(QAccessible::Text type) const override { return type == QAccessible::Name && isValid() ? m_view->textOf(m_box) : QString(); }
    void setText(QAccessible::Text, const QString &) override {}
    QRect rect() const override
    {
        const QRect rect = m_view->rectOf(m_box);
        return {m_view->mapToGlobal(rect.topLeft()), rect.size()};
    }
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.focusable = state.selectable = true;
        state.focused = state.selected = m_view->current() == m_box && m_view->hasFocus();
        return state;
    }
    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface *>(this) : nullptr;
    }
    QStringList actionNames() const override { return {pressAction(), setFocusAction()}; }
    void doAction(const QString &name) override
    {
        m_view->setCurrent(m_box);
        if (name == pressAction())
            emit m_view->chosen(m_box);
    }
    QStringList keyBindingsForAction(const QString &) const override { return {}; }

private:
    QPointer<RouteMapView> m_view;
    int m_box;
};

class MapAccessible final : public QAccessibleWidget
{
public:
    explicit MapAccessible(RouteMapView *view) : QAccessibleWidget(view, QAccessible::List) {}
    ~MapAccessible() override
    {
        for (const QAccessible::Id id : m_children)
            QAccessible::deleteAccessibleInterface(id);
    }
    int childCount() const override { return static_cast<int>(view()->map().boxes.size()); }
    QAccessibleInterface *child(int index) const override
    {
        if (index < 0 || index >= childCount())
            return nullptr;
        while (static_cast<int>(m_children.size()) <= index)
            m_children.push_back(QAccessible::registerAccessibleInterface(new BoxAccessible(view(), static_cast<int>(m_children.size()))));
        return QAccessible::accessibleInterface(m_children[static_cast<std::size_t>(index)]);
    }
    int indexOfChild(const QAccessibleInterface *child) const override
    {
        for (std::size_t i = 0; i < m_children.size(); ++i)
            if (QAccessible::accessibleInterface(m_children[i]) == child)
                return static_cast<int>(i);
        return -1;
    }
    QAccessibleInterface *focusChild() const override { return view()->hasFocus() ? child(view()->current()) : nullptr; }

private:
    RouteMapView *view() const { return static_cast<RouteMapView *>(widget()); }
    mutable std::vector<QAccessible::Id> m_children;
};

QAccessibleInterface *accessibleOf(const QString &, QObject *object)
{
    auto *view = qobject_cast<RouteMapView *>(object);
    return view ? new MapAccessible(view) : nullptr;
}

} // namespace

void tellScreenReaders()
{
    static const bool once = [] {
        QAccessible::installFactory(accessibleOf);
        return true;
    }();
    Q_UNUSED(once)
}

} // namespace timonier
