# shellcheck shell=bash disable=SC2154,SC2016,SC2034
# Sourced by install-kubernetes.sh: packages of a repository in the layout of pkgs.k8s.io, exact versions, held there.
# inputs: PACKAGES_URL; PACKAGES_KEY, the public key in armoured form, or empty = the repository's own over https;
#         PACKAGES_UNSIGNED, true = no signature is asked for
set -euo pipefail
for part in apt dnf; do
    # shellcheck source=/dev/null
    . "$here/install-by-$part.sh"
done

readonly APT_LIST=/etc/apt/sources.list.d/kubeadm-cluster.list APT_KEY=/usr/share/keyrings/kubeadm-cluster.asc
readonly DNF_REPOSITORY=/etc/yum.repos.d/kubeadm-cluster.repo DNF_KEY=/etc/pki/rpm-gpg/RPM-GPG-KEY-kubeadm-cluster
# kubelet needs kubernetes-cni, kubeadm needs cri-tools.
readonly FAMILY=(kubeadm kubelet kubectl kubernetes-cni cri-tools)
# What this program has installed, so that its version may change and reset removes it.
readonly OWNED=$STATE/kubernetes-packages

# repository FORMAT VERSION: its address; the repositories are by minor release.
repository() { printf '%s/core:/stable:/%s/%s/' "$PACKAGES_URL" "${2%.*}" "$1"; }

# signing_key FILE URL [MARK]: MARK is recorded where it is another key than before.
signing_key() {
    local text=$PACKAGES_KEY code
    if [ "$PACKAGES_UNSIGNED" = true ]; then return 0; fi
    if [ -z "$text" ]; then
        download_text "$2"
        [ "$code" = 0 ] || die "cannot read the signing key $2; give it in mirrors.packagesKey"
        [[ "$text" == *"BEGIN PGP PUBLIC KEY BLOCK"* ]] || die "$2 is no signing key in armoured form; give it in mirrors.packagesKey"
    fi
    put "$1" 644 "$text" "${@:3}"
}

# read_owned: sets `owned` to the names of what this program has installed.
read_owned() {
    owned=()
    if [ -s "$OWNED" ]; then mapfile -t owned <"$OWNED"; fi
    # A line without a name: everything was here before.
    if [ -z "${owned[*]}" ]; then owned=(); fi
}

# claim: everything of the family that is not there yet is this program's from now on.
claim() {
    local name found owned text
    read_owned
    for name in "${FAMILY[@]}"; do
        if [[ " ${owned[*]} " == *" $name "* ]]; then continue; fi
        look_at_package "$name"
        if [ -z "$found" ]; then owned+=("$name"); fi
    done
    text=$(printf '%s\n' "${owned[@]}")
    record "$OWNED" "$text"
}

# install_from_packages VERSION NAME...
install_from_packages() {
    local version=$1 name found owned manager
    shift
    look_at_manager
    [ -n "$manager" ] || die "neither apt-get nor dnf is here; set install to binaries or none for $NODE_NAME"
    mend_packages "${FAMILY[@]}"
    read_owned
    for name in "$@"; do
        look_at_package "$name"
        case $found in
        '' | "${version#v}" | "${version#v}"-*) ;;
        *)
            [[ " ${owned[*]} " == *" $name "* ]] ||
                die "the package $name is here in version $found, which this program did not install; remove it, or set install to none for $NODE_NAME and see to the versions yourself"
            ;;
        esac
    done
    claim
    "install_by_$manager" "$version" "$@"
    # They bring the kubelet's unit.
    systemctl daemon-reload
}

# owned_packages: sets `known` to those of this program's packages that the package manager knows.
owned_packages() {
    local owned name found text manager code=0
    known=()
    read_owned
    if [ ${#owned[@]} = 0 ]; then return 0; fi
    look_at_manager
    if [ "$manager" = apt ]; then
        # Also those that are there by half.
        text=$(dpkg-query -W -f '${Package}\n' "${owned[@]}" 2>/dev/null) || code=$?
        [[ "$code" -le 1 && "$code$text" != 0 ]] || die "dpkg-query fails with exit code $code, or says nothing, when it is asked for ${owned[*]}; see: dpkg --audit"
        if [ -n "$text" ]; then mapfile -t known <<<"$text"; fi
    else
        for name in "${owned[@]}"; do
            look_at_package "$name"
            if [ -n "$found" ]; then known+=("$name"); fi
        done
    fi
}

uninstall_packages() {
    local known owned manager
    look_at_manager
    read_owned
    if [ ${#owned[@]} -gt 0 ]; then mend_packages "${owned[@]}"; fi
    owned_packages
    if [ ${#known[@]} -gt 0 ]; then
        case $manager in
        apt) by_apt "these packages could not be removed: ${known[*]}" purge --allow-change-held-packages "${known[@]}" ;;
        *) remove_by_dnf "${known[@]}" ;;
        esac
    fi
    take_away "$APT_LIST" "$APT_KEY"
    forget_dnf
    forget "$OWNED"
}
