# shellcheck shell=bash disable=SC2154
# Sourced by install-packages.sh: Kubernetes' packages by apt.
set -euo pipefail

# install_by_apt VERSION NAME...
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
    by_apt "these packages could not be installed: ${packages[*]}" install --no-install-recommends --allow-change-held-packages --allow-downgrades \
        -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "${packages[@]}"
    # Nothing but this program moves them: a kubelet must not get ahead of its control plane.
    read_owned
    owned_packages
    if [ ${#owned[@]} = 0 ]; then return 0; fi
    [ ${#known[@]} -gt 0 ] || die "dpkg does not know the packages that were just installed (${packages[*]}), so they are not held; see: dpkg --audit. Then run pulumi up again"
    must packages "these packages could not be held: ${known[*]}" apt-mark hold "${known[@]}"
}
