// The runs of plans, newest first: how each ended, and those that can go on. Stays open beside the window. GUI thread.
#pragma once

#include "ui/models/status_words.h"

#include <QDialog>

#include <vector>

class QLabel;
class QVBoxLayout;

namespace timonier {

struct RunLine {
    qint64 id = 0;
    QString title{}, when{};           // "The kind cluster dev", "26 November, 13:05"
    StatusWords state{};
    bool canResume = false;
    bool canUndo = false;              // something of it is there, and it is the newest of what it is about
};

class RunsDialog final : public QDialog
{
    Q_OBJECT
public:
    explicit RunsDialog(QWidget *parent = nullptr);
    // `problem`: why they cannot be read, or not all of them.
    void show(const std::vector<RunLine> &runs, const QString &problem = {});
    using QDialog::show;

signals:
    void resumeWanted(qint64 id);
    void undoWanted(qint64 id);

private:
    QWidget *lineOf(const RunLine &run);

    QLabel *m_none;
    QWidget *m_lines = nullptr;
    QVBoxLayout *m_column;
};

} // namespace timonier
