# kubelet: only its version is asked for; what it runs is in machine.sh.
echo "Kubernetes $version"
