#include "base/leash.h"

#include <QProcess>

#ifdef _WIN32
#include <windows.h>

#include <vector>
#else
#include <csignal>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#endif

namespace timonier {

#ifdef _WIN32

// A job that ends its processes when its last handle is closed, which the system does for us however we end. The child is born in it
// (PROC_THREAD_ATTRIBUTE_JOB_LIST), so that nothing it starts can be too early to belong to it.
struct Leash::Job {
    HANDLE handle = nullptr;
    std::vector<char> attributes{};
    STARTUPINFOEXW startup{};
};

Leash::Leash() : m_job(new Job)
{
    m_job->handle = ::CreateJobObjectW(nullptr, nullptr);
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {};
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    if (m_job->handle && !::SetInformationJobObject(m_job->handle, JobObjectExtendedLimitInformation, &limits, sizeof limits)) {
        ::CloseHandle(m_job->handle);
        m_job->handle = nullptr;
    }
}

Leash::~Leash()
{
    if (!m_job->attributes.empty())
        ::DeleteProcThreadAttributeList(m_job->startup.lpAttributeList);
    if (m_job->handle)
        ::CloseHandle(m_job->handle);
    delete m_job;
}

void Leash::tie(QProcess &process, bool)
{
    SIZE_T size = 0;
    ::InitializeProcThreadAttributeList(nullptr, 1, 0, &size);
    m_job->attributes.resize(size);
    const auto list = reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(m_job->attributes.data());
    if (!m_job->handle || !::InitializeProcThreadAttributeList(list, 1, 0, &size)) {
        m_job->attributes.clear();
        return; // it runs without a leash rather than not at all
    }
    m_job->startup.lpAttributeList = list;
    if (!::UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_JOB_LIST, &m_job->handle, sizeof m_job->handle, nullptr, nullptr))
        return;
    process.setCreateProcessArgumentsModifier([job = m_job](QProcess::CreateProcessArguments *arguments) {
        job->startup.StartupInfo = *reinterpret_cast<STARTUPINFOW *>(arguments->startupInfo);
        job->startup.StartupInfo.cb = sizeof job->startup;
        arguments->startupInfo = reinterpret_cast<Q_STARTUPINFO *>(&job->startup.StartupInfo);
        arguments->flags |= EXTENDED_STARTUPINFO_PRESENT;
    });
}

bool Leash::endTree() { return m_job->handle && ::TerminateJobObject(m_job->handle, 1); }

#else

Leash::Leash() = default;
Leash::~Leash() = default;

void Leash::tie(QProcess &process, bool ownSession)
{
    // Between fork and exec: nothing but system calls.
    process.setChildProcessModifier([ownSession, parent = ::getpid()] {
        if (ownSession)
            ::setsid();
        // A program that waits for its signals on a thread blocks them everywhere, and a child that inherits that cannot be asked to end.
        sigset_t none;
        ::sigemptyset(&none);
        ::sigprocmask(SIG_SETMASK, &none, nullptr);
#ifdef __linux__
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) // we died before it was set
            ::_exit(127);
#endif
    });
}

bool Leash::endTree() { return false; }

#endif

} // namespace timonier
