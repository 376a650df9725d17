# containerd: only its version is asked for.
echo "containerd github.com/containerd/containerd ${version:-1.6.20} abcdef"
