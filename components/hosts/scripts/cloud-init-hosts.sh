# shellcheck shell=bash disable=SC2034
# Sourced by prepare-hosts.sh, and part of precheck.sh: cloud-init, which may write /etc/hosts anew at every boot.
set -euo pipefail

# look_at_cloud_init: sets `managed` to yes where cloud-init writes /etc/hosts from a template, and `templates` to those that
# it may take, a space behind each. Of several settings nobody but cloud-init knows which holds: any one that is on counts.
look_at_cloud_init() {
    local file words line setting family system=' '
    managed=no templates=''
    if ! command -v cloud-init >/dev/null || [ -e /etc/cloud/cloud-init.disabled ]; then return 0; fi
    setting='manage_etc_hosts["'\'']?[[:space:]]*:[[:space:]]*["'\'']?([A-Za-z0-9]+)'
    for file in /etc/cloud/cloud.cfg /etc/cloud/cloud.cfg.d/*.cfg /var/lib/cloud/instance/cloud-config.txt /var/lib/cloud/instance/user-data.txt \
        /var/lib/cloud/instance/vendor-cloud-config.txt /var/lib/cloud/instance/vendor2-cloud-config.txt; do
        if [ ! -f "$file" ]; then continue; fi
        # What is not text has no such line.
        words=$(grep -a manage_etc_hosts -- "$file") || words=
        while IFS= read -r line; do
            if [[ ${line%%#*} =~ $setting ]]; then
                case ${BASH_REMATCH[1],,} in false | no | off | 0 | null | localhost) ;; *) managed=yes ;; esac
            fi
        done <<<"$words"
    done
    if [ "$managed" = no ]; then return 0; fi
    if [ -r /etc/os-release ]; then
        words=$(sed -n 's/^ID\(_LIKE\)\{0,1\}=//p' /etc/os-release)
        words=${words//[\"\']/}
        system=" ${words//$'\n'/ } "
    fi
    case $system in
    *\ debian\ * | *\ ubuntu\ *) family=debian ;;
    *\ rhel\ * | *\ fedora\ * | *\ centos\ * | *\ amzn\ * | *\ tencentos\ *) family=redhat ;;
    *\ suse\ * | *\ sles\ * | *\ opensuse\ *) family=suse ;;
    *) family='*' ;;
    esac
    # shellcheck disable=SC2231  # a pattern where the family is not known
    for file in /etc/cloud/templates/hosts.$family.tmpl; do
        if [ -f "$file" ]; then templates+="$file "; fi
    done
}
