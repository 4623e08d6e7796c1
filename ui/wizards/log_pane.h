// What a step printed: its last lines as they come, to be searched and copied. It follows the end until somebody scrolls up. GUI thread.
#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace timonier {

class LogPane final : public QWidget
{
    Q_OBJECT
public:
    explicit LogPane(QWidget *parent = nullptr);
    // Another step: what it is called, and all that it has printed.
    void show(const QString &title, const QString &detail, const QStringList &lines);
    // The same step, said in other words.
    void retitle(const QString &title, const QString &detail);
    void add(const QStringList &lines);
    QString text() const;

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void find(bool back);
    void tellFound();

    QLabel *m_title, *m_detail, *m_empty;
    QLineEdit *m_search;
    QPlainTextEdit *m_view;
};

} // namespace timonier
