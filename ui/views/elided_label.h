// A name on one line, cut in the middle where there is too little room: what tells two pods of one deployment apart is the
// end. Can be selected; copying all of it copies the whole name. GUI thread.
#pragma once

#include <QLabel>

namespace timonier {

class ElidedLabel final : public QLabel
{
    Q_OBJECT
public:
    explicit ElidedLabel(QWidget *parent = nullptr);

    void setWhole(const QString &text);
    const QString &whole() const { return m_whole; }
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void fit();
    void copyText() const;

    QString m_whole;
};

} // namespace timonier
