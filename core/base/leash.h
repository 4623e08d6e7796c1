// A child that ends with us: whatever ends this program (kill -9, a crash, a log-out), the system ends what it has running.
#pragma once

class QProcess;

namespace timonier {

class Leash
{
public:
    Leash();
    ~Leash(); // Windows: ends what is left of the child's tree
    Leash(const Leash &) = delete;
    Leash &operator=(const Leash &) = delete;

    // Before start(), which must be called by a thread that stays until the child has ended: on Linux the death of that thread counts
    // (prctl(2), PR_SET_PDEATHSIG). `ownSession`: away from our terminal, so that the child and its children can be signalled as one.
    void tie(QProcess &process, bool ownSession);
    // Ends the child and all that it started; true if the system has a way for that which needs no signals.
    bool endTree();

private:
#ifdef _WIN32
    struct Job;
    Job *m_job = nullptr;
#endif
};

} // namespace timonier
