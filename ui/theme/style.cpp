#include "ui/theme/style.h"

#include "ui/theme/colours.h"
#include "ui/theme/controls_paint.h"

#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QPainter>
#include <QStyleOption>
#include <QTabBar>

#include <algorithm>

namespace timonier {

namespace {

constexpr int comboIndent = 4; // px
constexpr qreal radius = 6;
// Between the words of two tabs: closer where they would not all fit.
int tabGap(const QWidget *widget)
{
    const auto *bar = qobject_cast<const QTabBar *>(widget);
    if (!bar || bar->count() == 0 || !bar->parentWidget())
        return 16;
    int words = 0;
    for (int i = 0; i < bar->count(); ++i)
        words += bar->fontMetrics().size(Qt::TextShowMnemonic, bar->tabText(i)).width();
    return std::clamp((bar->parentWidget()->width() - words) / bar->count(), 8, 16);
}


void drawBox(QPainter *painter, const QRect &rect, const QColor &fill, const QColor &edge, qreal width = 1)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(edge, width));
    painter->setBrush(fill);
    const qreal half = width / 2;
    painter->drawRoundedRect(QRectF(rect).adjusted(half, half, -half, -half), radius, radius);
    painter->restore();
}

void drawChevron(QPainter *painter, const QRectF &rect, const QColor &colour, bool up)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(colour, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const QPointF c = rect.center();
    const qreal dy = up ? 2 : -2;
    painter->drawPolyline(QPolygonF{{c + QPointF(-3.5, dy * 0.9), c + QPointF(0, -dy * 0.9), c + QPointF(3.5, dy * 0.9)}});
    painter->restore();
}

bool isPrimary(const QStyleOption *option)
{
    const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
    return button && (button->features & QStyleOptionButton::DefaultButton);
}

} // namespace

Style::Style() : QProxyStyle(QStringLiteral("fusion")) {}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                          const QWidget *widget) const
{
    const Colours &c = colours();
    const bool focus = option->state & State_HasFocus;
    const bool enabled = option->state & State_Enabled;
    switch (element) {
    case PE_PanelLineEdit:
        if (widget && (qobject_cast<const QComboBox *>(widget->parentWidget()) || qobject_cast<const QAbstractSpinBox *>(widget->parentWidget())))
            return; // they have drawn the frame
        drawBox(painter, option->rect, c.background, focus ? c.accent : c.line, focus ? 2 : 1);
        return;
    case PE_FrameLineEdit:
        return;
    case PE_PanelButtonCommand: {
        const bool down = option->state & (State_Sunken | State_On);
        const bool hover = enabled && (option->state & State_MouseOver);
        if (isPrimary(option) && enabled) {
            const QColor fill = down ? c.accent.darker(115) : hover ? c.accent.lighter(108) : c.accent;
            drawBox(painter, option->rect, fill, focus ? c.text : fill, focus ? 2 : 1);
        } else {
            const QColor fill = down ? c.selection : hover ? c.panel : c.background;
            drawBox(painter, option->rect, fill, focus ? c.accent : c.line, focus ? 2 : 1);
        }
        return;
    }
    case PE_IndicatorRadioButton:
        return drawRadio(painter, *option);
    case PE_IndicatorCheckBox:
        return drawCheck(painter, *option);
    case PE_FrameFocusRect:
        return; // focus is a ring on the thing itself
    case PE_IndicatorHeaderArrow:
        return; // drawn with the header's word
    case PE_PanelScrollAreaCorner:
        painter->fillRect(option->rect, c.background);
        return;
    case PE_FrameTabBarBase: // a line below all tabs
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), c.line);
        return;
    case PE_Frame:
        if (qobject_cast<const QAbstractItemView *>(widget))
            return; // pages draw the lines between panes
        break;
    default:
        break;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

