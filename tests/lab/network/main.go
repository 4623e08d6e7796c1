// The pod network of the lab's hosts, as a DaemonSet (../host-files/network.yaml): on each node it writes the CNI configuration of that node's pod
// range (the plugins are kubernetes-cni's), and a route for every other node's. No image of a real one can be pulled; this does what the simplest
// of them do on one layer-2 network. Standard library only; `ip` is the host's, under /host.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"time"
)

const account = "/var/run/secrets/kubernetes.io/serviceaccount/"
const config = "/host/etc/cni/net.d/10-lab.conflist"

type node struct {
	Metadata struct{ Name string }
	Spec     struct{ PodCIDR string }
	Status   struct {
		Addresses []struct{ Type, Address string }
	}
}

func nodes(client *http.Client) ([]node, error) {
	token, err := os.ReadFile(account + "token")
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest("GET", "https://"+os.Getenv("KUBERNETES_SERVICE_HOST")+":"+os.Getenv("KUBERNETES_SERVICE_PORT")+"/api/v1/nodes", nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+string(token))
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 {
		return nil, fmt.Errorf("nodes: %s", answer.Status)
	}
	var list struct{ Items []node }
	return list.Items, json.NewDecoder(answer.Body).Decode(&list)
}

func (n node) address() string {
	for _, one := range n.Status.Addresses {
		if one.Type == "InternalIP" {
			return one.Address
		}
	}
	return ""
}

func chrooted(words ...string) *exec.Cmd {
	command := exec.Command("/bin/sh", append([]string{"-c", `exec "$@"`, "sh"}, words...)...)
	command.SysProcAttr = &syscall.SysProcAttr{Chroot: "/host"}
	command.Dir = "/"
	command.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
	return command
}

// The file appears whole or not at all: the container runtime reads whatever it finds.
func write(cidr string) error {
	text := fmt.Sprintf(`{"cniVersion": "0.4.0", "name": "lab", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isDefaultGateway": true, "hairpinMode": true, "ipMasq": false, "ipam": {"type": "host-local", "ranges": [[{"subnet": %q}]]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
`, cidr)
	if old, err := os.ReadFile(config); err == nil && string(old) == text {
		return nil
	}
	if err := os.MkdirAll("/host/etc/cni/net.d", 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(config+".new", []byte(text), 0o644); err != nil {
		return err
	}
	return os.Rename(config+".new", config)
}

func main() {
	authority, err := os.ReadFile(account + "ca.crt")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	routes := map[string]string{}
	for ; ; time.Sleep(time.Second) {
		list, err := nodes(client)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			continue
		}
		for _, n := range list {
			if n.Spec.PodCIDR == "" {
				continue
			}
			if n.Metadata.Name == os.Getenv("NODE_NAME") {
				if err := write(n.Spec.PodCIDR); err != nil {
					fmt.Fprintln(os.Stderr, err)
				}
			} else if routes[n.Spec.PodCIDR] != n.address() {
				if said, err := chrooted("ip", "route", "replace", n.Spec.PodCIDR, "via", n.address()).CombinedOutput(); err != nil {
					fmt.Fprintln(os.Stderr, string(said), err)
					continue
				}
				routes[n.Spec.PodCIDR] = n.address()
			}
		}
	}
}
