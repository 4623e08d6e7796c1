// Text from a cluster with a little shape: facts in two columns, dots of status, links, ages that tick. Can be selected and
// copied, links are reached with Tab; it wraps anywhere, so that no name makes it wider, and is as high as its text. Nothing
// in it is ever read as HTML. GUI thread.
#pragma once

#include "describe/tone.h"
#include "kube/object_ref.h"

#include <QTextBlockFormat>
#include <QTextBrowser>
#include <QTextCursor>

#include <vector>

namespace timonier {

class TextPage final : public QTextBrowser
{
    Q_OBJECT
public:
    enum class Look { Plain, Dim, Bold, Mono, MonoDim, Heading, Chip };

    explicit TextPage(QWidget *parent = nullptr);

    // Writing: begin, then paragraphs and what stands in them, then end.
    void begin();
    // `above`: px of room before it. A paragraph with a label has it in a column of its own.
    void paragraph(int above = 0);
    void labelled(const QString &label, int above = 2);
    // Further lines in the column of the values.
    void underLabel(int above = 0);
    void indented(int by, int above = 0);
    // One that begins with a dot: its further lines stand below its text.
    void dotted(int above = 0);
    static constexpr int dotWidth = 16;
    void write(const QString &text, Look look = Look::Plain, const QString &toolTip = {});
    void link(const QString &text, const ObjectRef &to, Look look = Look::Plain);
    void dot(Tone tone);
    // "4 min ago", kept true by tick(). `words`: with %1 for it.
    void age(std::int64_t when, const QString &words = QStringLiteral("%1"), Look look = Look::Plain);
    void end();
    bool hasLinks() const { return !m_links.empty(); }

    // px of the column of labels.
    void setLabelWidth(int width) { m_labelWidth = width; }
    // Higher texts scroll within; 0: as high as it needs.
    void setMostHeight(int height);
    // Ages move on; Unix seconds.
    void tick(std::int64_t now);
    QString text() const;

signals:
    void jump(const timonier::ObjectRef &to);
    // The keyboard has come to a link at this place.
    void lookAt(const QRect &rect);

protected:
    bool focusNextPrevChild(bool next) override;
    void focusInEvent(QFocusEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void changeEvent(QEvent *event) override;
    QMimeData *createMimeDataFromSelection() const override;

private:
    struct Age {
        QTextCursor cursor;
        int length = 0;
        std::int64_t when = 0;
        QString words;
    };
    void block(const QTextBlockFormat &format);
    void fitHeight();
    QTextCharFormat format(Look look) const;

    QTextCursor m_writing;
    bool m_fresh = true;             // nothing has been written since begin()
    std::vector<ObjectRef> m_links;
    std::vector<Age> m_ages;
    std::int64_t m_now = 0;
    int m_labelWidth = 96;
    int m_mostHeight = 0;
    int m_from = 0, m_to = 0;        // what was selected before begin()
    bool m_ring = false;             // the focus came by keyboard, and is to be seen
};

} // namespace timonier
