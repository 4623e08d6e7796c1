// What a roll-out told, kept on this computer after the cluster has forgotten it: one JSON object a line, in the person's data folder. Any
// thread that may block on a file.
#pragma once

#include "strategy/executor/driver.h"

#include <memory>

namespace timonier::rollout {

// One line of JSON, of a stable shape: times in seconds.
std::string progressText(const Progress &progress);

// Something has happened since: more than that time has passed.
bool isNews(const Progress &progress, const Progress &last);

// Writes each progress that is news to a file of its own, and hands all on. The file cannot be
// written: nothing is kept, and the roll-out goes on.
class History
{
public:
    explicit History(Sink next);
    ~History();
    Sink sink();
    std::string path() const; // of the file; empty: there is none (yet)

private:
    struct File;
    const std::shared_ptr<File> m_file;
};

} // namespace timonier::rollout
