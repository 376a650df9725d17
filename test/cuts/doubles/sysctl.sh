# sysctl: the kernel's settings, as files below /sim.
mkdir -p /sim/sysctl
word=${*: -1}
case $word in
*=*) printf '%s\n' "${word#*=}" >"/sim/sysctl/${word%%=*}" ;;
--system) ;;
*)
    if [ -e "/sim/sysctl/$word" ]; then
        cat "/sim/sysctl/$word"
    else
        case $word in
        fs.inotify.max_user_instances) echo 128 ;;
        *) echo 0 ;;
        esac
    fi
    ;;
esac
exit 0
