// What `timonierctl apply` and `remove` tell: a line for each object that is done on stdout, what is waited for on stderr, or one JSON
// document. Any thread: news come from several at a time.
#pragma once

#include "manifest/apply.h"
#include "manifest/apply_preview.h"
#include "manifest/remove.h"

#include <mutex>
#include <set>

namespace timonier::ctl {

class ApplyPrinter
{
public:
    explicit ApplyPrinter(bool json) : m_json(json) {}

    void news(const ApplyPlan &plan, const ApplyNews &news);
    void removed(const SetEntry &entry, const Removal &removal);
    void change(const ManifestObject &object, const PlannedChange &change, bool diff);
    void wouldPrune(const SetEntry &entry);
    void warnings(const ApplyPlan &plan, const std::vector<AppliedResult> &results);
    // The count of each outcome, on stderr; or the JSON document.
    void finish();

private:
    void object(const ObjectRef &ref, const char *state, const std::string &words, const std::string &reason, bool toErrors = false);
    struct Line {
        ObjectRef ref{};
        std::string state{}, reason{}, diff{};
    };
    const bool m_json;
    std::mutex m_mutex{};
    std::vector<Line> m_lines{};
    std::vector<std::pair<std::string, int>> m_counts{};
    std::set<std::string> m_told{};
};

} // namespace timonier::ctl
