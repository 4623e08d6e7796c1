// The page of parameters: groups of fields, what is rarely changed folded away, the YAML that it comes to at the side where one wants it.
#pragma once

#include "ui/wizards/wizard_page.h"

class QPlainTextEdit;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace timonier {

class FieldRow;
class ToneLabel;
class WizardDraft;

class FormPage final : public WizardPage
{
    Q_OBJECT
public:
    explicit FormPage(WizardDraft *draft, QWidget *parent = nullptr);
    QString title() const override { return tr("Settings"); }
    QString whyNot() const override;
    void enter() override;
    void begin() override;
    FieldRow *row(const std::string &id) const;
    // Shows the first field that is wrong, unfolded if need be.
    void showFirstProblem();
    void setYamlShown(bool shown);
    void loadFile(QString file);

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void shareWidth();
    void rebuild();
    void refresh();
    void showValues();
    QWidget *heading(const QString &text);

    WizardDraft *m_draft;
    QScrollArea *m_scroll;
    QWidget *m_fields = nullptr;
    QVBoxLayout *m_column = nullptr;
    QWidget *m_folded = nullptr;
    QPushButton *m_fold = nullptr, *m_yamlButton;
    QPlainTextEdit *m_yaml;
    ToneLabel *m_whole; // what is wrong with no field by itself
    std::vector<FieldRow *> m_rows{};
    std::vector<std::pair<QWidget *, std::vector<FieldRow *>>> m_headings{};
    std::vector<std::string> m_built{};
    bool m_unfolded = false;
};

} // namespace timonier
