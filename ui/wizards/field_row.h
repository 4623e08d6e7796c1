// One parameter: its name, what it is filled in with, what it is for, and what is wrong with it. GUI thread.
#pragma once

#include "form/parameter.h"

#include <QWidget>

class QLabel;

namespace timonier {

class FieldEditor;
class ToneLabel;

class FieldRow final : public QWidget
{
    Q_OBJECT
public:
    explicit FieldRow(const form::Parameter &parameter, QWidget *parent = nullptr);
    const std::string &id() const { return m_id; }
    // Its choices, its help; of the same type and name as before.
    void setParameter(const form::Parameter &parameter);
    void show(const QString &value);
    // Empty: nothing is wrong.
    void setProblem(const QString &problem);
    QString problem() const { return m_problemText; }
    void takeFocus();
    QWidget *focusTarget() const;
    // px of the column of names, the same for all rows.
    void setNameWidth(int width);
    static constexpr int nameWidth = 168, leastNameWidth = 104;

signals:
    void edited(const QString &value);

private:
    void tell();
    const std::string m_id;
    FieldEditor *m_editor;
    QLabel *m_name, *m_help;
    ToneLabel *m_problem;
    QString m_problemText{}, m_helpText{};
};

} // namespace timonier
