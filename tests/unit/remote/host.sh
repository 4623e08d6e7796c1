# host.sh DIR, in a mount namespace of its own: DIR/etc in place of this machine's users and rights, two disks that cannot be written, and sshd.
set -e
dir=$1
for file in passwd shadow group sudoers; do mount --bind "$dir/etc/$file" "/etc/$file"; done
mount --bind "$dir/etc/pam.d" /etc/pam.d
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/sshd /run/sudo
mount -t tmpfs -o size=1m,mode=777 tmpfs "$dir/full"
mount -t tmpfs -o ro tmpfs "$dir/readonly"
exec /usr/sbin/sshd -D -e -f "$dir/sshd_config"
