// The ports that are forwarded now: where each listens, how it is, and what can be done with it. Stays open beside the window.
#pragma once

#include "ui/models/forward_list.h"

#include <QDialog>

#include <map>

class QLabel;
class QVBoxLayout;

namespace timonier {

class ElidedLabel;
class ToneLabel;

class ForwardsDialog final : public QDialog
{
    Q_OBJECT
public:
    explicit ForwardsDialog(ForwardList *forwards, QWidget *parent = nullptr);

signals:
    // A person wants to see it; the window opens it, a test looks.
    void openWanted(const QString &url);

private:
    struct Line {
        QWidget *widget = nullptr;
        ToneLabel *state = nullptr;
    };
    void refresh();
    Line add(const ForwardList::Item &item);

    ForwardList *m_forwards;
    std::map<int, Line> m_lines;
    QLabel *m_none;
    QVBoxLayout *m_column;
};

} // namespace timonier
