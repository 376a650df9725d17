# shellcheck shell=bash disable=SC2154,SC2016
# Sourced by install-kubernetes.sh: packages of a repository in the layout of pkgs.k8s.io, exact versions, held there.
# inputs: PACKAGES_URL; PACKAGES_KEY, the public key in armoured form, or empty = the repository's own over https;
#         PACKAGES_UNSIGNED, true = no signature is asked for

readonly APT_LIST=/etc/apt/sources.list.d/kubeadm-cluster.list APT_KEY=/usr/share/keyrings/kubeadm-cluster.asc
readonly DNF_REPOSITORY=/etc/yum.repos.d/kubeadm-cluster.repo DNF_KEY=/etc/pki/rpm-gpg/RPM-GPG-KEY-kubeadm-cluster
# kubelet needs kubernetes-cni, kubeadm needs cri-tools.
readonly FAMILY=(kubeadm kubelet kubectl kubernetes-cni cri-tools)

# repository FORMAT VERSION: its address; the repositories are by minor release.
repository() { printf '%s/core:/stable:/%s/%s/' "$PACKAGES_URL" "${2%.*}" "$1"; }

# signing_key FILE URL
signing_key() {
    local key=$PACKAGES_KEY
    [ "$PACKAGES_UNSIGNED" != true ] || return 0
    [ -n "$key" ] || key=$(download --proto-redir =https "$2") || die "cannot read the signing key $2; give it in mirrors.packagesKey"
    put "$1" 644 <<<"$key" || true
}

# owned NAME: installed by this program, so that its version may change and reset removes it.
owned() { grep -qxF "$1" "$STATE/kubernetes-packages" 2>/dev/null; }

# Those of them that dpkg knows.
owned_packages() { xargs -r dpkg-query -W -f '${Package}\n' <"$STATE/kubernetes-packages" 2>/dev/null || true; }

# claim: everything of the family that is not there yet is this program's from now on.
claim() {
    local name
    touch "$STATE/kubernetes-packages"
    for name in "${FAMILY[@]}"; do
        owned "$name" || [ -n "$(package_version "$name")" ] || echo "$name" >>"$STATE/kubernetes-packages"
    done
}

# install_from_packages VERSION NAME...
install_from_packages() {
    local version=$1 name found
    shift
    if command -v apt-get >/dev/null; then
        package_version() { dpkg-query -W -f '${db:Status-Status} ${Version}' "$1" 2>/dev/null | sed -n 's/^installed //p'; }
    elif command -v dnf >/dev/null; then
        package_version() { ! rpm -q "$1" >/dev/null 2>&1 || rpm -q --queryformat '%{VERSION}-%{RELEASE}' "$1"; }
    else
        die "neither apt-get nor dnf is here; set install to binaries or none for $NODE_NAME"
    fi
    for name in "$@"; do
        found=$(package_version "$name") || found=
        case $found in
        '' | "${version#v}" | "${version#v}"-*) ;;
        *) owned "$name" || die "the package $name is here in version $found, which this program did not install; remove it, or set install to none for $NODE_NAME and see to the versions yourself" ;;
        esac
    done
    claim
    if command -v apt-get >/dev/null; then install_by_apt "$version" "$@"; else install_by_dnf "$version" "$@"; fi
    # They bring the kubelet's unit.
    systemctl daemon-reload
}

install_by_apt() {
    local version=$1 name exact options packages=()
    shift
    options="signed-by=$APT_KEY"
    [ "$PACKAGES_UNSIGNED" != true ] || options="trusted=yes"
    signing_key "$APT_KEY" "$(repository deb "$version")Release.key"
    put "$APT_LIST" 644 <<<"deb [$options] $(repository deb "$version") /" || true
    # This repository alone: others may be many, or broken.
    logged packages apt_get update -o Dir::Etc::sourcelist="$APT_LIST" -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0 ||
        die "the package repository $(repository deb "$version") cannot be read; see mirrors.packages, mirrors.packagesKey and proxy"
    for name in "$@"; do
        exact=$(apt-cache madison "$name" | awk -v v="${version#v}" '$3 == v || index($3, v "-") == 1 { print $3; exit }')
        [ -n "$exact" ] || die "$(repository deb "$version") has no package $name of Kubernetes $version"
        packages+=("$name=$exact")
    done
    logged packages apt_get install --no-install-recommends --allow-change-held-packages \
        -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "${packages[@]}" ||
        die "these packages could not be installed: ${packages[*]}"
    # Nothing but this program moves them: a kubelet must not get ahead of its control plane.
    owned_packages | xargs -r apt-mark hold >/dev/null
}

install_by_dnf() {
    local version=$1 base check=1
    shift
    base=$(repository rpm "$version")
    [ "$PACKAGES_UNSIGNED" != true ] || check=0
    signing_key "$DNF_KEY" "${base}repodata/repomd.xml.key"
    put "$DNF_REPOSITORY" 644 <<REPOSITORY || true
[kubeadm-cluster]
name=Kubernetes ${version%.*}
baseurl=$base
enabled=1
gpgcheck=$check
gpgkey=file://$DNF_KEY
# Held: only an install that lifts this by name moves them.
exclude=${FAMILY[*]}
REPOSITORY
    logged packages dnf -y --setopt=disable_excludes=kubeadm-cluster install "${@/%/-${version#v}}" ||
        die "these packages could not be installed: ${*/%/-${version#v}}; see mirrors.packages, mirrors.packagesKey and proxy"
}

uninstall_packages() {
    local ours=()
    if [ -e "$STATE/kubernetes-packages" ] && command -v apt-get >/dev/null; then
        mapfile -t ours < <(owned_packages)
        [ ${#ours[@]} = 0 ] || logged packages apt_get purge --allow-change-held-packages "${ours[@]}" ||
            die "these packages could not be removed: ${ours[*]}"
    elif [ -e "$STATE/kubernetes-packages" ]; then
        mapfile -t ours < <(xargs -r rpm -q --queryformat '%{NAME}\n' <"$STATE/kubernetes-packages" | grep -v ' ')
        [ ${#ours[@]} = 0 ] || logged packages dnf -y --setopt=disable_excludes=kubeadm-cluster remove "${ours[@]}" ||
            die "these packages could not be removed: ${ours[*]}"
    fi
    take_away "$APT_LIST" "$APT_KEY" "$DNF_REPOSITORY" "$DNF_KEY"
    rm -f "$STATE/kubernetes-packages"
}
