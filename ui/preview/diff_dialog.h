// The YAML that would be applied, as a coloured diff. GUI thread.
#pragma once

#include "base/result.h"
#include "manifest/object_change.h"

#include <QDialog>

class QLabel;
class QPlainTextEdit;

namespace timonier {

class DiffDialog final : public QDialog
{
    Q_OBJECT
public:
    // `title`: what is compared. Shows that it waits until one of the others is called.
    explicit DiffDialog(const QString &title, QWidget *parent = nullptr);
    // `note`: what is to be known of it.
    void show(const ObjectChange &change, const QString &note);
    void fail(const Error &error);
    QString diff() const;

private:
    QLabel *m_note;
    QPlainTextEdit *m_text;
};

} // namespace timonier
