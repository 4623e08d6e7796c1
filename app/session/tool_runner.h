// A ProcessRunner that knows the tools of Timonier's own store (tools/toolbox.h): where "kind" is not on PATH, the one that was fetched is
// run. So everybody goes on saying "kind". Any thread.
#pragma once

#include "base/process.h"
#include "tools/toolbox.h"

#include <map>
#include <mutex>

namespace timonier {

class ToolRunner final : public ProcessRunner
{
public:
    // Of the list that cannot be read, nothing is known: then it is the runner below, no more.
    explicit ToolRunner(std::shared_ptr<ProcessRunner> below);
    Result<ProcessOutput> run(const Command &command, std::stop_token stop) override;
    // Fetches it into the store, checked. Errors: those of Toolbox::provide().
    Result<Tool> fetch(const std::string &name, std::stop_token stop);

private:
    const std::shared_ptr<ProcessRunner> m_below;
    const Toolbox m_toolbox;
    std::mutex m_mutex;
    std::map<std::string, std::string> m_fetched{}; // the program of each name that is run from the store
};

} // namespace timonier
