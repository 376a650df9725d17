# wipefs: the device is raw again.
rm -f /sim/signature
