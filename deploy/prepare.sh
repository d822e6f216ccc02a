#!/bin/sh
# prepare.sh HOST: makes what the stack needs and the repository must not hold, for a server that is
# called HOST: .env with secrets of its own, the folders of the certificate, of the mail password and
# of the backups. Leaves alone what is there.
set -eu
cd "$(dirname "$0")"
umask 077

random() {
  od -An -tx1 -N32 /dev/urandom | tr -d ' \n'
}

if [ ! -e .env ]; then
  host=${1:?prepare.sh HOST}
  while IFS= read -r line; do
    case $line in
      SENTIMENT_HOST=*) printf 'SENTIMENT_HOST=%s\n' "$host" ;;
      *=SECRET) printf '%s=%s\n' "${line%%=*}" "$(random)" ;;
      *) printf '%s\n' "$line" ;;
    esac
  done < .env.example > .env.partial
  mv .env.partial .env
  echo "made .env: fill in its first part"
fi

mkdir -p certificates secrets backups
# Alertmanager and nginx read these as users of their own; the folders keep everybody else out.
umask 022
[ -e secrets/smtp_password ] || : > secrets/smtp_password
if [ ! -e certificates/privkey.pem ]; then
  host=$(sed -n 's/^SENTIMENT_HOST=//p' .env)
  openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj "/CN=$host" \
    -addext "subjectAltName=DNS:$host" \
    -keyout certificates/privkey.pem -out certificates/fullchain.pem 2>/dev/null
  # openssl keeps a key to its owner.
  chmod 644 certificates/privkey.pem
  echo "made a self-signed certificate for $host: put your own into certificates/, or use ACME"
fi
