# shellcheck shell=bash disable=SC2154,SC2016
# Sourced by install-kubernetes.sh: packages of a repository in the layout of pkgs.k8s.io, exact versions, held there.
# inputs: PACKAGES_URL; PACKAGES_KEY, the public key in armoured form, or empty = the repository's own over https;
#         PACKAGES_UNSIGNED, true = no signature is asked for
set -euo pipefail

readonly APT_LIST=/etc/apt/sources.list.d/kubeadm-cluster.list APT_KEY=/usr/share/keyrings/kubeadm-cluster.asc
readonly DNF_REPOSITORY=/etc/yum.repos.d/kubeadm-cluster.repo DNF_KEY=/etc/pki/rpm-gpg/RPM-GPG-KEY-kubeadm-cluster
# kubelet needs kubernetes-cni, kubeadm needs cri-tools.
readonly FAMILY=(kubeadm kubelet kubectl kubernetes-cni cri-tools)
# What this program has installed, so that its version may change and reset removes it.
readonly OWNED=$STATE/kubernetes-packages

# repository FORMAT VERSION: its address; the repositories are by minor release.
repository() { printf '%s/core:/stable:/%s/%s/' "$PACKAGES_URL" "${2%.*}" "$1"; }

# signing_key FILE URL
signing_key() {
    local text=$PACKAGES_KEY code
    if [ "$PACKAGES_UNSIGNED" = true ]; then return 0; fi
    if [ -z "$text" ]; then
        download_text "$2"
        [ "$code" = 0 ] || die "cannot read the signing key $2; give it in mirrors.packagesKey"
        [[ "$text" == *"BEGIN PGP PUBLIC KEY BLOCK"* ]] || die "$2 is no signing key in armoured form; give it in mirrors.packagesKey"
    fi
    put "$1" 644 "$text"
}

# read_owned: sets `owned` to the names of what this program has installed.
read_owned() {
    owned=()
    if [ -e "$OWNED" ]; then mapfile -t owned <"$OWNED"; fi
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
    local version=$1 name found owned
    shift
    command -v apt-get >/dev/null || command -v dnf >/dev/null ||
        die "neither apt-get nor dnf is here; set install to binaries or none for $NODE_NAME"
    if command -v apt-get >/dev/null; then mend_dpkg; fi
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
    if command -v apt-get >/dev/null; then install_by_apt "$version" "$@"; else install_by_dnf "$version" "$@"; fi
    # They bring the kubelet's unit.
    systemctl daemon-reload
}

install_by_apt() {
    local version=$1 name base listed exact options known owned packages=()
    shift
    base=$(repository deb "$version")
    options="signed-by=$APT_KEY"
    if [ "$PACKAGES_UNSIGNED" = true ]; then options="trusted=yes"; fi
    signing_key "$APT_KEY" "${base}Release.key"
    put "$APT_LIST" 644 "deb [$options] $base /"
    # This repository alone: others may be many, or broken.
    by_apt "the package repository $base cannot be read; see mirrors.packages, mirrors.packagesKey and proxy" \
        update -o Dir::Etc::sourcelist="$APT_LIST" -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0
    for name in "$@"; do
        listed=$(apt-cache madison "$name")
        exact=$(awk -v v="${version#v}" '$3 == v || index($3, v "-") == 1 { print $3; exit }' <<<"$listed")
        [ -n "$exact" ] || die "$base has no package $name of Kubernetes $version"
        packages+=("$name=$exact")
    done
    by_apt "these packages could not be installed: ${packages[*]}" install --no-install-recommends --allow-change-held-packages \
        -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "${packages[@]}"
    # Nothing but this program moves them: a kubelet must not get ahead of its control plane.
    read_owned
    owned_packages
    if [ ${#owned[@]} = 0 ]; then return 0; fi
    [ ${#known[@]} -gt 0 ] || die "dpkg does not know the packages that were just installed (${packages[*]}), so they are not held; see: dpkg --audit. Then run pulumi up again"
    must packages "these packages could not be held: ${known[*]}" apt-mark hold "${known[@]}"
}

install_by_dnf() {
    local version=$1 base check=1
    shift
    base=$(repository rpm "$version")
    if [ "$PACKAGES_UNSIGNED" = true ]; then check=0; fi
    signing_key "$DNF_KEY" "${base}repodata/repomd.xml.key"
    # Held: only an install that lifts this by name moves them.
    put "$DNF_REPOSITORY" 644 "[kubeadm-cluster]
name=Kubernetes ${version%.*}
baseurl=$base
enabled=1
gpgcheck=$check
gpgkey=file://$DNF_KEY
exclude=${FAMILY[*]}"
    by_dnf "these packages could not be installed: ${*/%/-${version#v}}; see mirrors.packages, mirrors.packagesKey and proxy" \
        --setopt=disable_excludes=kubeadm-cluster install "${@/%/-${version#v}}"
}

# owned_packages: sets `known` to those of this program's packages that the package manager knows.
owned_packages() {
    local owned name found text code=0
    known=()
    read_owned
    if [ ${#owned[@]} = 0 ]; then return 0; fi
    if command -v apt-get >/dev/null; then
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
    local known
    owned_packages
    if [ ${#known[@]} -gt 0 ]; then
        if command -v apt-get >/dev/null; then
            mend_dpkg
            by_apt "these packages could not be removed: ${known[*]}" purge --allow-change-held-packages "${known[@]}"
        else
            by_dnf "these packages could not be removed: ${known[*]}" --setopt=disable_excludes=kubeadm-cluster remove "${known[@]}"
        fi
    fi
    take_away "$APT_LIST" "$APT_KEY" "$DNF_REPOSITORY" "$DNF_KEY"
    forget "$OWNED"
}
