// A route map to a screen reader: a list whose items are the boxes.
#pragma once

namespace timonier {

// From now on route maps can be read; once is enough, more do no harm.
void tellScreenReaders();

} // namespace timonier
