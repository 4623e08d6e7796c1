// One page of the details pane. It is told what to follow, and whether it is looked at: it reads nothing while it is not.
#pragma once

#include "ui/models/subject.h"

#include <QWidget>

class QScrollArea;

namespace timonier {

class DetailTab : public QWidget
{
    Q_OBJECT
public:
    using QWidget::QWidget;

    virtual QString title() const = 0;
    // Whether the tab has anything to say of such an object; it is left out otherwise.
    virtual bool suits(const Subject &subject) const = 0;
    // Another object, or a newer row of the same one (Subject::sameObject tells). Called only while the tab is looked at, and
    // when it comes to be; with none, which is to be kept no longer, at any time.
    virtual void follow(const Subject &subject) = 0;
    // The description that all tabs share has come or changed; null: there is none yet. Called after follow(), while the
    // tab is looked at.
    virtual void describe(const std::shared_ptr<const Description> &description) { static_cast<void>(description); }
    // Another object was chosen: what was known of the last one, and stands in the title maybe, is not true of it. Called
    // for every tab, before the one that is looked at is told what to follow.
    virtual void forget() {}
    // Nobody looks any more: end subscriptions, keep what makes coming back cheap.
    virtual void rest() = 0;

protected:
    // `scroll` fills the tab, and `page` is read in it: downwards only, and the page takes the focus.
    void showScrolled(QScrollArea *scroll, QWidget *page);

signals:
    void jump(const timonier::ObjectRef &to);
    void titleChanged(); // "Events 6"
    void revealWanted(bool on); // the values of a Secret are to be read
};

} // namespace timonier
