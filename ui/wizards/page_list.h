// The pages of a wizard at its left: which are behind one, which is shown, which are to come. What lies behind can be gone back to. GUI thread.
#pragma once

#include <QListWidget>

namespace timonier {

class PageList final : public QListWidget
{
    Q_OBJECT
public:
    enum class State { Behind, Current, Later };

    explicit PageList(QWidget *parent = nullptr);
    void setPages(const QStringList &titles);
    void tell(int page, State state, const QString &count, bool reachable);
    // px that no title is cut at.
    int titlesWidth() const;
    State stateOf(int page) const;
    QString countOf(int page) const;

signals:
    void wanted(int page);
};

} // namespace timonier
