// The core's texts are UTF-8 in views; the models and views want a QString.
#pragma once

#include <QString>

#include <string_view>

namespace timonier {

inline QString fromView(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace timonier
