# Modules, settings and swap, as kubernetes.io/docs/setup/production-environment/container-runtimes has them.
modules_file=/etc/modules-load.d/timonier-kubernetes.conf
settings_file=/etc/sysctl.d/99-timonier-kubernetes.conf
modules='overlay
br_netfilter'
settings='net.bridge.bridge-nf-call-iptables = 1
net.bridge.bridge-nf-call-ip6tables = 1
net.ipv4.ip_forward = 1'
# By what they bring, for they may be built in.
has_module() {
    case $1 in
    overlay) grep -qw overlay /proc/filesystems ;;
    br_netfilter) [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ] ;;
    esac
}
file_of() { printf '/proc/sys/%s' "$(printf '%s' "$1" | tr . /)"; }
swap_lines() { awk 'NR > 1 { print $1 }' /proc/swaps; }
swap_in_fstab() { [ -f /etc/fstab ] && awk '$1 !~ /^#/ && $3 == "swap" { found = 1 } END { exit !found }' /etc/fstab; }
case $verb in
check)
    [ "$(cat $modules_file 2>/dev/null)" = "$modules" ] || no "$modules_file"
    [ "$(cat $settings_file 2>/dev/null)" = "$settings" ] || no "$settings_file"
    for module in $modules; do has_module "$module" || no "$module"; done
    printf '%s\n' "$settings" | while read -r key _ value; do [ "$(cat "$(file_of "$key")" 2>/dev/null)" = "$value" ] || exit 10; done
    [ -z "$(swap_lines)" ] || no "swap: $(swap_lines | tr '\n' ' ')"
    if swap_in_fstab; then no /etc/fstab; fi
    ;;
apply)
    for module in $modules; do has_module "$module" || printf '%s\n' "$module"; done | note modules
    keep $modules_file
    printf '%s\n' "$modules" | write $modules_file
    for module in $modules; do
        has_module "$module" || modprobe "$module" || :
        has_module "$module" || { printf 'the kernel has no module %s\n' "$module" >&2; exit 1; }
    done
    printf '%s\n' "$settings" | while read -r key _ value; do printf '%s %s\n' "$(file_of "$key")" "$(cat "$(file_of "$key")")"; done | note settings
    keep $settings_file
    printf '%s\n' "$settings" | write $settings_file
    printf '%s\n' "$settings" | while read -r key _ value; do printf '%s\n' "$value" > "$(file_of "$key")"; done
    swap_lines | note swap
    if swap_in_fstab; then
        keep /etc/fstab
        awk '$1 !~ /^#/ && $3 == "swap" { print "# switched off for Kubernetes by Timonier: " $0; next } { print }' /etc/fstab | write /etc/fstab
        systemctl daemon-reload 2>/dev/null || :
    fi
    [ -z "$(swap_lines)" ] || swapoff -a
    ;;
undo)
    restore
    systemctl daemon-reload 2>/dev/null || :
    if [ -f "$store/settings" ]; then while read -r file value; do [ ! -e "$file" ] || printf '%s\n' "$value" > "$file"; done < "$store/settings"; fi
    if [ -f "$store/swap" ]; then while IFS= read -r device; do swapon "$device" 2>/dev/null || :; done < "$store/swap"; fi
    if [ -f "$store/modules" ]; then while IFS= read -r module; do modprobe -r "$module" 2>/dev/null || :; done < "$store/modules"; fi
    forget
    ;;
esac
