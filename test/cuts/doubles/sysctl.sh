# sysctl: the kernel's settings, which are files over /proc/sys here.
word=${*: -1}
file=/proc/sys/$(tr . / <<<"${word%%=*}")
case $word in
*=*) echo "${word#*=}" >"$file" ;;
--system) ;;
*) cat "$file" ;;
esac
