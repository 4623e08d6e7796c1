// A description as text: its facts, containers, conditions, labels. GUI thread.
#pragma once

#include "describe/describe.h"

namespace timonier {

class TextPage;

// What is asked for first, and stands above what belongs to the object …
void writeFacts(const Description &description, TextPage &page);
// … and what is looked up: conditions, labels, annotations, owners.
void writeRest(const Description &description, TextPage &page);

} // namespace timonier
