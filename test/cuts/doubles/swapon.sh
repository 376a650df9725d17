# swapon: all that fstab names.
