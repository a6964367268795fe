#!/bin/sh
# Installs Debian packages without starting the system services they bring: the platform runs servers of its own.
#   sh deploy/local/apt-install.sh PACKAGE...        (as root)
set -eu

policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT INT TERM
fi

export DEBIAN_FRONTEND=noninteractive
# Another installation may be under way; it is waited for.
install() { apt-get -o DPkg::Lock::Timeout=120 install -y -qq --no-install-recommends "$@"; }
install "$@" 2>/dev/null || { apt-get update -qq && install "$@"; }

# The package also enables its service for the next boot.
if [ -d /run/systemd/system ]; then
    for package in "$@"; do
        if systemctl cat "$package.service" >/dev/null 2>&1; then
            systemctl disable --now "$package.service"
        fi
    done
fi
