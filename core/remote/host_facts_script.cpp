#include "remote/host_facts.h"

#include <fmt/format.h>

namespace timonier::remote {

namespace {

// POSIX sh and what every system has; each tool that may be missing is asked with its errors thrown away. Nothing here changes anything, and nothing waits for more than a
// moment: no network is asked but for the host's own name. Tools print in C (session.h).
constexpr std::string_view script = R"sh(
exec </dev/null
has() { command -v "$1" >/dev/null 2>&1; }
part() { printf '\n%s %s\n' "$m" "$1"; }
show() { [ -r "$1" ] && cat "$1" 2>/dev/null; }
unit() { has systemctl && [ -d /run/systemd/system ] && printf '%s %s %s\n' "$1" "$(systemctl show -p LoadState --value "$1" 2>/dev/null)" "$(systemctl show -p ActiveState --value "$1" 2>/dev/null)"; }

c=$(date +%s.%N); part clock; echo "$c"
part kernel; uname -s; uname -r; uname -m; uname -n
part os; show /etc/os-release || show /usr/lib/os-release
part init; show /proc/1/comm; [ -d /run/systemd/system ] && echo systemd-booted && systemctl is-system-running 2>/dev/null
part boot; show /proc/sys/kernel/random/boot_id
part virt; if has systemd-detect-virt; then systemd-detect-virt; fi; show /proc/version
part cpus; nproc 2>/dev/null || grep -c '^processor' /proc/cpuinfo
part memory; grep -E '^(MemTotal|MemAvailable):' /proc/meminfo
part swaps; show /proc/swaps
part fstab; grep -E '^[^#]*[[:space:]]swap[[:space:]]' /etc/fstab 2>/dev/null
part disks; for d in / /var/lib /var/lib/etcd /var/lib/containerd /var/lib/docker /tmp; do [ -d $d ] && printf '%s ' $d && df -Pk $d 2>/dev/null | tail -n 1; done
part mounts; show /proc/mounts
part cgroup; stat -fc %T /sys/fs/cgroup 2>/dev/null; [ -e /sys/fs/cgroup/cgroup.controllers ] && echo unified
part kubelet-config; grep -E '^cgroupDriver:' /var/lib/kubelet/config.yaml 2>/dev/null
part containerd; has containerd && { containerd --version; }
part containerd-file; [ -e /etc/containerd/config.toml ] && { echo timonier-there; show /etc/containerd/config.toml; }
part containerd-dump; has containerd && [ -e /etc/containerd/config.toml ] && containerd config dump 2>/dev/null
part docker; has docker && { docker --version; [ -S /run/docker.sock ] && timeout 3 docker info --format '{{.CgroupDriver}}' 2>/dev/null; }
part cri-dockerd; has cri-dockerd && cri-dockerd --version 2>&1
part crio; has crio && crio --version 2>/dev/null | head -n 3
part runc; has runc && runc --version 2>/dev/null | head -n 1
part sockets; for s in /run/containerd/containerd.sock /run/cri-dockerd.sock /var/run/crio/crio.sock /run/docker.sock; do [ -S $s ] && echo $s; done
part units; for u in containerd docker cri-docker crio kubelet systemd-timesyncd chrony chronyd ntp ntpd ntpsec ufw firewalld; do unit $u; done
part kubeadm; has kubeadm && kubeadm version -o short 2>/dev/null
part kubelet; has kubelet && kubelet --version 2>/dev/null
part kubectl; has kubeadm && has kubectl && kubectl version --client 2>/dev/null | head -n 1
part manager; for p in apt-get dnf yum zypper; do has $p && { echo $p; break; }; done
names='kubeadm kubelet kubectl kubernetes-cni cri-tools containerd containerd.io docker.io docker-ce docker-ce-cli moby-engine cri-dockerd cri-o runc conntrack conntrack-tools socat ethtool iptables nftables ipset ebtables chrony ntp systemd-timesyncd sudo curl gpg gnupg apt-transport-https ca-certificates'
part packages; if has dpkg-query; then dpkg-query -W -f '${Package} ${Version} ${db:Status-Abbrev}\n' $names 2>/dev/null; elif has rpm; then rpm -q --qf '%{NAME} %{VERSION}-%{RELEASE} installed\n' $names 2>/dev/null | grep ' installed$'; fi
part audit; has dpkg && dpkg --audit 2>/dev/null; ls /var/lib/dpkg/updates 2>/dev/null | grep -q '^[0-9]' && echo 'updates are pending in /var/lib/dpkg/updates'
part locks; for f in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock; do
  [ -e $f ] || continue; i=$(stat -c %i $f 2>/dev/null) || continue
  while read -r _ _ _ _ p w _; do [ "${w##*:}" = "$i" ] && printf '%s %s %s\n' $f "$p" "$(show /proc/$p/comm)"; done </proc/locks; done
part apt-proxies; has apt-config && apt-config dump 2>/dev/null | grep -iE '^Acquire::(http|https|ftp)::Proxy'
part reboot; [ -e /run/reboot-required ] && echo yes
part sources; for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do [ -r "$f" ] && grep -HnE 'kubernetes|docker\.com|cri-o|pkgs\.k8s\.io' "$f"; done 2>/dev/null
part ports; if has ss; then ss -H -lntup 2>/dev/null; else echo timonier-proc; for t in tcp tcp6 udp udp6; do [ -r /proc/net/$t ] && sed "s/^/$t /" /proc/net/$t; done; fi
part name; hostname 2>/dev/null || uname -n
part resolves; r=$(timeout 2 getent ahosts "$(uname -n)" 2>/dev/null); echo "$r"
part fqdn; [ -z "$r" ] || timeout 2 hostname -f 2>/dev/null
part dns; grep -E '^nameserver' /etc/resolv.conf 2>/dev/null
part machine; show /etc/machine-id
part uuid; show /sys/class/dmi/id/product_uuid
part links; for d in /sys/class/net/*; do [ -e "$d" ] || continue; printf '%s %s %s %s %s\n' "${d##*/}" "$(show $d/address)" "$(show $d/operstate)" "$([ -e $d/device ] && echo device || echo -)" "$([ -e $d/bridge ] && echo bridge || echo -)"; done
part addresses; has ip && ip -o addr show 2>/dev/null
part routes; has ip && { ip -o route show 2>/dev/null; ip -o -6 route show 2>/dev/null; }
part time; if has timedatectl && [ -d /run/systemd/system ]; then timedatectl show -p NTPSynchronized 2>/dev/null; elif has chronyc; then chronyc tracking 2>/dev/null | grep -i leap; fi
part environment; env | grep -iE '^(https?|no|all|ftp)_proxy='; grep -ihE '^[[:space:]]*(export[[:space:]]+)?(https?|no|all|ftp)_proxy=' /etc/environment 2>/dev/null
part modules; for x in overlay br_netfilter ip_vs nf_conntrack; do
  if [ -d /sys/module/$x ] || grep -q "^$x " /proc/modules 2>/dev/null || { [ $x = overlay ] && grep -q 'overlay$' /proc/filesystems; }; then echo $x loaded
  elif grep -q "/$x\.ko" /lib/modules/$(uname -r)/modules.builtin 2>/dev/null; then echo $x builtin
  elif has modprobe && modprobe -n $x 2>/dev/null; then echo $x loadable
  elif has modprobe; then echo $x missing; else echo $x unknown; fi; done
part sysctls; for k in net/ipv4/ip_forward net/ipv6/conf/all/forwarding net/bridge/bridge-nf-call-iptables net/bridge/bridge-nf-call-ip6tables fs/inotify/max_user_instances fs/inotify/max_user_watches vm/overcommit_memory kernel/panic vm/swappiness; do
  [ -r /proc/sys/$k ] && printf '%s %s\n' $k "$(cat /proc/sys/$k)"; done
part security; if has getenforce; then getenforce; fi; show /sys/module/apparmor/parameters/enabled
part left; for f in /etc/kubernetes/admin.conf /etc/kubernetes/kubelet.conf /etc/kubernetes/manifests /etc/kubernetes/pki /etc/kubernetes/bootstrap-kubelet.conf /var/lib/kubelet/config.yaml /var/lib/kubelet/pki /var/lib/kubelet/pods /var/lib/etcd /etc/cni/net.d /var/lib/cni /run/flannel /var/lib/calico /root/.kube/config; do
  if [ -d $f ]; then n=$(ls -A $f 2>/dev/null | grep -vc '^[.].*-keep$'); [ $n -gt 0 ] && echo "$f folder $n"; elif [ -e $f ]; then echo "$f file 0"; fi; done
part begun; show /var/lib/timonier/kubeadm/remember/cluster
u=${SUDO_USER:-$(id -un)}
part user; echo "$u"; id -u "$u"; id -u; getent passwd "$u"; h=$(getent passwd "$u" | cut -d: -f6); [ -n "$h" ] && [ -d "$h" ] && echo home-exists || echo home-missing; id -Gn "$u"
part sudo; has sudo && echo there
part end
)sh";

} // namespace

std::string hostFactsScript(std::string_view mark)
{
    return fmt::format("m={}{}", mark, script);
}

} // namespace timonier::remote
