// What one fills a parameter in with: a field, a choice, a box to tick, by its type. GUI thread.
#pragma once

#include "form/parameter.h"

#include <QWidget>

#include <functional>

namespace timonier {

class FieldEditor : public QWidget
{
    Q_OBJECT
public:
    using QWidget::QWidget;
    // What it shows; that does not count as an edit.
    virtual void show(const QString &value) = 0;
    // Its choices may be other ones now.
    virtual void setParameter(const form::Parameter &) {}
    // The editor says its name itself; no label stands before it.
    virtual bool saysItsName() const { return false; }
    virtual QWidget *focusTarget() = 0;

signals:
    void edited(const QString &value);
};

FieldEditor *makeEditor(const form::Parameter &parameter, QWidget *parent);

} // namespace timonier
