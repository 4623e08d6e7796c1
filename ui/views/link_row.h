// One line that leads somewhere: a dot, a text, and a dim text behind it. A button, so that Tab, Enter and a screen reader
// find it.
#pragma once

#include "ui/models/status_tone.h"

#include <QAbstractButton>

namespace timonier {

class LinkRow final : public QAbstractButton
{
    Q_OBJECT
public:
    explicit LinkRow(const QString &name, QWidget *parent = nullptr);
    // `end` stands at the right edge ("3", "5m").
    void tell(Tone tone, const QString &text, const QString &detail = {}, const QString &end = {});
    // It leads nowhere: a line to be read.
    void setPlain(bool plain);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Tone m_tone = Tone::None;
    QString m_detail;
    QString m_end;
    bool m_plain = false;
};

} // namespace timonier
