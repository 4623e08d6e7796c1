#include "ctl/interrupt.h"

#include <csignal>
#include <thread>

#ifndef _WIN32
#include <pthread.h>
#include <unistd.h>
#endif

namespace timonier::ctl {

#ifdef _WIN32
namespace {
std::stop_source *g_source = nullptr; // a signal handler has nowhere else to look
}

Interrupt::Interrupt()
{
    g_source = &m_source;
    std::signal(SIGINT, [](int) { // runs on a thread of its own there
        if (!g_source->request_stop())
            std::_Exit(130);
    });
}
#else
Interrupt::Interrupt()
{
    std::signal(SIGPIPE, SIG_IGN); // `… | head`: the write fails, and that is all
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &mask, nullptr);
    std::thread([source = m_source, mask]() mutable {
        for (int signal = 0; sigwait(&mask, &signal) == 0;)
            if (!source.request_stop())
                _exit(130);
    }).detach();
}
#endif

} // namespace timonier::ctl
