#include "ui/views/text_page.h"

#include "ui/models/ago_words.h"
#include "ui/theme/colours.h"
#include "ui/theme/glyphs.h"

#include <QAbstractTextDocumentLayout>
#include <QDateTime>
#include <QFontDatabase>
#include <QKeyEvent>
#include <QMenu>
#include <QMimeData>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextDocumentFragment>
#include <QTextObjectInterface>
#include <QUrl>

#include <algorithm>
#include <cmath>

namespace timonier {

namespace {

constexpr int dotObject = QTextFormat::UserObject + 1;
constexpr int toneProperty = QTextFormat::UserProperty + 1;
constexpr int lookProperty = QTextFormat::UserProperty + 2;

// The dot of a status, in the middle of a line of text.
class DotPainter final : public QObject, public QTextObjectInterface
{
    Q_OBJECT
    Q_INTERFACES(QTextObjectInterface)
public:
    using QObject::QObject;
    QSizeF intrinsicSize(QTextDocument *, int, const QTextFormat &) override { return {TextPage::dotWidth, 10}; }
    void drawObject(QPainter *painter, const QRectF &rect, QTextDocument *, int, const QTextFormat &format) override
    {
        const Tone tone = static_cast<Tone>(format.intProperty(toneProperty));
        drawTone(painter, {rect.left() + 5, rect.bottom() - 4}, tone, colours().of(tone));
    }
};

// On one line, or not at all: "4 min" at the end of one and "ago" on the next is hard to read.
QString inOnePiece(std::int64_t when, std::int64_t now)
{
    return agoWords(when, now).replace(u' ', QChar::Nbsp);
}

QTextBlockFormat roomy(int above)
{
    QTextBlockFormat format;
    format.setLayoutDirection(Qt::LeftToRight); // the page's own; what is written right to left is so within its line
    format.setTopMargin(above);
    return format;
}

} // namespace

TextPage::TextPage(QWidget *parent) : QTextBrowser(parent)
{
    setFrameShape(QFrame::NoFrame);
    setOpenLinks(false);
    setOpenExternalLinks(false);
    setUndoRedoEnabled(false);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setTabChangesFocus(true);
    document()->setDocumentMargin(0);
    document()->documentLayout()->registerHandler(dotObject, new DotPainter(this));
    viewport()->setAutoFillBackground(false);
    QPalette clear = palette();
    clear.setColor(QPalette::Base, Qt::transparent);
    setPalette(clear);
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    setSizePolicy(policy);
    connect(document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this, &TextPage::fitHeight);
    connect(this, &QTextBrowser::anchorClicked, this, [this](const QUrl &url) {
        const auto at = static_cast<std::size_t>(url.path().toULongLong());
        if (at < m_links.size()) {
            const ObjectRef to = m_links[at]; // whoever jumps writes this page anew
            emit jump(to);
        }
    });
    fitHeight();
}

void TextPage::begin()
{
    m_from = textCursor().anchor();
    m_to = textCursor().position();
    m_links.clear();
    m_ages.clear();
    document()->clear();
    m_writing = QTextCursor(document());
    m_writing.beginEditBlock();
    m_fresh = true;
    m_now = QDateTime::currentSecsSinceEpoch();
}

void TextPage::block(const QTextBlockFormat &format)
{
    if (std::exchange(m_fresh, false))
        m_writing.setBlockFormat(format);
    else
        m_writing.insertBlock(format, QTextCharFormat());
}

void TextPage::paragraph(int above)
{
    block(roomy(above));
}

void TextPage::indented(int by, int above)
{
    QTextBlockFormat format = roomy(above);
    format.setLeftMargin(by);
    block(format);
}

void TextPage::dotted(int above)
{
    QTextBlockFormat format = roomy(above);
    format.setLeftMargin(dotWidth);
    format.setTextIndent(-dotWidth);
    block(format);
}

void TextPage::labelled(const QString &label, int above)
{
    QTextBlockFormat format = roomy(above);
    format.setLeftMargin(m_labelWidth);
    format.setTextIndent(-m_labelWidth);
    format.setTabPositions({QTextOption::Tab(m_labelWidth, QTextOption::LeftTab)});
    block(format);
    const QString shown = fontMetrics().elidedText(label, Qt::ElideMiddle, m_labelWidth - 8);
    write(shown, Look::Dim, shown == label ? QString() : label);
    write(QStringLiteral("\t"));
}

void TextPage::underLabel(int above)
{
    indented(m_labelWidth, above);
}

QTextCharFormat TextPage::format(Look look) const
{
    QTextCharFormat format;
    format.setProperty(lookProperty, static_cast<int>(look));
    const bool mono = look == Look::Mono || look == Look::MonoDim || look == Look::Chip;
    QFont font = mono ? QFontDatabase::systemFont(QFontDatabase::FixedFont) : this->font();
    font.setPointSizeF(this->font().pointSizeF() * (mono ? 0.95 : 1));
    if (look == Look::Bold || look == Look::Heading)
        font.setWeight(QFont::DemiBold);
    format.setFont(font);
    const bool dim = look == Look::Dim || look == Look::MonoDim;
    format.setForeground(dim ? colours().dim : colours().text);
    if (look == Look::Chip)
        format.setBackground(colours().panel);
    return format;
}

void TextPage::write(const QString &text, Look look, const QString &toolTip)
{
    QTextCharFormat as = format(look);
    if (!toolTip.isEmpty())
        as.setToolTip(toolTip.toHtmlEscaped());
    // Lines of a text are lines of its paragraph; what a document takes for its own marks is left out.
    QString plain = text;
    plain.replace(QStringLiteral("\r\n"), QStringLiteral("\n")).replace(u'\n', QChar::LineSeparator).replace(QChar::ObjectReplacementCharacter, u' ');
    plain.replace(QChar::ParagraphSeparator, QChar::LineSeparator).remove(QChar(0));
    m_writing.insertText(plain, as);
}

void TextPage::link(const QString &text, const ObjectRef &to, Look look)
{
    QTextCharFormat as = format(look);
    as.setAnchor(true);
    as.setAnchorHref(QStringLiteral("jump:%1").arg(m_links.size()));
    as.setForeground(colours().accent);
    as.setFontUnderline(true);
    m_links.push_back(to);
    QString plain = text;
    plain.remove(u'\n').remove(QChar(0));
    m_writing.insertText(plain, as);
}

void TextPage::dot(Tone tone)
{
    if (tone == Tone::None)
        return;
    QTextCharFormat as;
    as.setObjectType(dotObject);
    as.setProperty(toneProperty, static_cast<int>(tone));
    m_writing.insertText(QString(QChar::ObjectReplacementCharacter), as);
}

void TextPage::age(std::int64_t when, const QString &words, Look look)
{
    const int begin = m_writing.position();
    write(words.arg(inOnePiece(when, m_now)), look, exactTime(when));
    QTextCursor cursor(document());
    cursor.setPosition(begin);
    m_ages.push_back({cursor, m_writing.position() - begin, when, words});
    // What is written next must not push the beginning along.
    m_ages.back().cursor.setKeepPositionOnInsert(true);
}

void TextPage::end()
{
    m_writing.endEditBlock();
    const int last = document()->characterCount() - 1;
    if (m_from != m_to && std::max(m_from, m_to) <= last) {
        QTextCursor cursor = textCursor();
        cursor.setPosition(m_from);
        cursor.setPosition(m_to, QTextCursor::KeepAnchor);
        setTextCursor(cursor);
    }
    fitHeight();
}

void TextPage::tick(std::int64_t now)
{
    m_now = now;
    for (Age &age : m_ages) {
        const QString text = age.words.arg(inOnePiece(age.when, now));
        QTextCursor cursor(document());
        cursor.setPosition(age.cursor.position());
        cursor.setPosition(age.cursor.position() + age.length, QTextCursor::KeepAnchor);
        if (cursor.selectedText() == text)
            continue;
        cursor.insertText(text, cursor.charFormat());
        age.length = static_cast<int>(text.size());
    }
}

QString TextPage::text() const
{
    return document()->toPlainText().remove(QChar::ObjectReplacementCharacter);
}

void TextPage::setMostHeight(int height)
{
    m_mostHeight = height;
    fitHeight();
}

void TextPage::fitHeight()
{
    const int needed = document()->isEmpty() ? 0 : static_cast<int>(std::ceil(document()->size().height()));
    const bool cut = m_mostHeight > 0 && needed > m_mostHeight;
    setVerticalScrollBarPolicy(cut ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
    setFixedHeight(cut ? m_mostHeight : needed);
}

bool TextPage::focusNextPrevChild(bool next)
{
    const bool moved = QTextBrowser::focusNextPrevChild(next);
    if (moved && hasFocus()) // to another link in here
        emit lookAt(cursorRect());
    return moved;
}

void TextPage::focusInEvent(QFocusEvent *event)
{
    m_ring = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    QTextBrowser::focusInEvent(event);
}

void TextPage::paintEvent(QPaintEvent *event)
{
    QTextBrowser::paintEvent(event);
    if (!m_ring || !hasFocus() || textCursor().hasSelection()) // a link that has the focus shows it itself
        return;
    QPainter painter(viewport());
    painter.setPen(colours().accent);
    painter.drawRect(viewport()->rect().adjusted(0, 0, -1, -1));
}

void TextPage::keyPressEvent(QKeyEvent *event)
{
    // Whatever holds this page scrolls it.
    static constexpr int scrolling[] = {Qt::Key_Up, Qt::Key_Down, Qt::Key_PageUp, Qt::Key_PageDown, Qt::Key_Home, Qt::Key_End, Qt::Key_Space};
    if (verticalScrollBarPolicy() == Qt::ScrollBarAlwaysOff && std::ranges::find(scrolling, event->key()) != std::end(scrolling)) {
        event->ignore();
        return;
    }
    QTextBrowser::keyPressEvent(event);
}

void TextPage::wheelEvent(QWheelEvent *event)
{
    if (verticalScrollBarPolicy() == Qt::ScrollBarAlwaysOff)
        event->ignore();
    else
        QTextBrowser::wheelEvent(event);
}

// Only what makes sense here: no "copy link location" of a link that is a number.
void TextPage::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("textMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Copy"), QKeySequence::Copy, this, &QTextEdit::copy)->setEnabled(textCursor().hasSelection());
    menu->addAction(tr("Select all"), QKeySequence::SelectAll, this, &QTextEdit::selectAll);
    menu->popup(event->globalPos());
}

