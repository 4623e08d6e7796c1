// The choice of namespaces: one, several, or all; from the list where it may be read, or typed in where it may not.
#pragma once

#include <QStringList>
#include <QToolButton>

namespace timonier {

class CheckPopup;

class NamespaceField final : public QToolButton
{
    Q_OBJECT
public:
    explicit NamespaceField(QWidget *parent = nullptr);
    // None: all namespaces.
    void setChosen(const QStringList &namespaces);
    void setKnown(const QStringList &namespaces);
    const QStringList &known() const { return m_known; }
    void open();

signals:
    void chosen(const QStringList &namespaces);

private:
    void fill();
    void refreshText();
    void toggled(const QString &ns, bool checked);
    void pick(const QString &text);
    void take();

    CheckPopup *m_popup;
    QStringList m_chosen;
    QStringList m_ticked;              // in the open list, not told yet
    QStringList m_known;
};

} // namespace timonier
