/* The stand-in for Kubernetes' pause image: holds a pod's namespaces, takes in the orphans of a shared process namespace, ends when told.
   `pause -v` tells a version and ends, as the real one does: the Job by which `kubeadm upgrade` tries the cluster runs that. */
#include <signal.h>
#include <stdio.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

static void end(int signal) { (void)signal; _exit(0); }
static void reap(int signal) { (void)signal; while (waitpid(-1, 0, WNOHANG) > 0) { } }

int main(int count, char **words)
{
    for (int i = 1; i < count; i++)
        if (!strcasecmp(words[i], "-v")) {
            puts("pause.c of Timonier's lab");
            return 0;
        }
    signal(SIGTERM, end);
    signal(SIGINT, end);
    signal(SIGCHLD, reap);
    for (;;)
        pause();
}
