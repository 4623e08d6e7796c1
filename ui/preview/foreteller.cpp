#include "ui/preview/foreteller.h"

namespace timonier {

Foreteller::Foreteller(QObject *parent) : QObject(parent), m_waker(new Waker(this))
{
    connect(m_waker, &Waker::woken, this, &Foreteller::take);
}

Foreteller::~Foreteller()
{
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->newest = ~std::uint64_t(0); // what runs gives up at the next strategy
    }
    m_worker.stop();
}

namespace {

ForetoldPtr foretold(const strategy::Application &application, const strategy::Parameters &parameters, strategy::Strategy strategy)
{
    auto told = std::make_shared<Foretold>();
    told->parameters = parameters;
    told->outcome = strategy::foretell(parameters, strategy);
    told->course = strategy::courseOf(told->outcome);
    told->scale = strategy::TimeScale::folded(told->course);
    told->figures = strategy::keyFigures(application, parameters, told->outcome, told->course);
    told->room = QString::fromStdString(strategy::roomText(application, parameters, told->outcome));
    return told;
}

} // namespace

void Foreteller::ask(std::shared_ptr<const strategy::Application> application, const strategy::Parameters &parameters, strategy::Strategy first)
{
    ++m_asked;
    m_count = 0;
    {
        const std::lock_guard lock(m_shared->mutex);
        m_shared->newest = m_asked;
    }
    m_worker.post([shared = m_shared, wake = m_waker->wake(), number = m_asked, application = std::move(application), parameters, first] {
        const auto isOld = [&] {
            const std::lock_guard lock(shared->mutex);
            return shared->newest != number;
        };
        for (std::size_t i = 0; i < strategy::allStrategies.size() && !isOld(); ++i) {
            const auto one = static_cast<strategy::Strategy>((indexOf(first) + i) % strategy::allStrategies.size());
            ForetoldPtr told = foretold(*application, parameters, one);
            {
                const std::lock_guard lock(shared->mutex);
                shared->answers.emplace_back(number, std::move(told));
            }
            wake();
        }
    });
}

void Foreteller::take()
{
    std::vector<std::pair<std::uint64_t, ForetoldPtr>> answers;
    {
        const std::lock_guard lock(m_shared->mutex);
        answers = std::move(m_shared->answers);
        m_shared->answers.clear();
    }
    for (auto &[number, told] : answers) {
        m_count += number == m_asked;
        const std::size_t at = indexOf(told->outcome.strategy);
        m_all[at] = std::move(told);
    }
    if (!answers.empty())
        emit told();
    if (m_count == m_all.size() && m_answered != m_asked) {
        m_answered = m_asked;
        emit completed();
    }
}

} // namespace timonier
