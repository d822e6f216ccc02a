#!/bin/sh
# prepare.sh HOST: makes the files of a server named HOST that the repository must not hold.
# It makes .env with random secrets, a self-signed certificate, an empty mail password and the folder
# of backups. Existing files stay as they are.
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
# Alertmanager and nginx run as other users and read these files. The folders are closed to others.
umask 022
[ -e secrets/smtp_password ] || : > secrets/smtp_password
if [ ! -e certificates/privkey.pem ]; then
  host=$(sed -n 's/^SENTIMENT_HOST=//p' .env)
  openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj "/CN=$host" \
    -addext "subjectAltName=DNS:$host" \
    -keyout certificates/privkey.pem -out certificates/fullchain.pem 2>/dev/null
  # openssl makes the key readable for its owner alone.
  chmod 644 certificates/privkey.pem
  echo "made a self-signed certificate for $host: replace the files in certificates/, or use ACME"
fi
