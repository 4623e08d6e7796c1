// A line that says how something is: a dot with a shape, and words, cut where there is no room (the tool tip has all).
#pragma once

#include "ui/models/status_words.h"

#include <QWidget>

namespace timonier {

class ToneLabel final : public QWidget
{
    Q_OBJECT
public:
    explicit ToneLabel(QWidget *parent = nullptr);
    void show(const StatusWords &words);
    const QString &text() const { return m_words.text; }
    Tone tone() const { return m_words.tone; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    StatusWords m_words{Tone::None, {}};
};

} // namespace timonier
