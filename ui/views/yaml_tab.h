// The object as YAML: to be read, searched and copied. The values of Secrets are hidden until somebody asks for them, and
// again at the next object. GUI thread.
#pragma once

#include "ui/views/detail_tab.h"

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace timonier {

class YamlTab final : public DetailTab
{
    Q_OBJECT
public:
    explicit YamlTab(QWidget *parent = nullptr);

    QString title() const override;
    bool suits(const Subject &) const override { return true; }
    void follow(const Subject &subject) override;
    void describe(const std::shared_ptr<const Description> &description) override;
    void rest() override;

protected:
    bool event(QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void openFind();
    void closeFind();
    void search();
    void step(int by);
    void mark();

    Subject m_subject;
    QPlainTextEdit *m_text;
    class YamlHighlighter *m_highlighter;
    QWidget *m_bar;
    QLineEdit *m_find;
    QLabel *m_count;
    QPushButton *m_reveal;
    QPushButton *m_copy;
    std::vector<int> m_hits;         // where they begin
    int m_hit = -1;                  // the one that is looked at
};

} // namespace timonier
