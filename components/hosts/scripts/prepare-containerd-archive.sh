# shellcheck shell=bash disable=SC2154
# Sourced by prepare.sh: containerd and runc from their release archives, where the configuration wants them from there.
set -euo pipefail

present=
if [ -e "$STATE/containerd-version" ]; then present=$(<"$STATE/containerd-version"); fi
if [ -z "$CONTAINERD_VERSION" ]; then
    [ -z "$present" ] ||
        die "containerd on this host is from the release archive ${present% *}, and containerRuntime.source is distribution now; only a host that was given back changes that way: put it back, or destroy the node first"
    return 0
fi
if [ "$present" = "$CONTAINERD_VERSION $RUNC_VERSION" ] && [ "$repairing" = yes ]; then
    found=$(/usr/local/bin/containerd --version 2>/dev/null) || found=
    if [[ " $found " != *" v$CONTAINERD_VERSION "* ]]; then present="unfinished $RUNC_VERSION"; fi
fi
if [ "$present" = "$CONTAINERD_VERSION $RUNC_VERSION" ]; then return 0; fi

# shellcheck source-path=SCRIPTDIR source=download.sh
. "$here/download.sh"
say "$NODE_NAME: installing containerd $CONTAINERD_VERSION and runc $RUNC_VERSION"
arch=$(architecture)
staging=$STATE/download
rm -rf "$staging"
mkdir "$staging"
runc=/usr/local/sbin/runc
runc_new=$(beside "$runc")
mkdir -p "${runc%/*}"
keep_original "$runc"
url=$CONTAINERD_URL/v$CONTAINERD_VERSION/containerd-$CONTAINERD_VERSION-linux-$arch.tar.gz
fetch containerd "$CONTAINERD_VERSION" "$url" "$url.sha256sum" "$staging/archive"
url=$RUNC_URL/$RUNC_VERSION/runc
fetch runc "$RUNC_VERSION" "$url.$arch" "$url.sha256sum" "$runc_new"

# Images and containers of a containerd that was here before are not this program's to delete.
if [ -z "$present" ]; then
    data=
    if [ -d /var/lib/containerd ]; then data=$(find /var/lib/containerd -mindepth 1 -maxdepth 1 -print -quit); fi
    if [ -z "$data" ]; then record "$STATE/containerd-data"; fi
fi
# Cut off from here on, it is neither the former release nor this one.
record "$STATE/containerd-version" "unfinished $RUNC_VERSION"
# Files of an earlier release that this one lacks go with the host's reset.
tar -xzf "$staging/archive" -C "$staging" bin
for program in "$staging"/bin/*; do
    keep_original "/usr/local/bin/${program##*/}"
    install_file "$program" "/usr/local/bin/${program##*/}" 755
done
install_fetched "$runc"
rm -rf "$staging"

keep_original /etc/systemd/system/containerd.service
put /etc/systemd/system/containerd.service 644 "[Unit]
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
WantedBy=multi-user.target"
systemctl daemon-reload
record "$STATE/restart-containerd"
record "$STATE/containerd-version" "$CONTAINERD_VERSION $RUNC_VERSION"
