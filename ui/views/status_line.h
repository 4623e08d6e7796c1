// The line at the bottom: is what the table shows true now, and if not, why and what comes next.
#pragma once

#include "ui/models/status_words.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace timonier {

class StatusLine final : public QWidget
{
    Q_OBJECT
public:
    explicit StatusLine(QWidget *parent = nullptr);
    void show(const StatusWords &words);
    void setWhere(const QString &context);
    // The server's certificate is not checked: in red, for as long as the cluster is open.
    void setInsecure(bool insecure);
    // How many ports are forwarded; none: nothing is said.
    void setForwards(int count);
    QString text() const { return m_words.text; }
    QSize sizeHint() const override { return {200, 36}; }

signals:
    void retryWanted();
    void forwardsWanted();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void refresh();

    StatusWords m_words;
    QLabel *m_text;
    QPushButton *m_retry;
    QPushButton *m_forwards;
    QLabel *m_insecure;
    QLabel *m_where;
};

} // namespace timonier
