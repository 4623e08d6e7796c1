// What happened and somebody should hear of, at the lower right of the window: each with a way there, gone after a while
// unless it is being read, or stays.
#pragma once

#include "ui/models/status_tone.h"

#include <QWidget>

#include <functional>
#include <vector>

class QVBoxLayout;

namespace timonier {

struct Notice {
    Tone tone = Tone::Careful;
    QString text;
    QString button{};                  // "Show"
    std::function<void()> run{};
    QString stays{};                   // until somebody has dealt with it, or it is withdrawn by this name; empty: it goes by itself
};

class NoticeStack final : public QWidget
{
    Q_OBJECT
public:
    // `shownMs`: how long each is shown.
    explicit NoticeStack(QWidget *over, int shownMs = 12'000);
    void tell(Notice notice);
    void withdraw(const QString &stays);
    // Those that were told, newest first, as lines.
    QStringList told() const { return m_told; }

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void place();
    const int m_shownMs;
    QVBoxLayout *m_column;
    QStringList m_told;
};

} // namespace timonier
