# containerd, made to serve Kubernetes. Its configuration is worked out by Timonier; this reads it, keeps it, and starts it anew.
config=/etc/containerd/config.toml
socket=/run/containerd/containerd.sock
link_plugins() { # Debian has CNI's plugins in /usr/lib/cni, everybody else looks in /opt/cni/bin
    [ -d /usr/lib/cni ] || return 0
    for plugin in /usr/lib/cni/*; do
        [ -x "$plugin" ] && [ ! -e "/opt/cni/bin/${plugin##*/}" ] || continue
        mkdir -p /opt/cni/bin "$store"
        printf '%s\n' "/opt/cni/bin/${plugin##*/}" >> "$store/links"
        ln -s "$plugin" "/opt/cni/bin/${plugin##*/}"
    done
}
lacks_plugins() {
    [ -d /usr/lib/cni ] || return 1
    for plugin in /usr/lib/cni/*; do if [ -x "$plugin" ] && [ ! -e "/opt/cni/bin/${plugin##*/}" ]; then return 0; fi; done
    return 1
}
case $verb in
read) # what it is now; of a file that is none or of the first version, the default
    if grep -q '^version *= *[23]' $config 2>/dev/null; then cat $config; else containerd config default; fi
    ;;
state)
    systemctl is-active --quiet containerd || no "containerd does not run"
    [ -S $socket ] || no $socket
    if lacks_plugins; then no "/opt/cni/bin"; fi
    # A file newer than the program: it was written, and the program not yet started anew.
    [ "$(stat -c %Y $config)" -le "$(date -d "$(systemctl show -p ActiveEnterTimestamp --value containerd)" +%s)" ] || no "containerd must read $config"
    ;;
keep)
    systemctl is-active containerd 2>/dev/null | note active || :
    keep $config
    ;;
restart)
    link_plugins
    systemctl enable containerd 2>/dev/null || :
    systemctl restart containerd
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        if [ -S $socket ] && ctr version > /dev/null 2>&1; then exit 0; fi
        sleep 0.5
    done
    journalctl -u containerd -n 20 --no-pager >&2 || :
    exit 1
    ;;
undo)
    [ -d "$store" ] || exit 0
    restore
    if [ -f "$store/links" ]; then while IFS= read -r link; do rm -f "$link"; done < "$store/links"; fi
    if [ "$(cat "$store/active" 2>/dev/null)" = active ]; then systemctl restart containerd; else systemctl stop containerd 2>/dev/null || :; fi
    forget
    ;;
esac
