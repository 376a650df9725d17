# swapoff: this host has no swap.
