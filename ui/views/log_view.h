// Log lines on the screen: lays out and paints only those that are seen, sticks to the end until somebody scrolls up, and
// lets text be selected and copied. The lines lie in a LogReader's buffer. GUI thread.
#pragma once

#include "ui/models/log_reader.h"
#include "ui/models/log_search.h"

#include <QAbstractScrollArea>
#include <QCache>
#include <QTextLayout>
#include <QTimer>

#include <optional>

class QPushButton;

namespace timonier {

class LogView final : public QAbstractScrollArea
{
    Q_OBJECT
public:
    LogView(LogReader *reader, const LogSearch *search, QWidget *parent = nullptr);
    ~LogView() override;

    bool isFollowing() const { return m_following; }
    bool showsTimes() const { return m_times; }
    bool wraps() const { return m_wrap; }
    bool showsOnlyMatches() const { return m_onlyMatches; }
    void setShowsTimes(bool on);
    void setWraps(bool on);
    void setShowsOnlyMatches(bool on);
    void setEmptyText(const QString &text);

    void linesCame();        // or matches
    void linesReplaced();
    void labelsChanged();
    void matchesChanged();   // what is looked for is another text
    void toEnd();            // and stay there
    // Makes a line the current match and brings it into view.
    void showMatch(std::uint64_t line);
    std::optional<std::uint64_t> currentMatch() const { return m_match; }
    std::uint64_t firstVisibleLine() const;

    bool hasSelection() const { return m_anchor != m_caret; }
    QString selectedText() const;
    void selectAll();
    void copy() const;
    QStringList visibleTexts() const;

signals:
    void followingChanged();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    struct Laid;             // one line, laid out
    struct Place {           // between two characters
        std::uint64_t line = 0;
        qsizetype at = 0;
        auto operator<=>(const Place &) const = default;
    };
    // Rows are lines, or only those that match.
    std::uint64_t firstRow() const;
    std::uint64_t endRow() const;
    std::uint64_t lineOf(std::uint64_t row) const;
    std::uint64_t rowFrom(std::uint64_t line) const;
    Laid *laid(std::uint64_t line) const;
    int gutterOf(const Laid &line) const;  // px: its time and name
    int heightOf(std::uint64_t row) const; // in text rows
    int capacity() const;
    void measure();
    void relayout();
    void setFollowing(bool on);
    void placeAtEnd();
    void stayInside();
    void updateBars();
    void scrollRows(int delta);
    void drawLine(QPainter &painter, const Laid &line, std::uint64_t number, int top) const;
    Place placeAt(QPoint point) const;
    void extendTo(QPoint point);
    void placeNewestButton();

    LogReader *m_reader;
    const LogSearch *m_search;
    QPushButton *m_newest;
    QString m_emptyText;
    mutable QCache<std::uint64_t, Laid> m_laid{600};
    mutable int m_widest = 0;        // text that has been seen, px
    int m_rowHeight = 16;
    int m_timeWidth = 0, m_labelWidth = 0, m_textLeft = 0;
    bool m_inline = false;           // text goes on below its time and name: the view is narrow
    bool m_times = false, m_wrap = true, m_onlyMatches = false;
    bool m_following = true;
    bool m_settingBars = false;
    std::uint64_t m_top = 0;         // row
    int m_topSkip = 0;               // text rows of it above the viewport
    std::uint64_t m_seenEnd = 0;     // when following stopped: what is newer is counted on the button
    std::optional<std::uint64_t> m_match;
    Place m_anchor, m_caret;
    bool m_selecting = false;
    QTimer m_dragging;               // beyond the edge
    QPoint m_dragPoint;
};

} // namespace timonier
