// One step, run or undone, on a thread of its own: checked, written down, applied, written down; again where its failure may heal.
#pragma once

#include "plan/board.h"
#include "plan/journal.h"

namespace timonier::plan {

struct StepPlace {
    const Plan &plan;
    std::size_t index = 0;
    RunId run = 0;
    Direction direction = Direction::Forward;
};

class StepRun final : public StepContext
{
public:
    StepRun(Journal &journal, Board &board, StepPlace place, std::stop_token runStop);
    // Blocks until the step is over, which the board is told.
    void run();

    std::stop_token stop() const override { return m_attemptStop; }
    void print(std::string_view text) override;
    void progress(double fraction) override;
    void part(std::string_view id, std::string_view title, PartState state, std::string_view reason) override;
    Result<Resource> intend(std::string_view kind, std::string_view name) override;
    Result<> made(std::string_view kind, std::string_view name, std::string_view outsideId) override;
    Result<> gone(std::string_view kind, std::string_view name) override;
    Result<std::optional<Resource>> find(std::string_view kind, std::string_view name) override;

private:
    Result<StepState> forward();
    Result<StepState> back();
    Result<> leave(StepState state);
    Result<> mark(std::string_view kind, std::string_view name, ResourceState state, std::string_view outsideId);
    bool heals(const Error &error) const;
    Error named(Error error) const;
    void show(StepState state, std::optional<Error> error = {});
    void show(const Resource &resource);

    Journal &m_journal;
    Board &m_board;
    const StepPlace m_place;
    const Step &m_step;
    const std::stop_token m_runStop;
    std::stop_token m_attemptStop{};
    int m_attempt = 0;
};

} // namespace timonier::plan
