# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh: containerd and runc from their release archives, where the configuration wants them from there.

present=$(cat "$STATE/containerd-version" 2>/dev/null || true)
if [ -z "$CONTAINERD_VERSION" ]; then
    [ -z "$present" ] ||
        die "containerd on this host is from the release archive ${present% *}, and containerRuntime.source is distribution now; only a host that was given back changes that way: put it back, or destroy the node first"
    return 0
fi
[ "$present" != "$CONTAINERD_VERSION $RUNC_VERSION" ] || return 0

# shellcheck source-path=SCRIPTDIR source=download.sh
. "$here/download.sh"
say "$NODE_NAME: installing containerd $CONTAINERD_VERSION and runc $RUNC_VERSION"
arch=$(architecture)
staging=$(mktemp -d "$STATE/download.XXXXXX")
url=$CONTAINERD_URL/v$CONTAINERD_VERSION/containerd-$CONTAINERD_VERSION-linux-$arch.tar.gz
fetch "$url" "$url.sha256sum" "$staging/archive" "containerd $CONTAINERD_VERSION"
url=$RUNC_URL/$RUNC_VERSION/runc
fetch "$url.$arch" "$url.sha256sum" "$staging/runc" "runc $RUNC_VERSION"

# Images and containers of a containerd that was here before are not this program's to delete.
[ -n "$present" ] || [ -n "$(ls -A /var/lib/containerd 2>/dev/null)" ] || touch "$STATE/containerd-data"
# Files of an earlier release that this one lacks go with the host's reset.
tar -xzf "$staging/archive" -C "$staging" bin
for program in "$staging"/bin/*; do
    keep_original "/usr/local/bin/${program##*/}"
    install -m 755 "$program" "/usr/local/bin/.${program##*/}.new"
    mv "/usr/local/bin/.${program##*/}.new" "/usr/local/bin/${program##*/}"
done
keep_original /usr/local/sbin/runc
install -m 755 "$staging/runc" /usr/local/sbin/.runc.new
mv /usr/local/sbin/.runc.new /usr/local/sbin/runc
rm -rf "$staging"

keep_original /etc/systemd/system/containerd.service
put /etc/systemd/system/containerd.service 644 <<'UNIT' || true
[Unit]
Description=containerd container runtime
Documentation=https://containerd.io
After=network.target local-fs.target dbus.service

[Service]
ExecStartPre=-/sbin/modprobe overlay
ExecStart=/usr/local/bin/containerd
Type=notify
Delegate=yes
KillMode=process
Restart=always
RestartSec=5
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
OOMScoreAdjust=-999

[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
touch "$STATE/restart-containerd"
echo "$CONTAINERD_VERSION $RUNC_VERSION" >"$STATE/containerd-version"
