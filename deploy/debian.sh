# Sourced by ./demo and ./test: installs Debian packages that are missing, with root or sudo.

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
    echo "This needs root or sudo: $*" >&2
    return 1
  fi
}

# Everything here speaks to this machine itself, which no proxy can reach.
keep_loopback_from_proxies() {
  local loopback=localhost,127.0.0.1,::1
  export no_proxy="${no_proxy:+$no_proxy,}$loopback" NO_PROXY="${NO_PROXY:+$NO_PROXY,}$loopback"
}

need_packages() {
  local missing=()
  local package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
  done
  [ "${#missing[@]}" -eq 0 ] && return 0
  echo "Installing from Debian: ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  install_quietly "${missing[@]}"
  leave_services_off "${missing[@]}"
}

# A freshly installed openssh-server or kamailio would start a daemon of its own; lab and tests bring private ones.
# A subshell, so that Debian's switch against starting daemons is taken away again however this ends.
install_quietly() (
  policy=${POLICY_RC_D:-/usr/sbin/policy-rc.d}
  if [ ! -e "$policy" ]; then
    trap 'as_root rm -f "$policy"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    trap 'exit 129' HUP
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
)

# Nor may they start with the machine, where systemd runs it.
leave_services_off() {
  [ -d "${SYSTEMD_RUNS:-/run/systemd/system}" ] || return 0
  local package units
  for package in "$@"; do
    case "$package" in
      openssh-server) units="ssh.service ssh.socket" ;;
      kamailio) units="kamailio.service" ;;
      prometheus-alertmanager) units="prometheus-alertmanager.service" ;;
      postgresql) units="postgresql.service" ;;
      redis-server) units="redis-server.service" ;;
      rtpengine-daemon) units="rtpengine-daemon.service rtpengine-recording-daemon.service" ;;
      rsyslog) units="rsyslog.service syslog.socket" ;;
      *) continue ;;
    esac
    # shellcheck disable=SC2086
    as_root systemctl disable --now $units >/dev/null 2>&1 || true
    echo "$package was installed for the lab and the tests only: $units will not start with this machine (systemctl enable brings it back)."
  done
}

need_npm() {
  command -v npm >/dev/null || need_packages npm
}
