// Buttons side by side, on as many lines as they need. GUI thread.
#pragma once

#include <QLayout>

#include <vector>

namespace timonier {

class FlowLayout final : public QLayout
{
    Q_OBJECT
public:
    explicit FlowLayout(QWidget *parent) : QLayout(parent) {}
    ~FlowLayout() override;
    void addItem(QLayoutItem *item) override { m_items.push_back(item); }
    int count() const override { return int(m_items.size()); }
    QLayoutItem *itemAt(int index) const override { return index >= 0 && index < count() ? m_items[std::size_t(index)] : nullptr; }
    QLayoutItem *takeAt(int index) override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return lay({0, 0, width, 0}, false); }
    void setGeometry(const QRect &rect) override;
    QSize sizeHint() const override { return minimumSize(); }
    QSize minimumSize() const override;
    Qt::Orientations expandingDirections() const override { return {}; }

private:
    int lay(const QRect &rect, bool really) const; // the height
    std::vector<QLayoutItem *> m_items{};
};

} // namespace timonier