// Another theme: what was written has its colours.
void TextPage::changeEvent(QEvent *event)
{
    QTextBrowser::changeEvent(event);
    if (event->type() != QEvent::PaletteChange)
        return;
    QTextCursor cursor(document());
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        for (auto it = block.begin(); !it.atEnd(); ++it) {
            const QTextFragment fragment = it.fragment();
            QTextCharFormat old = fragment.charFormat();
            if (!old.hasProperty(lookProperty))
                continue;
            const QTextCharFormat fresh = format(static_cast<Look>(old.intProperty(lookProperty)));
            QTextCharFormat change;
            change.setForeground(old.isAnchor() ? QBrush(colours().accent) : fresh.foreground());
            if (fresh.hasProperty(QTextFormat::BackgroundBrush))
                change.setBackground(fresh.background());
            cursor.setPosition(fragment.position());
            cursor.setPosition(fragment.position() + fragment.length(), QTextCursor::KeepAnchor);
            cursor.mergeCharFormat(change);
        }
    }
}

QMimeData *TextPage::createMimeDataFromSelection() const
{
    auto *plain = new QMimeData;
    plain->setText(textCursor().selection().toPlainText().remove(QChar::ObjectReplacementCharacter));
    return plain;
}

} // namespace timonier

#include "text_page.moc"
