# kubelet, kubeadm, kubectl of one version, held; and containerd, where there is none. ARGUMENTS: version ("1.36" or "1.36.3"), "containerd" or "-".
list=/etc/apt/sources.list.d/timonier-kubernetes.list
ours='kubeadm kubelet kubectl'
# An apt that another one keeps waiting says so, and gets its turn.
apt() { apt-get -q -o APT::Keep-Downloaded-Packages=false -o DPkg::Lock::Timeout=180 -o Dpkg::Use-Pty=0 -o APT::Color=0 "$@"; }
installed() { dpkg-query -W -f '${db:Status-Abbrev} ${Version}\n' "$1" 2>/dev/null | awk '$1 ~ /^.i$/ { print $2 }'; }
is_version() { case $1 in "$2" | "$2"[.-]*) ;; *) return 1 ;; esac; }
# Of one that was killed: its apt may still be at it. dpkg itself waits for nobody.
configure() {
    for _ in $(seq 90); do
        if words=$(dpkg --configure -a 2>&1); then
            printf '%s\n' "$words"
            return 0
        fi
        case $words in *"locked by another process"*) sleep 2 ;; *) break ;; esac
    done
    printf '%s\n' "$words" >&2
    return 1
}
# Of those that this step brings: what a power failure left half unpacked. dpkg asks for them anew, and configures nothing that hangs on them before.
messed() {
    [ -f "$store/new" ] || return 0
    for package in $(sort -u "$store/new"); do dpkg-query -W -f '${Package} ${Status}\n' "$package" 2> /dev/null || :; done | awk '$3 == "reinstreq" { print $1 }'
}
case $verb in
check)
    [ -z "$(messed)" ] || no "$(messed) is half unpacked"
    for package in $ours; do
        version=$(installed "$package")
        [ -n "$version" ] || no "$package is not installed"
        is_version "$version" "$1" || no "$package is $version"
    done
    held=$(apt-mark showhold)
    for package in $ours; do printf '%s\n' "$held" | grep -qx "$package" || no "$package is not held"; done
    [ "$2" != containerd ] || command -v containerd > /dev/null || no "containerd is not installed"
    ;;
source) # the line, the file of the key (or "-"); the key on standard input
    keep $list
    if [ "$2" != - ]; then
        [ -d /etc/apt/keyrings ] || mkdir -m 755 /etc/apt/keyrings
        keep "$2"
        write "$2"
    fi
    # apt keeps what it read of a source under its address: deb [options] scheme://a/b/ -> a_b_
    printf '%s\n' "$1" | sed -E 's/^deb (\[[^]]*\] )?[a-z]+:\/+([^ ]*).*/\2/; s/\/$//; s/\//_/g; s/$/_/' | note lists
    printf '%s\n' "$1" | write $list
    ;;
apply)
    if [ -n "$(messed)" ]; then configure || :; else configure; fi # what is half unpacked comes whole first, below
    # Only this one at first: other sources may be slow, or dead.
    apt update -o Dir::Etc::sourcelist=$list -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0
    wanted=
    for package in $ours; do
        version=$(installed "$package")
        if [ -n "$version" ] && is_version "$version" "$1"; then continue; fi
        version=$(apt-cache madison "$package" | awk '{ print $3 }' | while read -r one; do if is_version "$one" "$1"; then printf '%s\n' "$one"; break; fi; done)
        [ -n "$version" ] || { printf 'the source has no %s %s\n' "$package" "$1" >&2; exit 1; }
        wanted="$wanted $package=$version"
    done
    if [ "$2" = containerd ] && ! command -v containerd > /dev/null; then wanted="$wanted containerd"; fi
    # CNI's plugins call it, and the kubelet's package only recommends it.
    for tool in iptables; do if ! command -v $tool > /dev/null; then wanted="$wanted $tool"; fi; done
    apt-mark showhold | note held
    mess=$(messed)
    if [ -n "$mess" ]; then
        # shellcheck disable=SC2086
        again() { apt install -y --reinstall --no-install-recommends --allow-change-held-packages $mess; }
        again || { apt update; again; } # what it knew of the sources may be lost as well
        configure
    fi
    if [ -n "$wanted" ]; then
        # shellcheck disable=SC2086
        plan=$(apt install -s --no-install-recommends --allow-change-held-packages $wanted 2> /dev/null) || { apt update; plan=$(apt install -s --no-install-recommends --allow-change-held-packages $wanted); }
        # What there will be that is not there now: a package that is only upgraded stays when all is taken back.
        mkdir -p "$store"
        for package in $(printf '%s\n' "$plan" | awk '$1 == "Inst" { print $2 }'); do [ -n "$(installed "$package")" ] || printf '%s\n' "$package"; done >> "$store/new"
        sync
        # shellcheck disable=SC2086
        apt install -y --no-install-recommends --allow-change-held-packages -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold $wanted
    fi
    # shellcheck disable=SC2086
    apt-mark hold $ours > /dev/null
    systemctl enable kubelet 2> /dev/null || :
    ;;
upgrade) # packages by name, of the version
    version=$1
    shift 2
    configure
    apt update -o Dir::Etc::sourcelist=$list -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0
    wanted=
    for package in "$@"; do
        found=$(apt-cache madison "$package" | awk '{ print $3 }' | while read -r one; do if is_version "$one" "$version"; then printf '%s\n' "$one"; break; fi; done)
        [ -n "$found" ] || { printf 'the source has no %s %s\n' "$package" "$version" >&2; exit 1; }
        wanted="$wanted $package=$found"
    done
    # shellcheck disable=SC2086
    apt install -y --no-install-recommends --allow-change-held-packages --allow-downgrades -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold $wanted
    apt-mark hold "$@" > /dev/null
    ;;
undo)
    mess=$(messed)
    # shellcheck disable=SC2086
    [ -z "$mess" ] || dpkg --remove --force-remove-reinstreq --force-depends $mess # apt wants them whole before it takes them away
    new=
    if [ -f "$store/new" ]; then
        for package in $(sort -u "$store/new"); do
            state=$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || :)
            case $state in '' | un*) ;; *) new="$new $package" ;; esac
        done
    fi
    if [ -f "$store/held" ]; then
        for package in $ours; do grep -qx "$package" "$store/held" || apt-mark unhold "$package" > /dev/null 2>&1 || :; done
    fi
    if [ -n "$new" ]; then
        configure
        # shellcheck disable=SC2086
        apt purge -y --allow-change-held-packages $new
    fi
    restore
    if [ -f "$store/lists" ]; then while IFS= read -r begin; do rm -f "/var/lib/apt/lists/$begin"*; done < "$store/lists"; fi
    forget
    ;;
esac
