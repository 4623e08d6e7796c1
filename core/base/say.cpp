#include "base/say.h"

#include <QCoreApplication>

namespace timonier {

std::string translated(const char *context, const char *text)
{
    return QCoreApplication::translate(context, text).toStdString();
}

} // namespace timonier
