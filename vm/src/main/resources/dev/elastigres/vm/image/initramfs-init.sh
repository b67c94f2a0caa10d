#!/bin/busybox sh
# First program of the guest: loads the disk's driver and hands over to the image.
/bin/busybox mkdir -p /proc /dev /root
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t proc proc /proc
while read -r module; do
    /bin/busybox insmod "/modules/$module"
done < /modules/order

tries=0
until [ -b /dev/vda ]; do
    tries=$((tries + 1))
    if [ $tries -gt 100 ]; then
        echo "elastigres: no disk appeared" > /dev/console
        /bin/busybox poweroff -f
    fi
    /bin/busybox sleep 0.05
done

/bin/busybox mount -t ext4 -o rw,noatime /dev/vda /root
/bin/busybox mount --move /dev /root/dev
/bin/busybox umount /proc
exec /bin/busybox switch_root /root /sbin/init
