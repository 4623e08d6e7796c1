// The language that people are spoken to in.
#pragma once

#include <QString>

namespace timonier {

// Installs the translation for `language` ("fr"), or for the locale of the system when it is empty. English needs none.
void installLanguage(const QString &language);

} // namespace timonier
