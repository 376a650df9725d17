# kubectl: written in Perl, which Debian always has, for its JSON.
CUTS_VERSION=$version exec /usr/lib/cuts/kubectl.pl "$@"