void Style::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    const Colours &c = colours();
    switch (element) {
    case CE_Header:
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option)) {
            drawControl(CE_HeaderSection, option, painter, widget);
            QStyleOptionHeaderV2 label;
            if (const auto *v2 = qstyleoption_cast<const QStyleOptionHeaderV2 *>(option))
                label = *v2;
            else
                static_cast<QStyleOptionHeader &>(label) = *header;
            label.rect.adjust(8, 0, -8, 0); // all of it: the arrow stands beside the word
            painter->save();
            painter->setClipRect(option->rect);
            drawControl(CE_HeaderLabel, &label, painter, widget);
            painter->restore();
            return;
        }
        break;
    case CE_HeaderSection:
    case CE_HeaderEmptyArea:
        painter->fillRect(option->rect, c.background);
        if (option->state & State_Horizontal) // the titles of rows are separated no more than the rows themselves
            painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), c.line);
        return;
    case CE_HeaderLabel:
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option)) {
            QStyleOptionHeaderV2 copy;
            if (const auto *v2 = qstyleoption_cast<const QStyleOptionHeaderV2 *>(option))
                copy = *v2;
            else
                static_cast<QStyleOptionHeader &>(copy) = *header;
            copy.palette.setColor(QPalette::ButtonText,
                                  header->sortIndicator == QStyleOptionHeader::None ? c.dim : c.text);
            copy.state &= ~State_On;
            QProxyStyle::drawControl(element, &copy, painter, widget);
            if (header->sortIndicator != QStyleOptionHeader::None) {
                // Beside the word, not above the far edge. "Down" is Qt's word for ascending.
                const int text = header->fontMetrics.horizontalAdvance(header->text);
                const bool right = header->textAlignment & Qt::AlignRight;
                const int x = right ? header->rect.right() - text - 16 : header->rect.left() + text + 5;
                drawChevron(painter, QRectF(x, header->rect.center().y() - 5, 12, 12), c.accent,
                            header->sortIndicator == QStyleOptionHeader::SortDown);
            }
            return;
        }
        break;
    case CE_PushButtonLabel:
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option); button && isPrimary(option)) {
            QStyleOptionButton copy(*button);
            copy.palette.setColor(QPalette::ButtonText, c.onAccent);
            copy.palette.setColor(QPalette::Disabled, QPalette::ButtonText, c.dim);
            QProxyStyle::drawControl(element, &copy, painter, widget);
            return;
        }
        break;
    case CE_TabBarTabShape:
        if (const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option)) {
            const QRect word = tab->rect.adjusted(0, 0, -tabGap(widget), 0);
            if (option->state & State_HasFocus)
                drawBox(painter, word.adjusted(-3, 2, 3, -4), Qt::transparent, c.accent);
            if (option->state & State_Selected)
                painter->fillRect(QRect(word.left(), word.bottom() - 1, word.width(), 2), c.accent);
            return;
        }
        break;
    case CE_TabBarTabLabel:
        if (const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option)) {
            const bool lit = option->state & (State_Selected | State_MouseOver);
            painter->setPen(lit ? c.text : c.dim);
            painter->drawText(tab->rect, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, tab->text);
            return;
        }
        break;
    case CE_Splitter:
        painter->fillRect(option->rect, c.line);
        return;
    default:
        break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                               const QWidget *widget) const
{
    const Colours &c = colours();
    if (control == CC_ComboBox) {
        const bool focus = option->state & State_HasFocus;
        drawBox(painter, option->rect, c.background, focus ? c.accent : c.line, focus ? 2 : 1);
        drawChevron(painter, subControlRect(control, option, SC_ComboBoxArrow, widget), c.dim, false);
        return;
    }
    if (control == CC_ScrollBar) {
        const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option);
        painter->fillRect(option->rect, widget ? option->palette.color(widget->backgroundRole()) : c.background);
        if (!bar || bar->maximum <= bar->minimum)
            return;
        const QRect handle = subControlRect(control, option, SC_ScrollBarSlider, widget);
        const bool hot = option->state & (State_MouseOver | State_Sunken);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        QColor fill = c.dim;
        fill.setAlphaF(hot ? 0.7f : 0.4f);
        painter->setBrush(fill);
        const QRectF pill = QRectF(handle).adjusted(3, 3, -3, -3);
        const qreal round = std::min(pill.width(), pill.height()) / 2;
        painter->drawRoundedRect(pill, round, round);
        painter->restore();
        return;
    }
    if (control == CC_Slider) {
        const auto *slider = qstyleoption_cast<const QStyleOptionSlider *>(option);
        if (slider && slider->orientation == Qt::Horizontal)
            return drawSlider(painter, *slider, subControlRect(control, option, SC_SliderHandle, widget));
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

QRect Style::subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl part, const QWidget *widget) const
{
    const QRect rect = QProxyStyle::subControlRect(control, option, part, widget);
    const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(option);
    if (control == CC_ComboBox && part == SC_ComboBoxEditField && combo && !combo->editable) // its text begins where that of a line edit does
        return option->direction == Qt::RightToLeft ? rect.adjusted(0, 0, -comboIndent, 0) : rect.adjusted(comboIndent, 0, 0, 0);
    return rect;
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
        return 17;
    case PM_SplitterWidth:
        return 1;
    case PM_ScrollBarExtent:
        return 12;
    case PM_HeaderMarkSize:
        return 12;
    case PM_HeaderMargin:
        return 8;
    case PM_TabBarTabHSpace:
        return tabGap(widget);
    case PM_TabBarTabVSpace:
        return 14;
    case PM_TabBarTabOverlap:
    case PM_TabBarTabShiftHorizontal:
    case PM_TabBarTabShiftVertical:
        return 0;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
        return 0;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *back) const
{
    if (hint == SH_ComboBox_Popup)
        return 0; // a list below the field, which scrolls: there may be 5,000 namespaces
    if (hint == SH_ScrollBar_LeftClickAbsolutePosition)
        return 1;
    return QProxyStyle::styleHint(hint, option, widget, back);
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size, const QWidget *widget) const
{
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    if (type == CT_PushButton)
        return {result.width() + 8, std::max(result.height(), 32)};
    if (type == CT_ComboBox)
        result.rwidth() += comboIndent;
    if (type == CT_LineEdit || type == CT_ComboBox)
        result.setHeight(std::max(result.height(), 32));
    return result;
}

} // namespace timonier
