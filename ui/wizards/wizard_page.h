// A page of a wizard, as the frame sees it.
#pragma once

#include <QWidget>

namespace timonier {

class WizardPage : public QWidget
{
    Q_OBJECT
public:
    using QWidget::QWidget;
    // In the list at the left, and a count behind it: "42 of 42".
    virtual QString title() const = 0;
    virtual QString count() const { return {}; }
    // Why one cannot go on from here; empty: one can.
    virtual QString whyNot() const { return {}; }
    virtual QString nextText() const { return tr("Next"); }
    // It comes to be seen.
    virtual void enter() {}
    // The person goes on from it.
    virtual void leave() {}
    // Puts the focus where a person begins.
    virtual void begin() { setFocus(Qt::OtherFocusReason); }

signals:
    // What it says of itself has changed.
    void changed();
    void nextWanted();
};

} // namespace timonier
