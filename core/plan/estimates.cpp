#include "plan/estimates.h"

namespace timonier::plan {

namespace {

const std::string &measureOf(const Step &step) { return step.measure.empty() ? step.id : step.measure; }

} // namespace

Result<std::vector<Span>> estimates(Journal &journal, const Plan &plan)
{
    const auto rows = TRY(journal.database().read<std::vector<QVariantList>>([&](Connection &connection) {
        return connection.rows("SELECT measure, ms FROM estimate WHERE provider = ?", {value(plan.provider)});
    }));
    std::map<std::string, Span> learned;
    for (const QVariantList &row : rows)
        learned[text(row[0])] = Span(row[1].toLongLong());
    std::vector<Span> all;
    for (const Step &step : plan.steps) {
        const auto known = learned.find(measureOf(step));
        all.push_back(std::max(Span(1), known == learned.end() ? step.estimate : known->second));
    }
    return all;
}

Result<> learn(Journal &journal, const Plan &plan, const Step &step, Span took)
{
    return journal.database().write<void>([&](Connection &connection) -> Result<> {
        TRY(connection.run("INSERT INTO estimate (provider, measure, ms, times) VALUES (?, ?, ?, 1) "
                           "ON CONFLICT (provider, measure) DO UPDATE SET ms = (3 * ms + 2 * excluded.ms) / 5, times = times + 1",
                           {value(plan.provider), value(measureOf(step)), qint64(took.count())}));
        return {};
    });
}

} // namespace timonier::plan
