#include "strategy/executor/history.h"

#include "base/paths.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <ctime>

namespace timonier::rollout {

std::string progressText(const Progress &p)
{
    nlohmann::ordered_json json = {{"at_s", static_cast<double>(p.at.count()) / 1000}, {"deployment", p.deployment}, {"namespace", p.ns},
                                   {"strategy", strategy::key(p.strategy)}, {"phase", p.phase}, {"why", p.why}, {"step", p.step}, {"steps", p.steps},
                                   {"doing", p.words}, {"waiting_for", p.waiting}, {"promotable", p.promotable}, {"old_ready", p.oldReady},
                                   {"new_ready", p.newReady}, {"wanted", p.wanted}, {"new_share", p.newShare}, {"begun_ms", p.begun}, {"holder", p.holder}, {"renewed_ms", p.renewed}};
    json["checks"] = nlohmann::ordered_json::array();
    for (const auto &[words, good] : p.checks)
        json["checks"].push_back({{"good", good}, {"words", words}});
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

bool isNews(const Progress &progress, const Progress &last)
{
    Progress same = progress;
    same.at = last.at;
    same.renewed = last.renewed;
    same.waiting = last.waiting; // it counts seconds
    return same != last;
}

struct History::File {
    Sink next;
    std::string path;
    std::FILE *file = nullptr;
    bool tried = false;
    Progress last;

    ~File()
    {
        if (file)
            std::fclose(file);
    }
    void open(const Progress &progress)
    {
        tried = true;
        const auto folder = dataDir() / "rollouts";
        std::error_code ignored;
        std::filesystem::create_directories(folder, ignored);
        const std::time_t begun = progress.begun / 1000;
        char when[32] = "";
        std::strftime(when, sizeof when, "%Y%m%d-%H%M%S", std::gmtime(&begun));
        const auto full = folder / toPath(progress.ns + "-" + progress.deployment.substr(0, 150) + "-" + when + ".jsonl");
        file = std::fopen(toUtf8(full).c_str(), "ab"); // resumed: it goes on
        if (file)
            path = toUtf8(full);
    }
    void take(const Progress &progress)
    {
        if (isNews(progress, last)) {
            if (!tried)
                open(progress);
            if (file) {
                const std::string line = progressText(progress) + "\n";
                std::fwrite(line.data(), 1, line.size(), file);
                std::fflush(file);
            }
            last = progress;
        }
        next(progress);
    }
};

History::History(Sink next) : m_file(std::make_shared<File>()) { m_file->next = std::move(next); }
History::~History() = default;
std::string History::path() const { return m_file->path; }

Sink History::sink()
{
    return [file = m_file](const Progress &progress) { file->take(progress); };
}

} // namespace timonier::rollout
