#!/bin/sh
# Makes an image of a Debian 12 with systemd and Postgres, which the lab boots like a host.
# Usage: debian-host.sh IMAGE LAB-IMAGE WORK-FOLDER
# Kernel, modules, initial ramdisk and guest agent are those of LAB-IMAGE.
set -eu
image=$1
lab=$2
work=$3
packages=systemd-sysv,udev,dbus,postgresql-15,procps,iproute2,curl,kmod,passwd,init-system-helpers,man-db

mkdir -p "$work/tree"
debugfs -R "dump /boot/vmlinuz $work/vmlinuz" "$lab" 2> /dev/null
debugfs -R "dump /boot/initrd.img $work/initrd.img" "$lab" 2> /dev/null
debugfs -R "dump /usr/lib/elastigres/guest-agent $work/guest-agent" "$lab" 2> /dev/null
debugfs -R "rdump /usr/lib/modules $work" "$lab" 2> /dev/null
[ -s "$work/guest-agent" ] && ls "$work"/modules/* > /dev/null

[ -s "${ROOT_TAR:-}" ] || {
    ROOT_TAR=$work/root.tar
    mmdebstrap --variant=minbase --include="$packages" bookworm "$ROOT_TAR" >&2
}

cat > "$work/guest.service" << 'END'
[Unit]
Description=Control channel of the lab
DefaultDependencies=no
After=systemd-remount-fs.service
[Service]
ExecStartPre=/bin/sh -c '[ -e /lib/modules/*/modules.dep.bin ] || depmod'
ExecStartPre=-/sbin/modprobe -a virtio_console virtio_net virtio_mem
ExecStartPre=/bin/sh -c 'until ls /sys/class/virtio-ports/*/name > /dev/null 2>&1; do sleep 0.2; done'
ExecStart=/opt/lab/guest-agent
Restart=always
[Install]
WantedBy=sysinit.target
END

cat > "$work/fill.sh" << 'END'
set -eu
cd "$1"
tar xf "$2" -C tree
mkdir -p tree/opt/lab tree/boot tree/etc/systemd/system/sysinit.target.wants
cp vmlinuz initrd.img tree/boot/
cp guest-agent tree/opt/lab/guest-agent
chmod 755 tree/opt/lab/guest-agent
rm -rf tree/usr/lib/modules
cp -r modules tree/usr/lib/modules
cp guest.service tree/etc/systemd/system/lab-guest.service
ln -sf ../lab-guest.service tree/etc/systemd/system/sysinit.target.wants/
echo e1a571e5000000000000000000000002 > tree/etc/machine-id
echo lab > tree/etc/hostname
printf '127.0.0.1 localhost lab\n' > tree/etc/hosts
for unit in apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer dpkg-db-backup.timer \
    systemd-networkd.service man-db.timer fstrim.timer logrotate.timer; do
    ln -sf /dev/null "tree/etc/systemd/system/$unit"
done
mke2fs -q -t ext4 -L lab-host -m 1 -i 65536 -E lazy_itable_init=0,lazy_journal_init=0 -d tree disk.img 4G
END
fakeroot sh "$work/fill.sh" "$work" "$ROOT_TAR"
mv "$work/disk.img" "$image"
