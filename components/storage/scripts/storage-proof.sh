#!/usr/bin/env bash
# Show that claims are served: a volume of each class is written on one node, read and compared on another, and removed.
# inputs (standard input, see read_inputs):
#   NAMESPACE                   of the CephCluster
#   CLASSES                     lines: STORAGE_CLASS ACCESS_MODE
#   IMAGE                       with bash and coreutils
#   WRITER_NODE, READER_NODE    names of the nodes
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
read_inputs NAMESPACE CLASSES IMAGE WRITER_NODE READER_NODE
# shellcheck source-path=SCRIPTDIR source=storage-lib.sh
. "$here/storage-lib.sh"
lock

readonly PROOF=kubeadm-cluster-storage-proof
readonly P=(kubectl "$ADMIN" -n "$PROOF")
# gone: sets `met` when the proof's namespace and volumes are.
gone() {
    exists namespace "$PROOF"
    volumes any
    own=$(awk -v ns="$PROOF/" 'index($4, ns) == 1' <<<"$volumes")
    if [ "$there" = no ] && [ -z "$own" ]; then met=yes; fi
}
# remove: sets `met` where nothing of the proof is left.
remove() {
    kubectl "$ADMIN" delete namespace "$PROOF" --ignore-not-found --wait=false --request-timeout 20s >/dev/null
    wait_until 180 "the proof's volumes to go" gone
}
remove
[ "$met" = yes ] || die "an earlier proof's namespace $PROOF does not go; see kubectl get namespace $PROOF -o yaml"
leave() {
    remove
    if [ "$met" = no ]; then say "the namespace $PROOF of the proof is still there; delete it by hand"; fi
}
trap leave EXIT

# job CLASS ROLE NODE COMMAND
job() {
    "${P[@]}" apply -f - >/dev/null <<JOB
apiVersion: batch/v1
kind: Job
metadata: {name: "$1-$2"}
spec:
  backoffLimit: 2
  template:
    spec:
      restartPolicy: Never
      nodeSelector: {kubernetes.io/hostname: "$3"}
      tolerations: [{operator: Exists}]
      containers:
        - name: $2
          image: "$IMAGE"
          command: [bash, -c, "$4"]
          volumeMounts: [{name: volume, mountPath: /volume}]
      volumes: [{name: volume, persistentVolumeClaim: {claimName: "$1"}}]
JOB
}
# succeeded CLASS ROLE: sets `met`.
succeeded() {
    ask -n "$PROOF" get job "$1-$2" -o 'jsonpath={.status.succeeded}'
    if [ -n "$said" ]; then met=yes; fi
}
# ended CLASS ROLE WHAT: waits for a Job; what stands in its way is told when it does not end.
ended() {
    local events
    wait_until 240 "$3" succeeded "$1" "$2"
    if [ "$met" = yes ]; then return 0; fi
    events=$("${P[@]}" get events --sort-by .lastTimestamp -o 'jsonpath={range .items[*]}{.involvedObject.name}: {.message}{"\n"}{end}') || events=
    tail -n 8 <<<"$events" >&2
    "${P[@]}" logs "job/$1-$2" --tail 5 >&2 || :
    die "proof of the class $1 failed: $3 did not happen within 240 s; the lines above tell what was seen last"
}

kubectl "$ADMIN" create namespace "$PROOF" >/dev/null
while read -r class mode; do
    if [ -z "$class" ]; then continue; fi
    "${P[@]}" apply -f - >/dev/null <<CLAIM
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: "$class"}
spec: {storageClassName: "$class", accessModes: ["$mode"], resources: {requests: {storage: 64Mi}}}
CLAIM
    job "$class" writer "$WRITER_NODE" "cd /volume && seq 1 500000 > numbers && sha256sum numbers > sum && sync"
    ended "$class" writer "writing to a volume of $class on $WRITER_NODE"
    job "$class" reader "$READER_NODE" "cd /volume && sha256sum -c sum"
    ended "$class" reader "reading the same back on $READER_NODE"
    say "$class: written on $WRITER_NODE, read back on $READER_NODE"
done <<<"$CLASSES"
