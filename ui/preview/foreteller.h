// Works roll-outs out away from the GUI thread, the newest question only: a slider that is dragged asks sixty times a second, and
// ten thousand pods take a tenth of one. Used on the GUI thread; the simulation runs on a worker of its own.
#pragma once

#include "base/worker.h"
#include "ui/models/waker.h"
#include "ui/preview/foretold.h"

#include <QObject>

#include <mutex>

namespace timonier {

class Foreteller final : public QObject
{
    Q_OBJECT
public:
    explicit Foreteller(QObject *parent = nullptr);
    ~Foreteller() override;

    // All six, `first` before the others. What was asked before is not finished.
    void ask(std::shared_ptr<const strategy::Application> application, const strategy::Parameters &parameters, strategy::Strategy first);
    // As far as it has come. An answer to an earlier question stands until there is one to the newest.
    const AllForetold &all() const { return m_all; }
    bool isComplete() const { return m_answered == m_asked; }

signals:
    void told();       // some of all() is new
    void completed();  // all six answer the newest question

private:
    struct Shared {
        std::mutex mutex;
        std::uint64_t newest = 0; // question
        std::vector<std::pair<std::uint64_t, ForetoldPtr>> answers;
    };
    void take();

    std::shared_ptr<Shared> m_shared = std::make_shared<Shared>();
    Waker *m_waker;
    std::uint64_t m_asked = 0, m_answered = 0;
    std::size_t m_count = 0; // answers to the newest question
    AllForetold m_all;
    Worker m_worker{"foretell"};
};

} // namespace timonier
