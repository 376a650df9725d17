/** Lines that change something and that no undisturbed run reaches: the script, a part of the line, and the reason. */
export const exceptions: [script: string, text: string, reason: string][] = [
    ["admission.sh", "patch secret", "a token is renewed after five minutes of waiting: too many turns of its loop"],
    ["admission.sh", 'renew "', "likewise"],
    [
        "etcd-data.sh",
        'move_directory "$kept/member" "$DATA/member"',
        "after a failure between two moves; cuts reach it",
    ],
    ["files.sh", 'rm -f "$2"', "after a failure; full disks reach it"],
    ["control-plane.sh", 'rm -f "$new" || :', "after a failure; full disks reach it"],
    ["install-binaries.sh", 'rm -f "${news[@]}"', "after a failure; full disks reach it"],
    ["renew-certificates.sh", 'rm -rf "$kept.new"', "after a failure; full disks reach it"],
    ["storage-clean.sh", "umount -f -l", "no root can have mounts of a Ceph"],
    ["etcd-data.sh", 'rm -rf "$kept/member.part"', "after a run that was cut off; cuts reach it"],
    ["etcd-data.sh", 'rm -rf "$2.part"', "after a failure; full disks reach it"],
    ["restart-components.sh", "8-) systemctl restart kubelet", "what does not end by itself; no double hangs so"],
    ["restart-components.sh", "10-*) ctr", "what does not end by itself; no double hangs so"],
];
