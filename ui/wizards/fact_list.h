// Labels and values in two columns, under a heading. GUI thread.
#pragma once

#include "ui/models/wizard_subject.h"

#include <QWidget>

class QGridLayout;

namespace timonier {

class FactList final : public QWidget
{
    Q_OBJECT
public:
    // `labels`: how wide the first column is at least.
    FactList(const QString &name, const QString &heading, int labels = 136, QWidget *parent = nullptr);
    void show(const std::vector<WizardFact> &facts);

private:
    QGridLayout *m_grid;
};

} // namespace timonier
