// The choice of a namespace: from the list where it may be read, or typed in where it may not.
#pragma once

#include <QComboBox>

namespace timonier {

class NamespaceField final : public QComboBox
{
    Q_OBJECT
public:
    explicit NamespaceField(QWidget *parent = nullptr);
    // Empty: all namespaces.
    void setChosen(const QString &ns);
    void setKnown(const QStringList &namespaces);
    const QStringList &known() const { return m_known; }

signals:
    void chosen(const QString &ns);

private:
    void take();
    QString m_chosen;
    QStringList m_known;
};

} // namespace timonier
