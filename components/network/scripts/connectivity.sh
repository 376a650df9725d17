#!/usr/bin/env bash
# Test whether the network works, see connectivity-test.sh, as the first master's settle.sh does at the end of an up.
# usage: connectivity.sh [all]   all = of every node, answering what does not work; else of those that are new, failing
# inputs (standard input, see read_inputs):
#   NODES        names of the nodes, one a line, this one first
#   IMAGE        an image of the network, which every node has; nothing is pulled
#   CNI_FILE     name of the network's file in /etc/cni/net.d
#   LINK         interface of the network on each host
#   PORTS        ports by which hosts carry its traffic, spaces between them; may be empty
#   DNS_DOMAIN   of the cluster
#   SETTINGS     the network's settings: with others than before all nodes are new
# output, see answer: with all, lines, their parts apart by tabs: difference NODES WHAT FOUND WANTED
set -euo pipefail
here=$(readlink -f "$0")
here=${here%/*}
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$here/lib.sh"
mode=${1:-new}
read_inputs NODES IMAGE CNI_FILE LINK PORTS DNS_DOMAIN SETTINGS
# shellcheck source-path=SCRIPTDIR source=connectivity-test.sh
. "$here/connectivity-test.sh"
