// Editors of parameters that are chosen of a list: a few are all seen, many unfold. What cannot be chosen says why.
#pragma once

#include "ui/wizards/field_editors.h"

namespace timonier {

constexpr int fieldEditorWidth = 360; // px, at most: of a field of one line, and of what stands among them

FieldEditor *makeChoiceEditor(const form::Parameter &parameter, QWidget *parent);

} // namespace timonier
