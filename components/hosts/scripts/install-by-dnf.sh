# shellcheck shell=bash disable=SC2154
# Sourced by install-packages.sh: Kubernetes' packages by dnf. They are held by an exclusion in their repository's own file,
# as the publisher's guide has it, see docs/decisions/0084-held-by-exclusion.md.
set -euo pipefail

# Only calls with this move, or remove, what the repository excludes.
readonly LIFTED=--setopt=disable_excludes=kubeadm-cluster

# install_by_dnf VERSION NAME...
install_by_dnf() {
    local version=$1 name base check=1 damaged found again=() wanted=()
    shift
    base=$(repository rpm "$version")
    if [ "$PACKAGES_UNSIGNED" = true ]; then check=0; fi
    signing_key "$DNF_KEY" "${base}repodata/repomd.xml.key" "$STATE/another-key"
    # Neither rpm nor dnf forgets the former one by itself.
    if [ -e "$STATE/another-key" ]; then
        distrust_keys
        forget_cache
        forget "$STATE/another-key"
    fi
    if [ "$check" = 1 ]; then trust_key "$DNF_KEY"; fi
    put "$DNF_REPOSITORY" 644 "[kubeadm-cluster]
name=Kubernetes ${version%.*}
baseurl=$base
enabled=1
gpgcheck=$check
repo_gpgcheck=$check
gpgkey=file://$DNF_KEY
exclude=${FAMILY[*]}"
    # Those that an earlier run has brought may be there by half.
    read_owned
    for name in "$@"; do
        look_at_package "$name"
        if [[ "$found" == "${version#v}"-* && " ${owned[*]} " == *" $name "* ]]; then again+=("$name"); fi
        wanted+=("$name-${version#v}")
    done
    by_dnf "these packages could not be installed: ${wanted[*]}; see mirrors.packages, mirrors.packagesKey and proxy" \
        "$LIFTED" install "${wanted[@]}"
    look_at_files "${again[@]}"
    if [ ${#damaged[@]} -gt 0 ]; then
        by_dnf "these packages are there by half, and could not be installed again: ${damaged[*]}" "$LIFTED" reinstall "${damaged[@]}"
    fi
    for name in "$@"; do
        look_at_package "$name"
        [[ "$found" == "${version#v}"-* ]] ||
            die "dnf has installed ${wanted[*]}, and rpm has $name ${found:-not at all}; see $LOGS/packages.log"
    done
}

# remove_by_dnf NAME...: what they needed stays, as everything of the distribution does.
remove_by_dnf() {
    by_dnf "these packages could not be removed: $*" "$LIFTED" --setopt=clean_requirements_on_remove=False remove "$@"
}

# forget_dnf: the repository, its keys, and what dnf has kept of it.
forget_dnf() {
    take_away "$DNF_REPOSITORY"
    distrust_keys
    take_away "$DNF_KEY"
    forget_cache
    forget "$STATE/another-key"
}

forget_cache() { rm -rf /var/cache/dnf/kubeadm-cluster-* /var/cache/dnf/kubeadm-cluster.solv*; }
