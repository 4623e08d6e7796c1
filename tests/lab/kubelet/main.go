// The streaming half of a kubelet: exec and port-forward served by k8s.io/cri-streaming, which real kubelets' runtimes use,
// with this computer in the place of the container. Unlike kwok it tells exit codes, ends a command's input, and hangs up
// when the application does (as containerd: the other direction gets a second more).
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"time"

	"k8s.io/cri-streaming/pkg/streaming/portforward"
	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
	utilexec "k8s.io/utils/exec"
)

var folder = flag.String("folder", ".", "where commands run")

type runtime struct{}

func (runtime) ExecInContainer(ctx context.Context, _, _, _ string, cmd []string, in io.Reader, out, err io.WriteCloser, _ bool, _ <-chan remotecommand.TerminalSize, _ time.Duration) error {
	command := exec.CommandContext(ctx, cmd[0], cmd[1:]...)
	command.Dir = *folder
	command.Stdout, command.Stderr = out, err
	if in != nil { // not command.Stdin: Wait would then wait for the client to end its input
		to, problem := command.StdinPipe()
		if problem != nil {
			return problem
		}
		go func() {
			io.Copy(to, in)
			to.Close()
		}()
	}
	problem := command.Run()
	if ended, ok := problem.(*exec.ExitError); ok {
		return &utilexec.ExitErrorWrapper{ExitError: ended}
	}
	return problem
}

func (runtime) PortForward(_ context.Context, _ string, _ string, port int32, stream io.ReadWriteCloser) error {
	connection, problem := net.Dial("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if problem != nil {
		return fmt.Errorf("failed to connect to localhost:%d inside namespace: %w", port, problem)
	}
	defer connection.Close()
	ended := make(chan error, 2)
	go func() { _, e := io.Copy(stream, connection); ended <- e }()
	go func() { _, e := io.Copy(connection, stream); ended <- e }()
	problem = <-ended
	select {
	case <-ended:
	case <-time.After(time.Second):
	}
	return problem
}

func main() {
	listen := flag.String("listen", "", "address and port")
	certificate := flag.String("certificate", "", "PEM")
	key := flag.String("key", "", "PEM")
	flag.Parse()
	http.HandleFunc("/exec/", func(w http.ResponseWriter, request *http.Request) {
		parts := strings.Split(request.URL.Path, "/") // /exec/NAMESPACE/POD/CONTAINER
		options, problem := remotecommand.NewOptions(request)
		if problem != nil || len(parts) < 5 {
			http.Error(w, fmt.Sprint(problem), http.StatusBadRequest)
			return
		}
		remotecommand.ServeExec(w, request, runtime{}, parts[3], "", parts[4], request.URL.Query()["command"], options,
			4*time.Hour, 30*time.Second, remotecommand.SupportedStreamingProtocols)
	})
	http.HandleFunc("/portForward/", func(w http.ResponseWriter, request *http.Request) {
		options, problem := portforward.NewV4Options(request)
		if problem != nil {
			http.Error(w, problem.Error(), http.StatusBadRequest)
			return
		}
		portforward.ServePortForward(w, request, runtime{}, "pod", "", options, 4*time.Hour, 30*time.Second, portforward.SupportedProtocols)
	})
	log.Fatal(http.ListenAndServeTLS(*listen, *certificate, *key, nil))
}
