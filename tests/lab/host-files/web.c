/* A web server for the Deployments of tests, one static binary: answers every request with the name of the host it runs on (a pod's
   name, in a pod). web [PORT], 8080 without one. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void end(int signal) { (void)signal; _exit(0); }

int main(int count, char **arguments)
{
    signal(SIGTERM, end);
    signal(SIGPIPE, SIG_IGN);
    int listening = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(count > 1 ? atoi(arguments[1]) : 8080)};
    if (bind(listening, (struct sockaddr *)&here, sizeof here) || listen(listening, 64)) {
        perror("web");
        return 1;
    }
    char name[256] = "", request[4096], answer[512];
    gethostname(name, sizeof name - 1);
    for (;;) {
        int one = accept(listening, 0, 0);
        if (one < 0)
            continue;
        if (read(one, request, sizeof request) > 0) {
            int size = snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s\n", strlen(name) + 1, name);
            if (write(one, answer, size) < 0)
                perror("web");
        }
        close(one);
    }
}
