# What a node is called, and where it is: lines of "key value".
printf 'name %s\n' "$(hostname | tr '[:upper:]' '[:lower:]')"
printf 'cgroup %s\n' "$(stat -fc %T /sys/fs/cgroup)"
printf 'address %s\n' "$(ip -o route get 192.0.2.1 2>/dev/null | sed -n 's/.* src \([^ ]*\).*/\1/p')"
ip -o addr show scope global 2>/dev/null | awk '{ sub(/\/.*/, "", $4); print "has", $4 }'
