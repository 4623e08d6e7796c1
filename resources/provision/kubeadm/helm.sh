# Helm on a control plane, for whoever works there. One that is there already is left alone.
case $verb in
check) command -v helm > /dev/null || no ;;
keep) keep /usr/local/bin/helm ;;
undo)
    restore
    forget
    ;;
esac
