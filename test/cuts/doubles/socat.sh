# socat: nothing of it is seen by the scripts.
