// A line of a log as it lies on the screen: between the two halves of LogView.
#pragma once

#include "ui/views/log_view.h"

#include <QTextLayout>

namespace timonier {

constexpr int logPadding = 8;

struct LogView::Laid {
    std::uint32_t source = 0;
    std::string stamp;
    QString time;
    QString text;
    QTextLayout layout;
};

} // namespace timonier
