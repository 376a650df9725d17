# ctr: containerd's images and the tasks of the static Pods.
is_active containerd || {
    echo 'ctr: failed to dial "/run/containerd/containerd.sock": connection refused' >&2
    exit 1
}
sync_pods
touch /sim/images
[ "$1" != -n ] || shift 2
case "$1 $2" in
"images list" | "images ls" | "i ls") cat /sim/images ;;
"images remove" | "images rm") for word in "${@:3}"; do grep -vxF -- "$word" /sim/images >/sim/images.new; mv /sim/images.new /sim/images; done ;;
"images mount")
    grep -qxF -- "$3" /sim/images || { echo "ctr: image \"$3\": not found" >&2 && exit 1; }
    mount --bind /usr/lib/cuts/etcd-image "$4" || exit 1
    echo "$4" >>/sim/mounts
    ;;
"images unmount")
    target=${*: -1}
    umount "$target" || exit 1
    grep -vxF -- "$target" /sim/mounts >/sim/mounts.new
    mv /sim/mounts.new /sim/mounts
    ;;
"tasks list" | "tasks ls" | "containers list" | "containers ls")
    for component in etcd kube-apiserver kube-controller-manager kube-scheduler kube-proxy; do
        case "$*" in *io.kubernetes.container.name*) [[ "$*" == *"==$component,"* || "$*" == *"==$component" ]] || continue ;; esac
        [ ! -e "/sim/pods/$component" ] || { read -r pid _ <"/sim/pods/$component" && echo "$component-$pid"; }
    done
    ;;
"tasks kill")
    target=${*: -1}
    kill -KILL "${target##*-}" 2>/dev/null || { echo "ctr: no running task found" >&2 && exit 1; }
    ;;
"version "*) echo "Server: 1.7" ;;
*) echo "double of ctr: unknown: $*" >&2 && exit 64 ;;
esac
exit 0
