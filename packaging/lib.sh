# What a machine needs, in one place, and how to get it. Sourced by packaging/run and tests/run (bash).
# A name may have alternatives, best first: what the distribution has is taken, and said if it is not the first.

packages_run=(fonts-dejavu-core libqt6sql6-sqlite)
packages_build=(
  g++ cmake ninja-build ccache mold pkg-config
  qt6-base-dev "qt6-svg-dev|libqt6svg6-dev" qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools libgl-dev
  libcurl4-openssl-dev libwslay-dev libssl-dev libyaml-cpp-dev libsimdjson-dev nlohmann-json3-dev libfmt-dev zlib1g-dev libarchive-dev libssh-dev qtkeychain-qt6-dev
)
packages_test=(xvfb xdotool dbus dbus-bin gnome-keyring iproute2 microsocks openssh-server openssh-client sudo curl python3 python3-venv openssl ca-certificates "clang-19|clang-18" "libclang-rt-19-dev|libclang-rt-18-dev"
  systemd-container debootstrap dpkg-dev gnupg e2fsprogs)   # these: tests/lab/hosts

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
fail() { say "$*"; exit 1; }

is_installed() { [[ $(dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null) == ii* ]]; }
is_offered() { [[ $(apt-cache policy "$1" 2>/dev/null) =~ Candidate:\ [^\(] ]]; }

as_root() {
  if ((EUID == 0)); then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "to install packages this needs root, or sudo; as root: apt-get install ${missing[*]}"
  fi
}

# missing_of NAME…: into the array `missing` goes every name of which no alternative is installed.
missing_of() {
  missing=()
  local name alternative
  for name; do
    for alternative in ${name//|/ }; do is_installed "$alternative" && continue 2; done
    missing+=("$name")
  done
}

# install_missing NAME…: a machine that has everything sees no call of apt.
install_missing() {
  local missing name alternative chosen=()
  missing_of "$@"
  ((${#missing[@]})) || return 0
  command -v apt-get >/dev/null || fail "this knows apt only (Debian 12, Ubuntu 24.04); please install: ${missing[*]}"
  say "installing ${missing[*]}"
  as_root apt-get update -q >&2 || fail "apt-get update failed: the machine needs its package sources"
  for name in "${missing[@]}"; do
    for alternative in ${name//|/ }; do
      if is_offered "$alternative"; then
        [[ $alternative == "${name%%|*}" ]] || say "$alternative is taken: this system offers no ${name%%|*}"
        chosen+=("$alternative")
        continue 2
      fi
    done
    fail "this system offers no package ${name//|/, nor }: is it Debian 12 or Ubuntu 24.04, with 'universe'?"
  done
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${chosen[@]}" >&2 </dev/null ||
    fail "apt-get could not install ${chosen[*]}"
}

# configure_and_build PRESET [CMAKE-OPTION…]: everything, or what the array `targets` names.
configure_and_build() {
  local preset=$1
  shift
  cmake --preset "$preset" "$@" >&2 || fail "cmake could not configure the preset $preset"
  cmake --build --preset "$preset" ${targets:+--target "${targets[@]}"} >&2 || fail "the preset $preset does not build"
}
