// The line above a wizard's pages: what it does, to what, and how long it takes.
#pragma once

#include <QWidget>

namespace timonier {

class WizardHeader final : public QWidget
{
    Q_OBJECT
public:
    explicit WizardHeader(const QString &title, QWidget *parent = nullptr);
    void tell(const QString &title, const QString &name, const QString &detail, const QString &time);
    QString time() const { return m_time; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_title, m_name{}, m_detail{}, m_time{};
};

} // namespace timonier
